import { expect, it } from "vitest";
import { climb } from "../../sim/campaign/ladder.ts";
import { EVALUATION_BACKGROUND, EVALUATION_CAMPAIGN } from "../../sim/evaluation.ts";
import { type EvaluationProgress, evaluateBeds } from "./evaluate.ts";
import type { Bed } from "./plan.ts";

const campaign = { ...EVALUATION_CAMPAIGN, accounts: 10, banPerDay: 0 };
const bed: Bed = {
  scenario: { ...EVALUATION_BACKGROUND, days: 3, honestAccounts: 80, exchangesPerAccount: 8 },
  scale: 1,
  curves: [
    {
      name: "ladder",
      title: "Evasion step",
      axis: "step",
      ordered: true,
      points: [{ label: "5", detail: false, campaigns: [climb(campaign, 5)] }],
    },
  ],
};

it("scores each campaign alone in the traffic, leaves no trace of it, and says the same for the same seed", async () => {
  const seen: EvaluationProgress[] = [];
  const { trials, honest } = await evaluateBeds([bed], [1, 1], (progress) => seen.push(progress));
  expect(trials).toHaveLength(2);
  expect(trials[1]).toEqual(trials[0]);
  expect(honest[1]).toEqual(honest[0]);
  expect(seen.map(({ done }) => done)).toEqual([0, 1, 2, 3]);
  expect(seen.every(({ total }) => total === 4)).toBe(true);
  for (const { score, leaked, told, misses } of trials) {
    expect(leaked).toBeGreaterThanOrEqual(0);
    expect(leaked).toBeLessThanOrEqual(1);
    expect(told).toBeGreaterThanOrEqual(score.recall ?? 0);
    expect(told).toBeLessThanOrEqual(1);
    const missed = misses.reduce((sum, miss) => sum + miss.missed, 0);
    expect(missed).toBe(Math.round((1 - (score.recall ?? 0)) * score.distillers));
    for (const { byStatus, missed: lost } of misses)
      expect(Object.values(byStatus).reduce((sum, number) => sum + number, 0)).toBe(lost);
  }
});
