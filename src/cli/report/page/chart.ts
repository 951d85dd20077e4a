import { type Content, html, type Markup } from "./markup.ts";

export interface ChartOptions {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, for those who can't see it. */
  readonly description: string;
  /** Pixels. */
  readonly height: number;
  readonly body: Content;
}

/**
 * A chart as wide as its place: positions along x are percentages, so bars stretch while text and strokes keep their size
 * on a phone as on a wide screen.
 */
export function chart({ id, title, description, height, body }: ChartOptions): Markup {
  return html`<svg class="chart" role="img" aria-labelledby="${id}-title ${id}-text" width="100%" height="${height}">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-text">${description}</desc>
    ${body}
  </svg>`;
}

/** A thin bar that stands beside a number and repeats it: hidden from screen readers. */
export function meter(fraction: number, kind: "accent" | "calm" | "ink"): Markup {
  const filled = 100 * Math.min(1, Math.max(0, fraction));
  return html`<svg class="meter meter-${kind}" aria-hidden="true" width="100%" height="6">
    <rect class="meter-track" width="100%" height="6" rx="3" />
    <rect class="meter-fill" width="${filled}%" height="6" rx="3" />
  </svg>`;
}

/** The least of 1, 1.5, 2, 3, 4, 5, 6 and 8 times a power of ten that is not below the value. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 1.5, 2, 3, 4, 5, 6, 8]) if (step * power >= value) return step * power;
  return 10 * power;
}
