import type { Standing } from "../model/decision.ts";

/** A member of a sure campaign, with what a test changes about it. */
export function standing(changes: Partial<Standing> = {}): Standing {
  return {
    account: "a",
    time: "2026-08-31T00:00:00.000Z",
    status: "member",
    campaign: {
      id: "c1",
      accounts: 40,
      confidence: 0.97,
      verdicts: { coordinated: 0.98, extractive: 0.9, unauthorised: 0.95 },
      families: { partition: 6.2, twins: 3 },
      capabilities: ["reasoning"],
      restricted: false,
    },
    score: 0.95,
    harvest: { tasks: 120, share: 0.8 },
    exchanges_per_day: 30,
    carriers: [],
    joined: "convicted",
    reasons: ["its requests are disjoint from those of 39 others"],
    evidence: [],
    ...changes,
  };
}
