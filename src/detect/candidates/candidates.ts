import type { Random } from "../../kit/random.ts";
import { communities, graphFromEdges } from "../../math/communities.ts";
import { averageLinkage } from "../../math/linkage.ts";
import { pairProducts } from "../../math/products.ts";
import type { LeadName } from "../leads/lead.ts";
import { centreOf, cosine, profiles } from "./profile.ts";
import type { Profile } from "./profile.ts";
import type { SharedTokens } from "./shared-tokens.ts";

// Limits and defaults.
/** Resolution of the communities. They only have to keep alike accounts together; linkage tells them apart. */
const resolution = 1;
/** A token that more than this share of all accounts use says nothing about any of them. */
const tokenShareMax = 0.5;
/** A group below this is too small to tell sampling noise from likeness. */
const accountsMin = 3;
/** Tasks of the forming half that a group's median account must share to be worth a look. */
const tasksMedianMin = 2;
/** Exact linkage holds a square of this many accounts; of larger communities a sample is linked and the rest assigned. */
const linkageAccountsMax = 800;
/** Clusters that are compared across communities, the largest first: a square of them is held. */
const clustersMax = 3000;

/**
 * What in the log led to a candidate: lines of templates in common, words that the accounts come back to, or requests that were
 * refused at one and came again at another.
 */
export type OwnSource = "templates" | "habits" | "resumptions";
/** Or what another provider told of: lines of templates, or traces. */
export type LeadSource = "lead-lines" | "lead-traces";
export type Source = OwnSource | LeadSource;

/** A group of accounts that may be one hand. */
export interface Candidate {
  readonly id: number;
  readonly source: Source;
  /** Account indices, ascending. */
  readonly accounts: readonly number[];
  /** The leads that drew attention to it. */
  readonly leads?: readonly LeadName[];
  /**
   * Who is in it, and which of their tasks are its shared work, was fixed before the log was looked at: it is judged on both halves
   * of the tasks. All others are formed on half 0 and judged on half 1.
   */
  readonly whole?: true;
}

/** Whether a task belongs to the shared work by the lines that it carries. */
export const isToldByLines = (source: Source): boolean => source === "templates" || source === "lead-lines";

/**
 * Where the linkage is cut, loosest first: accounts whose profiles agree less on average are not one group, and what stays
 * together at a tighter cut is a candidate of its own, since a campaign may stand among others who use its published templates.
 * Lines agree or don't; words agree a little in one trade, and less where half of an account's traffic is a stranger's. Of
 * resumed requests every pair of accounts has its own, so there the communities are the groups.
 */
const cutsBySource: Readonly<Record<OwnSource, readonly number[]>> = {
  templates: [0.3, 0.5],
  habits: [0.08, 0.15, 0.3],
  resumptions: [],
};

/**
 * Groups accounts by what they share, one source at a time, in steps that stay near-linear: communities of the bipartite graph
 * of accounts and tokens (no pairs of accounts are ever listed, so popular tokens cost no more than rare ones), average
 * linkage of the profiles inside each community, and the same linkage continued between the clusters of all communities,
 * because modularity cuts a group that carries much of the graph's weight.
 */
