import { expect, it } from "vitest";
import { CURVE, EVALUATION } from "./evaluation.case.ts";
import { percentage, renderMarkdown, spread } from "./markdown.ts";
import { summarise } from "./summary.ts";

const summary = summarise([CURVE], EVALUATION);
const page = renderMarkdown(summary, { command: "stillwatch evaluate --out evaluation", source: "simulated" });

it("summarises points over seeds, apart for each background", () => {
  const [curve] = summary.curves;
  expect(curve?.series.map(({ scale }) => scale)).toEqual([1, 10]);
  expect(curve?.series[0]?.points.map(({ label, trials }) => [label, trials])).toEqual([
    ["0", 2],
    ["5", 2],
  ]);
  const last = curve?.series[0]?.points[1]?.recall;
  expect(last?.mean).toBeCloseTo(0.3);
  expect([last?.low, last?.high]).toEqual([0.2, 0.4]);
});

it("counts honest accounts by class with their interval", () => {
  expect(summary.classes).toMatchObject([
    { name: "archive-volunteers", accounts: 20, flaggedEver: 2 },
    { name: "casual", accounts: 180, flaggedInTrial: 0, flaggedEver: 0, interval: { low: 0 } },
  ]);
  const trials = EVALUATION.trials.flatMap(({ score }) => score.honest.get("archive-volunteers") ?? []);
  const flagged = trials.reduce((sum, tally) => sum + tally.flagged, 0);
  expect(flagged).toBeGreaterThan(0);
  expect(summary.classes[0]?.flaggedInTrial).toBe(flagged / trials.reduce((sum, tally) => sum + tally.accounts, 0));
  expect(page).toContain("| recall | told | leaked |");
  expect(page).toContain("| archive-volunteers (held out) | 20 | 0 | 8 | 10 % | 2 | 2.8 % to 30 % |");
  expect(page).toContain(
    "- archive-volunteers: up to 1 account (evaluation x 1, seed 1) in 2 trials with a campaign about.",
  );
});

it("tells every miss, the worst first", () => {
  const misses = page.slice(page.indexOf("## Misses"));
  expect(misses).toContain(
    "- ladder, 5; evaluation x 1, seed 1; c-trial: 8 of 10 missed: 8 examined and cleared (8 in one group: twins -2.0, intent +6.0).",
  );
  expect(misses.match(/\d of 10 missed/g)).toEqual([
    "8 of 10 missed",
    "8 of 10 missed",
    "6 of 10 missed",
    "6 of 10 missed",
  ]);
});

it("says what was held out, and that an own log counts whoever is found in it", () => {
  expect(page).toContain("the look-alikes `archive-volunteers`, `workflow-platform`,");
  expect(page).toContain("the pipelines `self-chat`, `backtranslation` and `text-to-sql`");
  expect(renderMarkdown(summary, { command: "x", source: "log" })).toContain("a log that is taken to be honest");
});

it("never rounds up to all or down to nothing", () => {
  expect([1, 0.9999, 0.5, 0.0001, 0].map(percentage)).toEqual(["100 %", "99.9 %", "50 %", "<0.1 %", "0 %"]);
  expect(spread({ mean: 0.5, low: 0.4, high: 0.6 })).toBe("50 % (40–60)");
  expect(spread({ mean: 1, low: 1, high: 1 })).toBe("100 %");
});
