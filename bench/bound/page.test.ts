import { expect, it } from "vitest";
import { against, pageOf } from "./page.ts";
import { plotOf } from "./plot.ts";
import type { LogRecord, Outcome } from "./record.ts";
import { summarise } from "./summary.ts";

const outcome = (rate: number, mixed: number): Outcome => ({
  rate,
  passed: { groups: 1, mixed, strangers: 0 },
  coordinated: { groups: 1, mixed, strangers: 0 },
  convicted: { groups: 0, mixed: 0, strangers: 0 },
});
const log: LogRecord = {
  world: "honest-only",
  seed: 7,
  large: false,
  lack: "nothing",
  accounts: 400,
  exchanges: 12_000,
  campaigns: [{ accounts: 5, classes: "office <5>", kind: "strangers", handShare: 0.2 }],
  candidates: [],
  outcomes: [outcome(0.01, 0), outcome(0.5, 1)],
};
const summary = summarise([log, { ...log, seed: 8, lack: "nothing", campaigns: [] }], 0.01);

it("says what an interval says of the promise", () => {
  expect(against({ mean: 0.1, interval: { low: 0.05, high: 0.2 } }, 0.01)).toBe("**is above it**");
  expect(against({ mean: 0.1, interval: { low: 0.05, high: 0.2 } }, 0.1)).toBe("can't be told from it");
  expect(against({ mean: 0.1, interval: { low: 0.05, high: 0.2 } }, 0.5)).toBe("is below it");
});

it("has a row for every rate, and names every false campaign", () => {
  const page = pageOf(summary);
  expect(page).toMatch(/^\| 1 % +\| 0 % /m);
  expect(page).toMatch(/^\| 50 % +\| 100 % /m);
  expect(page).toContain("office <5> (honest-only, seed 7, whole logs)");
});

it("draws zero below the scale and everything inside the picture", () => {
  const svg = plotOf(summary);
  expect(svg).toMatch(/^<svg\s+xmlns=/);
  expect(svg).not.toContain("NaN");
  const heights = [...svg.matchAll(/\b(?:cy|y1|y2)="([^"]+)"/g)].map((match) => Number(match[1]));
  expect(Math.min(...heights)).toBeGreaterThan(0);
  expect(Math.max(...heights)).toBeLessThan(520);
});
