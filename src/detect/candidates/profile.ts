import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { SparseVector } from "../../math/products.ts";
import type { SharedTokens } from "./shared-tokens.ts";

/** One account as a unit vector over the tokens that it shares with others. */
export interface Profile extends SparseVector {
  readonly account: number;
  /** Tasks of its most used token. */
  readonly tasks: number;
}

/**
 * Profiles over template tokens. Weight: square root of the tasks (a burst is not many tasks) times inverse document
 * frequency. Sampling parameters are left out: an attacker varies them per account, and strangers who use one published
 * template are told apart by the other templates of a campaign.
 */
export async function profiles(shared: SharedTokens): Promise<Map<number, Profile>> {
  const result = new Map<number, Profile>();
  for (let start = 0; start < shared.account.length;) {
    if (isTurnOver()) await nextTurn();
    const account = shared.account[start]!;
    let end = start;
    while (end < shared.account.length && shared.account[end] === account) end++;
    result.set(account, profileOf(shared, start, end));
    start = end;
  }
  return result;
}

function profileOf(shared: SharedTokens, start: number, end: number): Profile {
  const weights = new Float32Array(end - start);
  let square = 0;
  let most = 0;
  for (let at = start; at < end; at++) {
    const tasks = shared.tasks[at]!;
    weights[at - start] = Math.sqrt(tasks) * Math.log(shared.population / shared.accountsByToken[shared.token[at]!]!);
    square += weights[at - start]! * weights[at - start]!;
    most = Math.max(most, tasks);
  }
  const norm = Math.sqrt(square) || 1;
  for (let i = 0; i < weights.length; i++) weights[i]! /= norm;
  return {
    account: shared.account[start]!,
    features: shared.token.subarray(start, end),
    weights,
    tasks: most,
  };
}

/** Cosine of two profiles: 0 to 1. */
export function cosine(a: SparseVector, b: SparseVector): number {
  let dot = 0;
  for (let i = 0, j = 0; i < a.features.length && j < b.features.length;) {
    const left = a.features[i]!;
    const right = b.features[j]!;
    if (left === right) dot += a.weights[i++]! * b.weights[j++]!;
    else if (left < right) i++;
    else j++;
  }
  return dot;
}

/** The mean of several profiles: its product with a profile is their average cosine, because profiles are unit vectors. */
export async function centreOf(members: readonly SparseVector[]): Promise<SparseVector> {
  const [centre] = await centresOf([members]);
  return centre!;
}

/** The means of several groups of profiles. */
export async function centresOf(groups: readonly (readonly SparseVector[])[]): Promise<SparseVector[]> {
  const featuresMax = groups.flat().reduce((most, { features }) => Math.max(most, (features.at(-1) ?? -1) + 1), 0);
  const sums = new Float64Array(featuresMax);
  const isHeld = new Uint8Array(featuresMax);
  const centres: SparseVector[] = [];
  for (const group of groups) {
    const held: number[] = [];
    for (const { features, weights } of group) {
      if (isTurnOver()) await nextTurn();
      for (let i = 0; i < features.length; i++) {
        const feature = features[i]!;
        if (isHeld[feature] === 0) held.push(feature);
        isHeld[feature] = 1;
        sums[feature]! += weights[i]! / group.length;
      }
    }
    const features = Uint32Array.from(held).sort();
    const weights = new Float32Array(features.length);
    for (let i = 0; i < features.length; i++) weights[i] = sums[features[i]!]!;
    centres.push({ features, weights });
    for (const feature of features) {
      sums[feature] = 0;
      isHeld[feature] = 0;
    }
  }
  return centres;
}
