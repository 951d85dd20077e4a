import { expect, test } from "vitest";
import { STYLE } from "./style.ts";

/** Relative luminance and contrast of WCAG 2.2. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((i) => {
    const value = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

const colors = new Map(
  [...STYLE.matchAll(/--(\w+):light-dark\((#\w{6}),(#\w{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    [light!, dark!],
  ]),
);

test.each([
  ["ink", "paper", 4.5],
  ["ink", "panel", 4.5],
  ["soft", "paper", 4.5],
  ["accent", "paper", 4.5],
  ["calm", "paper", 4.5],
  ["rest", "paper", 3],
  ["accent", "panel", 3],
  ["accent", "track", 3],
  ["calm", "panel", 3],
  ["ochre", "panel", 3],
])("%s on %s has a contrast of %d and more, light and dark", (front, back, least) => {
  for (const theme of [0, 1]) {
    expect(contrast(colors.get(front)![theme]!, colors.get(back)![theme]!)).toBeGreaterThanOrEqual(least);
  }
});
