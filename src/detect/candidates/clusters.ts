import type { Random } from "../../kit/random.ts";
import { inTurns, isTurnOver, nextTurn } from "../../kit/turns.ts";
import { communities, graphFromEdges } from "../../math/communities.ts";
import { averageLinkage } from "../../math/linkage.ts";
import { pairProducts, productsWith } from "../../math/products.ts";
import { centresOf, profiles } from "./profile.ts";
import type { Profile } from "./profile.ts";
import type { SharedTokens } from "./shared-tokens.ts";

// Limits and defaults.
/** Resolution of the communities. They only have to keep alike accounts together; linkage tells them apart. */
const resolution = 1;
/** A token that more than this share of all accounts use says nothing about any of them. */
const tokenShareMax = 0.5;
/** Exact linkage holds a square of this many accounts; of larger communities a sample is linked and the rest assigned. */
const linkageAccountsMax = 800;
/** Clusters that are compared across communities, the largest first: a square of them is held. */
const clustersMax = 3000;

/** Where a linkage is cut, loosest first. */
export type Cuts = readonly [number, ...number[]];

interface ClusterOptions {
  readonly cuts: Cuts;
  /** Smaller clusters are left out. */
  readonly sizeMin: number;
  readonly random: Random;
}

/**
 * Clusters accounts by the tokens that they share, in steps that stay near-linear: communities of the bipartite graph
 * of accounts and tokens (no pairs of accounts are ever listed, so popular tokens cost no more than rare ones), average
 * linkage of the profiles inside each community, and the same linkage continued between the clusters of all communities,
 * because modularity cuts a group that carries much of the graph's weight.
 *
 * @returns the clusters at the loosest cut, and those at the tighter ones where they differ.
 */
export async function clustersOf(shared: SharedTokens, options: ClusterOptions): Promise<Profile[][]> {
  const { cuts, sizeMin, random } = options;
  const [loosest, ...tighter] = cuts;
  const byAccount = await profiles(shared);
  const clusters: Profile[][] = [];
  for (const group of await communitiesOf(shared, sizeMin, random.fork("communities"))) {
    const members = group.flatMap((account) => byAccount.get(account) ?? []);
    const refined = await refine(members, loosest, { ...options, random: random.fork(`refine/${group[0]}`) });
    clusters.push(...refined.filter((cluster) => cluster.length >= sizeMin));
  }
  const found: Profile[][] = [];
  for (const cluster of await mergeAcross(clusters, loosest))
    found.push(cluster, ...(await innerClusters(cluster, tighter, options)));
  return found.filter((group) => group.length >= sizeMin);
}

/**
 * The communities of at least `sizeMin` accounts in the bipartite graph of accounts and tokens.
 *
 * @param fineness resolution; at zero they are all that hangs together.
 */
export async function communitiesOf(
  shared: SharedTokens,
  sizeMin: number,
  random: Random,
  fineness = resolution,
): Promise<number[][]> {
  const from = new Uint32Array(shared.account.length);
  const to = new Uint32Array(shared.account.length);
  const weights = new Float64Array(shared.account.length);
  /** By account; 0 where it shares nothing. */
  const squares = new Float64Array(shared.accounts);
  let edges = 0;
  for (let at = 0; at < shared.account.length; at++) {
    if (isTurnOver(at)) await nextTurn();
    const account = shared.account[at]!;
    const token = shared.token[at]!;
    const accounts = shared.accountsByToken[token]!;
    if (accounts > shared.population * tokenShareMax) continue;
    const weight = Math.log(shared.population / accounts) * Math.log2(1 + shared.tasks[at]!);
    from[edges] = account;
    to[edges] = shared.accounts + token;
    weights[edges++] = weight;
    squares[account]! += weight * weight;
  }
  // Each account's edges sum to one vector of length one, so that a heavy user does not pull a community around.
  for (let edge = 0; edge < edges; edge++) {
    if (isTurnOver(edge)) await nextTurn();
    weights[edge]! /= Math.sqrt(squares[from[edge]!]!);
  }
  const nodes = shared.accounts + shared.accountsByToken.length;
  const graph = await graphFromEdges(nodes, from.subarray(0, edges), to.subarray(0, edges), weights.subarray(0, edges));
  const labels = await communities(graph, fineness, random);
  const groups = new Map<number, number[]>();
  for (let account = 0; account < shared.accounts; account++) {
    if (squares[account] === 0) continue;
    const label = labels[account]!;
    const group = groups.get(label);
    if (group) group.push(account);
    else groups.set(label, [account]);
  }
  return [...groups.values()].filter((group) => group.length >= sizeMin);
}

/** The tighter clusters inside one, and those inside them, where it falls apart. */
async function innerClusters(
  cluster: readonly Profile[],
  cuts: readonly number[],
  options: ClusterOptions,
): Promise<Profile[][]> {
  const [cut, ...tighter] = cuts;
  if (cut === undefined) return [];
  const random = options.random.fork(`${cut}/${cluster[0]!.account}`);
  const found: Profile[][] = [];
  for (const part of await refine(cluster, cut, { ...options, random })) {
    if (part.length < options.sizeMin) continue;
    if (part.length < cluster.length) found.push(part);
    found.push(...(await innerClusters(part, tighter, options)));
  }
  return found;
}

async function refine(
  group: readonly Profile[],
  cut: number,
  { sizeMin, random }: Omit<ClusterOptions, "cuts">,
): Promise<Profile[][]> {
  if (group.length < sizeMin) return [];
  const [sample, rest] = split(group, linkageAccountsMax, random);
  const labels = await averageLinkage(await pairProducts(sample), sample.length, cut);
  const clusters: Profile[][] = [];
  sample.forEach((profile, i) => (clusters[labels[i]!] ??= []).push(profile));
  await assignRest(
    rest,
    clusters.filter((cluster) => cluster.length >= sizeMin),
    cut,
  );
  return clusters;
}

/** The average cosine between the members of two clusters is the product of their mean profiles, so linkage goes on exactly. */
async function mergeAcross(clusters: readonly Profile[][], cut: number): Promise<Profile[][]> {
  const compared = [...clusters].sort((a, b) => b.length - a.length).slice(0, clustersMax);
  const centres = await centresOf(compared);
  const labels = await averageLinkage(
    await pairProducts(centres),
    compared.length,
    cut,
    compared.map((cluster) => cluster.length),
  );
  const merged: Profile[][] = [];
  compared.forEach((cluster, i) => (merged[labels[i]!] ??= []).push(...cluster));
  return merged;
}

/** Those that were not in the sample go where they are most alike, if anywhere. */
async function assignRest(rest: readonly Profile[], clusters: readonly Profile[][], cut: number): Promise<void> {
  const similarities = productsWith(await centresOf(clusters));
  for await (const profile of inTurns(rest)) {
    let best: Profile[] | undefined;
    let bestSimilarity = cut;
    const values = similarities(profile);
    for (let i = 0; i < values.length; i++) {
      if (values[i]! >= bestSimilarity) {
        bestSimilarity = values[i]!;
        best = clusters[i];
      }
    }
    best?.push(profile);
  }
}

/** A sample of at most `size`, and those that are not in it. */
function split<T>(items: readonly T[], size: number, random: Random): [T[], T[]] {
  const pool = [...items];
  if (pool.length <= size) return [pool, []];
  for (let i = 0; i < size; i++) {
    const j = random.integer(i, pool.length - 1);
    const held = pool[i]!;
    pool[i] = pool[j]!;
    pool[j] = held;
  }
  return [pool.slice(0, size), pool.slice(size)];
}
