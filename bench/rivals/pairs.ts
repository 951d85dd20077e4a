import { seededRandom } from "../../src/kit/random.ts";
import { communities, graphFromEdges } from "../../src/math/communities.ts";
import type { Suspects } from "./rival.ts";

/** Pairs of accounts, each once, with a weight. */
export interface Pairs {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly weight: Float32Array;
}

/** Pairs as the engine gives them: every account with those after it. */
export interface PairRow {
  readonly account: number;
  readonly others: readonly number[];
  readonly weights: readonly number[];
}

export function pairsOf(rows: readonly PairRow[]): Pairs {
  return {
    from: Uint32Array.from(rows.flatMap((row) => row.others.map(() => row.account))),
    to: Uint32Array.from(rows.flatMap((row) => row.others)),
    weight: Float32Array.from(rows.flatMap((row) => row.weights)),
  };
}

/** Those pairs whose position passes. */
export function filterPairs(pairs: Pairs, passes: (position: number) => boolean): Pairs {
  const kept = Array.from(pairs.from.keys()).filter(passes);
  return {
    from: Uint32Array.from(kept, (at) => pairs.from[at]!),
    to: Uint32Array.from(kept, (at) => pairs.to[at]!),
    weight: Float32Array.from(kept, (at) => pairs.weight[at]!),
  };
}

/** A group label for every account: those that pairs connect, directly or not, share one. */
export function componentsOf(accounts: number, pairs: Pairs): Uint32Array {
  const parent = Uint32Array.from({ length: accounts }, (_, a) => a);
  const root = (start: number): number => {
    let a = start;
    while (parent[a] !== a) {
      parent[a] = parent[parent[a]!]!;
      a = parent[a]!;
    }
    return a;
  };
  for (let i = 0; i < pairs.from.length; i++) parent[root(pairs.from[i]!)] = root(pairs.to[i]!);
  return parent.map((_, a) => root(a));
}

/** A group label for every account by Louvain's method at resolution 1. */
export async function louvainOf(accounts: number, pairs: Pairs): Promise<Uint32Array> {
  const graph = await graphFromEdges(accounts, pairs.from, pairs.to, pairs.weight);
  return communities(graph, 1, seededRandom("rivals"));
}

/** The accounts that stand in a group of enough accounts with at least one pair; each scores its strongest pair. */
export function suspectsOf(names: readonly string[], labels: Uint32Array, pairs: Pairs, accountsMin: number): Suspects {
  const strongest = new Float64Array(names.length).fill(-Infinity);
  for (let i = 0; i < pairs.from.length; i++)
    for (const account of [pairs.from[i]!, pairs.to[i]!])
      strongest[account] = Math.max(strongest[account]!, pairs.weight[i]!);
  const size = new Map<number, number>();
  labels.forEach((label, account) => {
    if (strongest[account]! > -Infinity) size.set(label, (size.get(label) ?? 0) + 1);
  });
  const suspects = new Map<string, { score: number; cluster: string }>();
  labels.forEach((label, account) => {
    if (strongest[account]! > -Infinity && (size.get(label) ?? 0) >= accountsMin)
      suspects.set(names[account]!, { score: strongest[account]!, cluster: `group-${label}` });
  });
  return suspects;
}
