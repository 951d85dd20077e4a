import { percentage } from "../../src/cli/evaluate/markdown.ts";
import { html, trusted } from "../../src/cli/report/page/markup.ts";
import type { Markup } from "../../src/cli/report/page/markup.ts";
import type { BoundSummary, RateSummary, Realised } from "./summary.ts";

// Measures in pixels.
const width = 760;
const height = 520;
const left = 84;
const right = 736;
const top = 132;
const bottom = 424;
/** Where nothing at all stands: a logarithm has no zero. */
const zero = 448;
/** The series stand beside each other, not on each other. */
const sideways = 7;

/** Both axes are logarithmic. */
const xRange = [0.0008, 0.6] as const;
const yRange = [0.0008, 1] as const;
const xTicks = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const yTicks = [0.001, 0.01, 0.1, 1];

/** The report's colours: pairs of light and dark, told apart with every common colour blindness; the marks' shapes differ too. */
const style = `
.paper{fill:#fdfcf9}.title{fill:#1b1a18;font-weight:700;font-size:18px}.label{fill:#1b1a18;font-size:13px}.tick{fill:#5b574f;font-size:12px}
.grid{stroke:#ddd8cc}.base{stroke:#938d80}.promise{stroke:#1b1a18;stroke-width:1.5;stroke-dasharray:6 4}.over{fill:#e8e3d8;opacity:.55}
.wrong{stroke:#b4400c;fill:#b4400c}.strangers{stroke:#1f5f8b;fill:#1f5f8b}.convicted{stroke:#8a6a00;fill:#8a6a00}
path.line{fill:none;stroke-width:1.5;opacity:.6}.reach{stroke-width:1.5}
text{font-family:Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
@media (prefers-color-scheme:dark){
.paper{fill:#15161a}.title,.label{fill:#edebe5}.tick{fill:#aba79d}.grid{stroke:#35363d}.base{stroke:#7b7870}
.promise{stroke:#edebe5}.over{fill:#30323a}
.wrong{stroke:#f2884f;fill:#f2884f}.strangers{stroke:#82b8e2;fill:#82b8e2}.convicted{stroke:#d9b64a;fill:#d9b64a}}
`;

interface Series {
  readonly kind: "wrong" | "strangers" | "convicted";
  readonly title: string;
  readonly of: (rate: RateSummary) => Realised;
}

const series: readonly Series[] = [
  {
    kind: "wrong",
    title: "Found coordinated, but not one hand's: mean share of the groups found",
    of: ({ coordinated }) => coordinated.wrong,
  },
  {
    kind: "strangers",
    title: "Found coordinated, but strangers to each other: mean share of the groups found",
    of: ({ coordinated }) => coordinated.strangers,
  },
  { kind: "convicted", title: "Reported as a campaign: share of the logs", of: ({ convicted }) => convicted },
];

/** Realised rates over nominal ones, as an SVG that stands by itself. */
export function plotOf({ rates, logs }: BoundSummary): string {
  const described = series.map(
    ({ title, of }) =>
      `${title}: ${rates.map((rate) => `${percentage(of(rate).mean)} at ${percentage(rate.rate)}`).join(", ")}.`,
  );
  const drawn = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-labelledby="bound-title bound-text"
  >
    <title id="bound-title">Realised and nominal rates of false campaigns</title>
    <desc id="bound-text">${described.join(" ")}</desc>
    <style>
      ${trusted(style)}
    </style>
    <rect class="paper" width="${width}" height="${height}" />
    <text class="title" x="16" y="30">False findings in ${logs} logs without a campaign</text>
    ${series.map(
      ({ kind, title }, i) =>
        html`${mark(kind, 26, 54 + 20 * i)}<text class="label" x="42" y="${58.5 + 20 * i}">${title}</text>`,
    )}
    ${axes()} ${series.map((one, i) => drawSeries(one, rates, (i - 1) * sideways))}
  </svg>`;
  return `${drawn.text}\n`;
}

function axes(): Markup {
  const [from, to] = xRange;
  const promised = html`<path class="over" d="${`M${left} ${bottom}L${right} ${y(to).toFixed(1)}V${top}H${left}Z`}" />
    <line class="promise" x1="${x(from)}" y1="${y(from)}" x2="${x(to)}" y2="${y(to)}" />
    <text class="tick" x="${left + 10}" y="${top + 20}">above what is promised</text>`;
  return html`${promised}
    ${yTicks.map(
      (value) =>
        html`<line class="grid" x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" />
          <text class="tick" x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${100 * value} %</text>`,
    )}
    <line class="base" x1="${left}" x2="${right}" y1="${zero}" y2="${zero}" />
    <text class="tick" x="${left - 8}" y="${zero + 4}" text-anchor="end">none</text>
    ${xTicks.map(
      (value) =>
        html`<line class="base" x1="${x(value)}" x2="${x(value)}" y1="${zero}" y2="${zero + 5}" />
          <text class="tick" x="${x(value)}" y="${zero + 20}" text-anchor="middle">${100 * value} %</text>`,
    )}
    <text class="label" x="${(left + right) / 2}" y="${zero + 46}" text-anchor="middle"
      >Nominal rate that the detector is set to; bars are 95 % intervals</text
    >
    <text
      class="label"
      x="20"
      y="${(top + zero) / 2}"
      text-anchor="middle"
      transform="${`rotate(-90 20 ${(top + zero) / 2})`}"
      >Realised rate</text
    >`;
}

function drawSeries({ kind, of }: Series, rates: readonly RateSummary[], shift: number): Markup {
  const places = rates.map((rate) => ({ at: x(rate.rate) + shift, realised: of(rate) }));
  const path = places.map(
    ({ at, realised }, i) => `${i === 0 ? "M" : "L"}${at.toFixed(1)} ${y(realised.mean).toFixed(1)}`,
  );
  return html`<path class="${`${kind} line`}" d="${path.join("")}" /> ${places.map(
      ({ at, realised: { mean, interval } }) =>
        html`<line class="${`${kind} reach`}" x1="${at}" x2="${at}" y1="${y(interval.low)}" y2="${y(interval.high)}" />
          ${mark(kind, at, y(mean))}`,
    )}`;
}

function mark(kind: Series["kind"], at: number, from: number): Markup {
  switch (kind) {
    case "wrong":
      return html`<circle class="${kind}" cx="${at}" cy="${from}" r="4.5" />`;
    case "strangers":
      return html`<rect class="${kind}" x="${at - 4}" y="${from - 4}" width="8" height="8" />`;
    default:
      return html`<path class="${kind}" d="${`M${(at - 5).toFixed(1)} ${(from + 4).toFixed(1)}h10l-5 -9Z`}" />`;
  }
}

function x(rate: number): number {
  return scale(rate, xRange, left, right);
}

/** What is less than the scale's least stands at its end; only nothing at all is "none". */
function y(rate: number): number {
  return rate === 0 ? zero : scale(Math.max(rate, yRange[0]), yRange, bottom, top);
}

function scale(value: number, [least, most]: readonly [number, number], from: number, to: number): number {
  return from + ((to - from) * Math.log(value / least)) / Math.log(most / least);
}
