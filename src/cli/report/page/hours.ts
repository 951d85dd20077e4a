import type { Campaign } from "../../../model/report.ts";
import { count, share } from "../words.ts";
import { chart } from "./chart.ts";
import { html, type Markup } from "./markup.ts";

const PLOT_HEIGHT = 84;
const HOURS = 24;

/** Exchanges by UTC hour of the day, against a day without a rhythm. */
export function hoursFigure({ hours }: Campaign, id: string): Markup {
  const total = hours.reduce((sum, value) => sum + value, 0);
  const most = Math.max(1, ...hours);
  const busiest = hours.indexOf(Math.max(...hours));
  const even = PLOT_HEIGHT * (1 - total / HOURS / most) + 4;
  const title = "Hours of the day, UTC";
  const takeaway =
    total === 0
      ? "No hours known."
      : `The busiest hour, ${clock(busiest)}, has ${share(hours[busiest]!, total)} of the exchanges; an even day would have 4.2%.`;
  const body = html`<g class="bars bars-ink"
      >${hours.map((value, hour) => {
        const height = (PLOT_HEIGHT * value) / most;
        return html`<rect
          x="${(100 * (hour + 0.08)) / HOURS}%"
          y="${4 + PLOT_HEIGHT - height}"
          width="${84 / HOURS}%"
          height="${height}"
          data-tip="${clock(hour)} to ${clock(hour + 1)}: ${count(value)}"
        />`;
      })}</g
    ><line class="even" x1="0" x2="100%" y1="${even}" y2="${even}" /><line
      class="base"
      x1="0"
      x2="100%"
      y1="${4 + PLOT_HEIGHT}"
      y2="${4 + PLOT_HEIGHT}"
    />${[0, 6, 12, 18, 24].map(
      (hour) =>
        html`<text
          class="tick"
          x="${(100 * hour) / HOURS}%"
          y="${PLOT_HEIGHT + 20}"
          text-anchor="${hour === 0 ? "start" : hour === 24 ? "end" : "middle"}"
          >${clock(hour)}</text
        >`,
    )}`;
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <p>${takeaway}</p>
    </figcaption>
    ${chart({ id: `${id}-hours`, title, description: takeaway, height: PLOT_HEIGHT + 26, body })}
  </figure>`;
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
