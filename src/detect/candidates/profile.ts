import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { SharedTokens } from "./shared-tokens.ts";

/** One account as a unit vector over the tokens that it shares with others. */
export interface Profile {
  readonly account: number;
  readonly features: readonly number[];
  readonly weights: Float32Array;
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
  const order = Array.from({ length: end - start }, (_, i) => start + i).sort(
    (a, b) => shared.token[a]! - shared.token[b]!,
  );
  const weights = Float32Array.from(
    order,
    (at) => Math.sqrt(shared.tasks[at]!) * Math.log(shared.population / shared.accountsByToken[shared.token[at]!]!),
  );
  let square = 0;
  for (const weight of weights) square += weight * weight;
  const norm = Math.sqrt(square) || 1;
  return {
    account: shared.account[start]!,
    features: order.map((at) => shared.token[at]!),
    weights: weights.map((weight) => weight / norm),
    tasks: Math.max(...order.map((at) => shared.tasks[at]!)),
  };
}

/** Cosine of two profiles: 0 to 1. */
export function cosine(a: Pick<Profile, "features" | "weights">, b: Pick<Profile, "features" | "weights">): number {
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
export async function centreOf(
  members: readonly Pick<Profile, "features" | "weights">[],
): Promise<Pick<Profile, "features" | "weights">> {
  const sum = new Map<number, number>();
  for (const profile of members) {
    if (isTurnOver()) await nextTurn();
    profile.features.forEach((feature, i) =>
      sum.set(feature, (sum.get(feature) ?? 0) + profile.weights[i]! / members.length),
    );
  }
  const features = [...sum.keys()].sort((a, b) => a - b);
  return { features, weights: Float32Array.from(features, (feature) => sum.get(feature)!) };
}
