import { chart } from "../report/page/chart.ts";
import { html, type Markup } from "../report/page/markup.ts";
import { percentage } from "./markdown.ts";
import type { PointSummary, Spread } from "./summary.ts";

// Measures in pixels; along x in percent of the chart's width.
const HEIGHT = 230;
const TOP = 12;
const BOTTOM = 196;
const LEFT_PERCENT = 9;
const RIGHT_PERCENT = 96;
const GRID = [0, 0.25, 0.5, 0.75, 1];

interface CurveChart {
  readonly id: string;
  readonly title: string;
  /** Whether the points are joined by lines. */
  readonly ordered: boolean;
  readonly points: readonly PointSummary[];
}

/** Recall and leakage from 0 to 1 over the points, with the reach from the least to the greatest trial. */
export function curveChart({ id, title, ordered, points }: CurveChart): Markup {
  const x = (index: number): number =>
    points.length === 1
      ? (LEFT_PERCENT + RIGHT_PERCENT) / 2
      : LEFT_PERCENT + ((RIGHT_PERCENT - LEFT_PERCENT) * index) / (points.length - 1);
  const series = (kind: "recall" | "leaked", value: (point: PointSummary) => Spread): Markup[] => [
    ...(ordered ? points.slice(1) : []).map((point, i) => {
      const [from, to] = [value(points[i]!), value(point)];
      return html`<line
        class="line line-${kind}"
        x1="${x(i)}%"
        y1="${y(from.mean)}"
        x2="${x(i + 1)}%"
        y2="${y(to.mean)}"
      />`;
    }),
    ...points.map((point, i) => {
      const { mean, low, high } = value(point);
      return html`<g data-tip="${point.label}: ${kind} ${percentage(mean)}">
        <line class="line-${kind} reach" x1="${x(i)}%" y1="${y(low)}" x2="${x(i)}%" y2="${y(high)}" />
        <circle class="mark-${kind}" cx="${x(i)}%" cy="${y(mean)}" r="4" />
      </g>`;
    }),
  ];
  return chart({
    id,
    title,
    description: points.map(({ label, recall }) => `${label}: recall ${percentage(recall.mean)}`).join("; "),
    height: HEIGHT,
    body: [
      GRID.map(
        (level) =>
          html`<line
              class="${level === 0 ? "base" : "grid"}"
              x1="${LEFT_PERCENT}%"
              x2="100%"
              y1="${y(level)}"
              y2="${y(level)}"
            />
            <text class="tick" x="0" y="${y(level) + 4}">${Math.round(100 * level)} %</text>`,
      ),
      series("leaked", ({ leaked }) => leaked),
      series("recall", ({ recall }) => recall),
      points.map(
        ({ label }, i) =>
          html`<g class="${i % 2 === 0 ? "tick-even" : "tick-odd"}">
            <text class="tick" x="${x(i)}%" y="${BOTTOM + (ordered || i % 2 === 0 ? 18 : 32)}" text-anchor="middle"
              >${label}</text
            >
          </g>`,
      ),
    ],
  });
}

function y(share: number): number {
  return BOTTOM - (BOTTOM - TOP) * share;
}