export function formCandidates(sources: Readonly<Record<OwnSource, SharedTokens>>, random: Random): Candidate[] {
  const seen = new Set<string>();
  return (["templates", "habits", "resumptions"] as const)
    .flatMap((source) =>
      groupsOf(sources[source], cutsBySource[source], random.fork(source)).map((accounts) => ({ source, accounts })),
    )
    .filter(({ source, accounts }) => {
      // What lines and words agree on is one question, not two.
      const key = `${source === "templates"}/${accounts.join()}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .map((group, id) => ({ id, ...group }));
}

function groupsOf(shared: SharedTokens, cuts: readonly number[], random: Random): number[][] {
  const communitiesFound = bipartiteCommunities(shared, random.fork("communities"));
  const [loosest, ...tighter] = cuts;
  if (loosest === undefined) return communitiesFound.map((group) => group.sort((a, b) => a - b));
  const byAccount = profiles(shared);
  const clusters = communitiesFound
    .flatMap((group) =>
      refine(
        group.flatMap((account) => byAccount.get(account) ?? []),
        random.fork(`refine/${group[0]}`),
        loosest,
      ),
    )
    .filter((cluster) => cluster.length >= accountsMin);
  return mergeAcross(clusters, loosest)
    .flatMap((cluster) => [cluster, ...innerClusters(cluster, tighter, random)])
    .filter((group) => group.length >= accountsMin && median(group.map((profile) => profile.tasks)) >= tasksMedianMin)
    .map((group) => group.map((profile) => profile.account).sort((a, b) => a - b));
}

function bipartiteCommunities(shared: SharedTokens, random: Random): number[][] {
  const entries: { account: number; token: number; weight: number }[] = [];
  const squares = new Map<number, number>();
  for (let start = 0; start < shared.account.length;) {
    const account = shared.account[start]!;
    for (; start < shared.account.length && shared.account[start] === account; start++) {
      const token = shared.token[start]!;
      const accounts = shared.accountsByToken[token]!;
      if (accounts > shared.population * tokenShareMax) continue;
      const weight = Math.log(shared.population / accounts) * Math.log2(1 + shared.tasks[start]!);
      entries.push({ account, token, weight });
      squares.set(account, (squares.get(account) ?? 0) + weight * weight);
    }
  }
  // Each account's edges sum to one vector of length one, so that a heavy user does not pull a community around.
  const graph = graphFromEdges(
    shared.accounts + shared.accountsByToken.length,
    Uint32Array.from(entries, (entry) => entry.account),
    Uint32Array.from(entries, (entry) => shared.accounts + entry.token),
    Float32Array.from(entries, (entry) => entry.weight / Math.sqrt(squares.get(entry.account)!)),
  );
  const labels = communities(graph, resolution, random);
  const groups = new Map<number, number[]>();
  for (const account of squares.keys()) {
    const label = labels[account]!;
    const group = groups.get(label);
    if (group) group.push(account);
    else groups.set(label, [account]);
  }
  return [...groups.values()].filter((group) => group.length >= accountsMin);
}

/** The tighter clusters inside one, and those inside them, where it falls apart. */
function innerClusters(cluster: readonly Profile[], cuts: readonly number[], random: Random): Profile[][] {
  const [cut, ...tighter] = cuts;
  if (cut === undefined) return [];
  const inner = refine(cluster, random.fork(`${cut}/${cluster[0]!.account}`), cut).filter(
    (part) => part.length >= accountsMin,
  );
  return inner.flatMap((part) => [
    ...(part.length === cluster.length ? [] : [part]),
    ...innerClusters(part, tighter, random),
  ]);
}

function refine(group: readonly Profile[], random: Random, cut: number): Profile[][] {
  if (group.length < accountsMin) return [];
  const sample = group.length <= linkageAccountsMax ? group : sampleOf(group, linkageAccountsMax, random);
  const labels = averageLinkage(pairProducts(sample), sample.length, cut);
  const clusters: Profile[][] = [];
  sample.forEach((profile, i) => (clusters[labels[i]!] ??= []).push(profile));
  if (sample.length < group.length) assignRest(group, sample, clusters, cut);
  return clusters;
}

/** The average cosine between the members of two clusters is the product of their mean profiles, so linkage goes on exactly. */
function mergeAcross(clusters: readonly Profile[][], cut: number): Profile[][] {
  const compared = [...clusters].sort((a, b) => b.length - a.length).slice(0, clustersMax);
  const labels = averageLinkage(
    pairProducts(compared.map(centreOf)),
    compared.length,
    cut,
    compared.map((cluster) => cluster.length),
  );
  const merged: Profile[][] = [];
  compared.forEach((cluster, i) => (merged[labels[i]!] ??= []).push(...cluster));
  return merged;
}

function assignRest(group: readonly Profile[], sample: readonly Profile[], clusters: Profile[][], cut: number): void {
  const linked = new Set(sample.map((profile) => profile.account));
  const centres = clusters
    .map((cluster) => ({ cluster, centre: centreOf(cluster) }))
    .filter(({ cluster }) => cluster.length >= accountsMin);
  for (const profile of group) {
    if (linked.has(profile.account)) continue;
    let best: Profile[] | undefined;
    let bestSimilarity = cut;
    for (const { cluster, centre } of centres) {
      const value = cosine(centre, profile);
      if (value >= bestSimilarity) {
        bestSimilarity = value;
        best = cluster;
      }
    }
    best?.push(profile);
  }
}

function sampleOf<T>(items: readonly T[], size: number, random: Random): T[] {
  const pool = [...items];
  for (let i = 0; i < size; i++) {
    const j = random.integer(i, pool.length - 1);
    const held = pool[i]!;
    pool[i] = pool[j]!;
    pool[j] = held;
  }
  return pool.slice(0, size);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
