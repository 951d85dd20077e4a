import { dayMs } from "../../../kit/time-units.ts";
import type { Campaign, Report } from "../../../model/report.ts";
import { count, counted, day, dayInYear, listed, share } from "../words.ts";
import { chart, niceCeiling } from "./chart.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { clip, html, type Markup } from "./markup.ts";

const PLOT_HEIGHT = 172;
const LABEL_HEIGHT = 18;
const LABEL_LEVELS_MAX = 4;
/** A label's width as a share of the chart, for keeping labels apart: about 7 px of 900. */
const LABEL_PERCENT_PER_CHARACTER = 0.85;
const TICKS_MAX = 8;
/** Days drawn before and after the campaign, as a share of its length: quiet before it is part of the story. */
const MARGIN_SHARE = 0.15;
const MARGIN_DAYS_MIN = 3;

interface Bin {
  readonly startMs: number;
  readonly exchanges: number;
}

interface Scale {
  readonly startMs: number;
  readonly binMs: number;
  readonly bins: readonly Bin[];
  /** Percent of the chart's width. */
  x(timeMs: number): number;
}

interface Mark {
  readonly name: string;
  readonly releasedMs: number;
  readonly x: number;
  readonly level: number;
}

export function timelineFigure(campaign: Campaign, report: Report, id: string): Markup {
  const scale = timeScale(campaign);
  const { marks, left } = releaseMarks(report.models, scale);
  const levels = 1 + Math.max(-1, ...marks.map(({ level }) => level));
  const top = levels * LABEL_HEIGHT + 6;
  const days = Math.round(scale.binMs / dayMs);
  const title = days === 1 ? "Exchanges per day" : `Exchanges per ${days} days`;
  const busiest = scale.bins.reduce((a, b) => (b.exchanges > a.exchanges ? b : a));
  const description =
    `From ${day(campaign.first_seen)} to ${day(campaign.last_seen)}; most on ${day(busiest.startMs)} with ${count(busiest.exchanges)}.` +
    (marks.length > 0
      ? ` Releases: ${marks.map(({ name, releasedMs }) => `${name} on ${day(releasedMs)}`).join(", ")}.`
      : "");
  const body = [
    gridLines(niceCeiling(busiest.exchanges), top),
    bars(scale, top, days),
    axis(scale, top),
    marks.map((mark, i) => drawMark(mark, i, top)),
  ];
  return html`<figure class="timeline">
    <figcaption>
      <h3>${title}</h3>
      <p>${takeaway(campaign, marks)}</p>
    </figcaption>
    ${chart({ id: `${id}-timeline`, title, description, height: top + PLOT_HEIGHT + 26, body })}
    ${
      marks.length > 0
        ? html`<ol class="release-key" aria-hidden="true">
            ${marks.map(({ name, releasedMs }) => html`<li>${name}, ${dayInYear(releasedMs)}</li>`)}
          </ol>`
        : null
    }
    ${left > 0 ? html`<p class="limit">${counted(left, "more release")} in this time not marked.</p>` : null}
  </figure>`;
}

function timeScale(campaign: Campaign): Scale {
  const days = campaign.timeline.map((item) => ({
    startMs: Date.parse(item.day),
    exchanges: item.exchanges,
  }));
  const firstMs = Math.min(...days.map(({ startMs }) => startMs), dayStart(campaign.first_seen));
  const lastMs = Math.max(...days.map(({ startMs }) => startMs), dayStart(campaign.last_seen));
  const lengthDays = (lastMs - firstMs) / dayMs + 1;
  const marginDays = Math.max(MARGIN_DAYS_MIN, Math.round(lengthDays * MARGIN_SHARE));
  const shownDays = lengthDays + 2 * marginDays;
  const binMs = Math.ceil(shownDays / PAGE_LIMITS.timelineBarsMax) * dayMs;
  const startMs = firstMs - marginDays * dayMs;
  const sums = Array.from({ length: Math.ceil((shownDays * dayMs) / binMs) }, () => 0);
  for (const item of days) sums[Math.floor((item.startMs - startMs) / binMs)]! += item.exchanges;
  return {
    startMs,
    binMs,
    bins: sums.map((exchanges, i) => ({ startMs: startMs + i * binMs, exchanges })),
    x: (timeMs) => (100 * (timeMs - startMs)) / (sums.length * binMs),
  };
}

function dayStart(time: string): number {
  return Math.floor(Date.parse(time) / dayMs) * dayMs;
}

