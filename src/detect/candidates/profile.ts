import type { SharedTokens } from "./tokens.ts";

/** One account as a unit vector over the features that it shares with others. */
export interface Profile {
  readonly account: number;
  readonly features: readonly number[];
  readonly weights: Float32Array;
  readonly tasks: number;
}

/**
 * Profiles over two kinds of features: a template token, and a template token together with the sampling parameters it is
 * sent with. The second tells strangers who use the same published template apart; the first still holds where an
 * attacker varies the parameters. Weight: square root of the tasks (a burst is not many tasks) times inverse document
 * frequency.
 */
export function profiles(shared: SharedTokens): Map<number, Profile> {
  const paired = pairFeatures(shared);
  const tokens = shared.accountsByToken.length;
  const accountsByPair = countAccounts(paired);
  const result = new Map<number, Profile>();
  for (let start = 0; start < shared.account.length; ) {
    const account = shared.account[start]!;
    const byFeature = new Map<number, number>();
    let end = start;
    for (; end < shared.account.length && shared.account[end] === account; end++) {
      const token = shared.token[end]!;
      byFeature.set(token, (byFeature.get(token) ?? 0) + shared.tasks[end]!);
      if (accountsByPair[paired.feature[end]!]! >= 2) byFeature.set(tokens + paired.feature[end]!, shared.tasks[end]!);
    }
    result.set(account, unitProfile(account, byFeature, (feature) =>
      Math.log(shared.accounts / (feature < tokens ? shared.accountsByToken[feature]! : accountsByPair[feature - tokens]!)),
    ));
    start = end;
  }
  return result;
}

function unitProfile(account: number, byFeature: ReadonlyMap<number, number>, rarity: (feature: number) => number): Profile {
  const features = [...byFeature.keys()].sort((a, b) => a - b);
  const weights = Float32Array.from(features, (feature) => Math.sqrt(byFeature.get(feature)!) * Math.max(rarity(feature), 0));
  let square = 0;
  for (const weight of weights) square += weight * weight;
  const norm = Math.sqrt(square) || 1;
  return { account, features, weights: weights.map((weight) => weight / norm), tasks: Math.max(0, ...byFeature.values()) };
}

interface PairFeatures {
  /** Feature of each entry of the table. */
  readonly feature: Uint32Array;
  readonly count: number;
}

function pairFeatures(shared: SharedTokens): PairFeatures {
  const index = new Map<number, number>();
  const feature = new Uint32Array(shared.token.length);
  for (let at = 0; at < feature.length; at++) {
    // Token indices stay far below 2^21, so the pair fits a double exactly.
    const key = shared.token[at]! * 2 ** 32 + shared.params[at]!;
    let found = index.get(key);
    if (found === undefined) {
      found = index.size;
      index.set(key, found);
    }
    feature[at] = found;
  }
  return { feature, count: index.size };
}

function countAccounts(paired: PairFeatures): Uint32Array {
  // An account has a pair at most once, so entries count accounts.
  const accounts = new Uint32Array(paired.count);
  for (const feature of paired.feature) accounts[feature]!++;
  return accounts;
}

/** Cosine of two profiles: 0 to 1. */
export function cosine(a: Pick<Profile, "features" | "weights">, b: Pick<Profile, "features" | "weights">): number {
  let dot = 0;
  for (let i = 0, j = 0; i < a.features.length && j < b.features.length; ) {
    const left = a.features[i]!;
    const right = b.features[j]!;
    if (left === right) dot += a.weights[i++]! * b.weights[j++]!;
    else if (left < right) i++;
    else j++;
  }
  return dot;
}
