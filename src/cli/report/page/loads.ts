import type { Campaign } from "../../../model/report.ts";
import { count, counted, share } from "../words.ts";
import { chart, niceCeiling } from "./chart.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { clip, html, type Markup } from "./markup.ts";

const PLOT_HEIGHT = 116;
const TOP = 18;

interface Bar {
  readonly label: string;
  readonly exchanges: number;
  readonly harvest: number;
}

/** Each account's exchanges, busiest first, with the part that belongs to the shared work. */
export function loadsFigure({ loads }: Campaign, id: string): Markup {
  const sorted = [...loads].sort((a, b) => b.exchanges - a.exchanges || (a.account < b.account ? -1 : 1));
  const bars = toBars(sorted);
  const grouped = bars.length < sorted.length;
  const title = grouped ? `Load of ${counted(sorted.length, "account")}` : "Load per account";
  const sentence = takeaway(sorted);
  const top = niceCeiling(Math.max(1, ...bars.map(({ exchanges }) => exchanges)));
  const y = (value: number): number => TOP + PLOT_HEIGHT * (1 - value / top);
  const slot = 100 / Math.max(1, bars.length);
  const body = html`<line class="grid" x1="0" x2="100%" y1="${TOP}" y2="${TOP}" /><text
      class="tick"
      x="100%"
      y="${TOP - 5}"
      text-anchor="end"
      >${count(top)}</text
    >${bars.map(({ label, exchanges, harvest }, i) => {
      const x = html`x="${i * slot}%" width="${0.84 * slot}%"`;
      const tip = `${label}: ${count(exchanges)}, of which shared work ${count(harvest)}`;
      return html`<g data-tip="${tip}"
        ><rect class="load-rest" ${x} y="${y(exchanges)}" height="${y(harvest) - y(exchanges)}" /><rect
          class="load-harvest"
          ${x}
          y="${y(harvest)}"
          height="${TOP + PLOT_HEIGHT - y(harvest)}"
      /></g>`;
    })}<line class="base" x1="0" x2="100%" y1="${TOP + PLOT_HEIGHT}" y2="${TOP + PLOT_HEIGHT}" />`;
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <p>${sentence}</p>
    </figcaption>
    ${chart({ id: `${id}-loads`, title, description: sentence, height: TOP + PLOT_HEIGHT + 4, body })}
    <p class="legend">
      <span class="key key-harvest"></span>shared work <span class="key key-rest"></span>everything else
    </p>
    ${grouped ? html`<p class="limit">Each bar is the mean of ${count(Math.ceil(sorted.length / bars.length))} accounts that stand next to each other in load.</p>` : null}
  </figure>`;
}

function toBars(sorted: Campaign["loads"]): Bar[] {
  const perBar = Math.ceil(sorted.length / PAGE_LIMITS.loadBarsMax);
  if (perBar <= 1) {
    return sorted.map(({ account, exchanges, harvest }) => ({
      label: clip(account, PAGE_LIMITS.nameCharactersMax),
      exchanges,
      harvest: Math.min(harvest, exchanges),
    }));
  }
  const bars: Bar[] = [];
  for (let from = 0; from < sorted.length; from += perBar) {
    const group = sorted.slice(from, from + perBar);
    const mean = (pick: (load: Campaign["loads"][number]) => number): number =>
      group.reduce((sum, load) => sum + pick(load), 0) / group.length;
    const exchanges = mean((load) => load.exchanges);
    bars.push({
      label: `accounts ${count(from + 1)} to ${count(from + group.length)}`,
      exchanges,
      harvest: Math.min(
        exchanges,
        mean((load) => load.harvest),
      ),
    });
  }
  return bars;
}

function takeaway(sorted: Campaign["loads"]): string {
  const total = sorted.reduce((sum, { exchanges }) => sum + exchanges, 0);
  if (total === 0) return "No loads known.";
  const harvest = sorted.reduce((sum, load) => sum + Math.min(load.harvest, load.exchanges), 0);
  const tenth = Math.max(1, Math.round(sorted.length / 10));
  const busiest = sorted.slice(0, tenth).reduce((sum, { exchanges }) => sum + exchanges, 0);
  const who = tenth === 1 ? "The busiest account carries" : `The busiest ${count(tenth)} accounts carry`;
  return `${who} ${share(busiest, total)} of the exchanges; equal loads would give ${share(tenth, sorted.length)}. ${share(harvest, total)} is shared work.`;
}
