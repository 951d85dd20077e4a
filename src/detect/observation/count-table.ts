/** What is counted of each task, to compare accounts with each other. */
export const FEATURE_KINDS = ["stream", "model", "params", "output", "hour", "topic", "intent", "release"] as const;
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/**
 * Counts of tasks by value, one row per member, kept apart by half: half 0 to learn from, half 1 to judge on.
 *
 * - `stream`: the template that the task belongs to
 * - `model`, `params`: as requested; tools are parameters, too
 * - `output`: tokens returned, in powers of two
 * - `hour`: of the day, UTC, when the task began
 * - `topic`: content words, hashed into 64 bins (counts words, not tasks)
 * - `intent`: the set of intents that a task shows; tasks without any, or not looked through, are left out
 * - `release`: how long its model was out, where that is a week at most (see `releases.ts`); other tasks are left out
 */
export interface CountTable {
  readonly columns: number;
  readonly halves: readonly [readonly (readonly number[])[], readonly (readonly number[])[]];
}

/** Counts of nothing yet, by half, member and column. */
export function emptyHalves(members: number, columns: number): [number[][], number[][]] {
  const empty = (): number[][] => Array.from({ length: members }, () => Array<number>(columns).fill(0));
  return [empty(), empty()];
}