function gridLines(top: number, offset: number): Markup[] {
  return [top, top / 2].map((value) => {
    const y = offset + PLOT_HEIGHT * (1 - value / top);
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}" /><text class="tick" x="0" y="${y - 4}"
        >${count(value)}</text
      >`;
  });
}

function bars({ bins, binMs, x }: Scale, offset: number, days: number): Markup {
  const top = niceCeiling(Math.max(...bins.map(({ exchanges }) => exchanges)));
  const width = 0.82 * (x(binMs) - x(0));
  return html`<g class="bars"
    >${bins.map(({ startMs, exchanges }) => {
      if (exchanges === 0) return null;
      const height = Math.max(1, (PLOT_HEIGHT * exchanges) / top);
      const when = days === 1 ? dayInYear(startMs) : `${days} days from ${dayInYear(startMs)}`;
      return html`<rect
        x="${x(startMs)}%"
        y="${offset + PLOT_HEIGHT - height}"
        width="${width}%"
        height="${height}"
        data-tip="${when}: ${count(exchanges)}"
      />`;
    })}</g
  >`;
}

/** The base line and the dates under it: the first days of months where there are enough of them, else every n-th day. */
function axis({ bins, binMs, startMs, x }: Scale, offset: number): Markup {
  const base = offset + PLOT_HEIGHT;
  const spanDays = (bins.length * binMs) / dayMs;
  const everyDays = [1, 2, 7, 14, 28].find((step) => spanDays / step <= TICKS_MAX) ?? Math.ceil(spanDays / TICKS_MAX);
  const ticks = [];
  for (let n = 1; n * everyDays < spanDays; n++) ticks.push(startMs + n * everyDays * dayMs);
  const label = spanDays > 300 ? (ms: number) => new Date(ms).toISOString().slice(0, 7) : dayInYear;
  return html`<line class="base" x1="0" x2="100%" y1="${base}" y2="${base}" />${ticks.map(
      (ms, i) =>
        html`<g class="${i % 2 === 1 ? "tick-odd" : "tick-even"}"
          ><line class="base" x1="${x(ms)}%" x2="${x(ms)}%" y1="${base}" y2="${base + 4}" /><text
            class="tick"
            text-anchor="middle"
            x="${x(ms)}%"
            y="${base + 18}"
            >${label(ms)}</text
          ></g
        >`,
    )}`;
}

/** The latest releases within the chart, on as many levels as keep their names apart. */
function releaseMarks(models: Report["models"], scale: Scale): { marks: Mark[]; left: number } {
  const within = models
    .map(({ model, released }) => ({
      name: clip(model, 28),
      releasedMs: Date.parse(released),
      x: scale.x(Date.parse(released)),
    }))
    .filter(({ x }) => x >= 0 && x <= 100)
    .sort((a, b) => a.releasedMs - b.releasedMs || (a.name < b.name ? -1 : 1));
  const shown = within.slice(-PAGE_LIMITS.releasesMarkedMax);
  const ends: number[] = [];
  const marks = shown.map((mark) => {
    const width = mark.name.length * LABEL_PERCENT_PER_CHARACTER + 2;
    const from = mark.x > 70 ? mark.x - width : mark.x;
    const free = ends.findIndex((end) => end <= from);
    const level = free >= 0 ? free : Math.min(ends.length, LABEL_LEVELS_MAX - 1);
    ends[level] = from + width;
    return { ...mark, level };
  });
  return { marks, left: within.length - shown.length };
}

function drawMark({ name, releasedMs, x, level }: Mark, index: number, top: number): Markup {
  const y = level * LABEL_HEIGHT + 13;
  const flip = x > 70;
  return html`<g class="release"
    ><line x1="${x}%" x2="${x}%" y1="${y - 11}" y2="${top + PLOT_HEIGHT}" /><text
      class="release-name"
      x="${x}%"
      y="${y}"
      dx="${flip ? -6 : 6}"
      text-anchor="${flip ? "end" : "start"}"
      >${name}<tspan class="release-day" dx="6">${dayInYear(releasedMs)}</tspan></text
    ><text class="release-number" x="${x}%" y="${y}" dx="${flip ? -5 : 5}" text-anchor="${flip ? "end" : "start"}"
      >${index + 1}</text
    ></g
  >`;
}

/** How the week after a release differs from the week before it, where that is the story; else the days on which it ran. */
function takeaway(campaign: Campaign, marks: readonly Mark[]): string {
  const sum = (fromMs: number, toMs: number): number =>
    campaign.timeline.reduce((total, item) => {
      const ms = Date.parse(item.day);
      return ms >= fromMs && ms < toMs ? total + item.exchanges : total;
    }, 0);
  const jumps = marks
    .map(({ name, releasedMs }) => {
      const startMs = Math.floor(releasedMs / dayMs) * dayMs;
      return {
        name,
        // A campaign that is still growing rises in any week, whatever is released in it.
        settled: Date.parse(campaign.first_seen) <= startMs - 14 * dayMs,
        before: sum(startMs - 7 * dayMs, startMs),
        after: sum(startMs, startMs + 7 * dayMs),
      };
    })
    .filter(({ settled, before, after }) => settled && before > 0 && after > 1.2 * before);
  const ran = `It ran on ${counted(campaign.timeline.length, "day")}.`;
  if (jumps.length === 0) return ran;
  const told = jumps.map(({ name, before, after }) => `${share(after - before, before)} after ${name}`);
  return `${ran} From one week to the next its traffic rose by ${listed(told)} came out.`;
}
