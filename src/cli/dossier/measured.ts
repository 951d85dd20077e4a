/**
 * How often the method was wrong where it is known what is right: logs without any campaign, made and scanned. Taken from
 * `docs/bound.json`, which `npm run bench:bound` writes; a test holds the two together.
 */
export const MEASURED = {
  /** Simulated logs, none of which holds a campaign, and how large one is. */
  logs: 200,
  accounts: 532,
  /** Share of them in which a campaign was reported, and Wilson's upper end at 95 %. */
  reported: { mean: 0, high: 0.01885 },
  /** Of the groups found to be one hand's: the share that is not (under nine of ten accounts with one operator). */
  notOneHand: { mean: 0.147, low: 0.1046, high: 0.2027 },
  /** And the share that are strangers to each other. */
  strangers: { mean: 0.0575, high: 0.09887 },
} as const;
