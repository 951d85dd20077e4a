import type { Evaluation, Trial } from "./evaluate.ts";
import type { Curve } from "./plan.ts";
import { byFamily } from "./score.ts";

/** A trial with ten accounts of one campaign, of which `found` were flagged. */
export function trialOf(curve: string, label: string, found: number, traits: Partial<Trial> = {}): Trial {
  const recall = found / 10;
  return {
    bed: "evaluation",
    scale: 1,
    seed: 1,
    curve,
    label,
    leaked: 1 - recall,
    told: Math.max(recall, 0.5),
    score: {
      accounts: 110,
      distillers: 10,
      flagged: found,
      recall,
      precision: found === 0 ? null : 1,
      falsePositiveRate: 0.01,
      honest: new Map([
        ["casual", { accounts: 90, flagged: 0 }],
        ["archive-volunteers", { accounts: 10, flagged: 1 }],
      ]),
      recallAtFalsePositiveRate: new Map([[1e-4, recall]]),
      bcubed: { precision: found === 0 ? null : 1, recall: recall * recall },
      campaigns: new Map([["c-trial", { accounts: 10, flagged: found }]]),
      overMerging: { predicted: 1, merged: 0, withHonest: 1, split: 0 },
      recallWithout: byFamily((family) => (family === "intent" ? 0 : recall)),
    },
    misses:
      found === 10
        ? []
        : [
            {
              campaign: "c-trial",
              accounts: 10,
              missed: 10 - found,
              byStatus: { member: 0, cleared: 10 - found, "no-signal": 0, "insufficient-data": 0 },
              clearedIn: { accounts: 10 - found, evidence: ["twins -2.0", "intent +6.0"] },
            },
          ],
    ...traits,
  };
}

export const CURVE: Curve = {
  name: "ladder",
  title: "Evasion step",
  axis: "step of the ladder",
  ordered: true,
  points: ["0", "5"].map((label) => ({ label, detail: false, campaigns: [] })),
};

/** Two points, two scales, two seeds. */
export const EVALUATION: Evaluation = {
  trials: [1, 10].flatMap((scale) =>
    [1, 2].flatMap((seed) => [
      trialOf("ladder", "0", 10, { scale, seed }),
      trialOf("ladder", "5", 2 * seed, { scale, seed }),
    ]),
  ),
  honest: [1, 2].map((seed) => ({
    bed: "evaluation",
    scale: 1,
    seed,
    accounts: 100,
    exchanges: 1_000,
    falseCampaigns: 0,
    classes: [
      { name: "casual", accounts: 90, flaggedAlone: 0, letGoAlone: 0, flaggedEver: 0 },
      { name: "archive-volunteers", accounts: 10, flaggedAlone: 0, letGoAlone: 4, flaggedEver: 1 },
    ],
  })),
};
