import type { Random } from "../../kit/random.ts";
import { mapInTurns } from "../../kit/turns.ts";
import { median } from "../../math/median.ts";
import { shareIn } from "../../math/share.ts";
import { isOfTraces, isToldByLines } from "./candidate.ts";
import type { Candidate, OwnSource } from "./candidate.ts";
import { clustersOf, communitiesOf } from "./clusters.ts";
import type { Cuts } from "./clusters.ts";
import { rowsOf, transposed } from "./shared-tokens.ts";
import type { SharedTokens } from "./shared-tokens.ts";
import { groupsOfTraces } from "./traces.ts";
import type { Traces } from "./traces.ts";

// Limits and defaults.
/** A group below this is too small to tell sampling noise from likeness. */
const accountsMin = 3;
/** Tasks of the forming half that a group's median account must share to be worth a look. */
const tasksMedianMin = 2;
/** What more than this share of all accounts use says nothing about any of them. */
const usersShareMax = 0.5;
/** Fewer users of the same lines, who need be alike in nothing else, show too little. */
const usersMin = 5;
/** Share of a cluster's lines that ask for training material. */
const tellingShareMin = 0.1;
/** Users of the same lines who are alike in all else, too, are looked at already. */
const coveredMin = 0.5;
/** Lines of a cluster that an account must use, if it has so many: one alone may be somebody else's, too. */
const clusterLinesMin = 2;

/**
 * Where the linkage is cut, loosest first: accounts whose profiles agree less on average are not one group, and what stays
 * together at a tighter cut is a candidate of its own, since a campaign may stand among others who use its published templates.
 * Lines agree or don't; words agree a little in one trade, and less where half of an account's traffic is a stranger's.
 */
const templateCuts: Cuts = [0.3, 0.5];
const habitCuts: Cuts = [0.08, 0.15, 0.3];
/** Of a template's lines an account that does little of the work uses some, and another some others. */
const lineCuts: Cuts = [0.2];

/** What accounts share, by the kind of it. */
export interface Shared {
  readonly templates: SharedTokens;
  /** Those of the templates' tokens that ask for training material. */
  readonly telling: ReadonlySet<number>;
  /** These may be on their way while groups of the others are formed. */
  readonly habits: SharedTokens | Promise<SharedTokens>;
  readonly resumptions: SharedTokens | Promise<SharedTokens>;
  readonly traces?: Traces | Promise<Traces>;
}

/** Groups accounts by what they share, one source at a time, each in steps that stay near-linear. */
export async function formCandidates(
  { templates, telling, habits, resumptions, traces }: Shared,
  random: Random,
): Promise<Candidate[]> {
  const alike = await groupsOf(templates, templateCuts, random.fork("templates"));
  const looked = alike.map((group) => new Set(group));
  const users = await usersOf(templates, telling, random.fork("lines"));
  const isLooked = await mapInTurns(users, (group) => looked.some((other) => shareIn(group, other) >= coveredMin));
  const groups: readonly [OwnSource, number[][]][] = [
    ["templates", alike],
    ["lines", users.filter((_, i) => !isLooked[i]!)],
    ["habits", await groupsOf(await habits, habitCuts, random.fork("habits"))],
    // Every pair of accounts has resumed requests of its own, so there the communities are the groups.
    [
      "resumptions",
      await communitiesOf(await resumptions, accountsMin, random.fork("resumptions").fork("communities")),
    ],
    ...(traces === undefined ? [] : await groupsOfTraces(await traces, accountsMin, random.fork("traces"))),
  ];
  const seen = new Set<string>();
  return groups
    .flatMap(([source, list]) => list.map((group) => ({ source, accounts: group.sort((a, b) => a - b) })))
    .filter(({ source, accounts }) => {
      // What lines and words agree on is one question, not two.
      const key = `${isOfTraces(source) ? source : isToldByLines(source)}/${accounts.join()}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .map((group, id) => ({ id, ...group }));
}

/** Accounts that are alike in what they use. */
async function groupsOf(shared: SharedTokens, cuts: Cuts, random: Random): Promise<number[][]> {
  const clusters = await clustersOf(shared, { cuts, sizeMin: accountsMin, random });
  return clusters
    .filter((group) => median(group.map((profile) => profile.tasks)) >= tasksMedianMin)
    .map((group) => group.map((profile) => profile.account));
}

/**
 * The users of lines that are alike in who uses them, where these ask for training material. So an account is found that does a
 * little of the work among much else: of all that it asks the work is a small part, but those who share in it are nearly all that
 * use its lines. Lines that do not tell what they are for hold the others together, or stand in their way: both is tried.
 */
async function usersOf(shared: SharedTokens, telling: ReadonlySet<number>, random: Random): Promise<number[][]> {
  const options = { cuts: lineCuts, sizeMin: 1 };
  const lines = await transposed(shared);
  const all = await clustersOf(lines, { ...options, random: random.fork("all") });
  const clusters = [
    ...all.filter(
      (cluster) => cluster.filter(({ account: line }) => telling.has(line)).length >= tellingShareMin * cluster.length,
    ),
    ...(await clustersOf(await rowsOf(lines, telling), { ...options, random: random.fork("telling") })),
  ];
  const users = await mapInTurns(clusters, (cluster) => {
    const used = new Map<number, number>();
    for (const { features } of cluster) for (const account of features) used.set(account, (used.get(account) ?? 0) + 1);
    const least = Math.min(clusterLinesMin, cluster.length);
    return [...used].flatMap(([account, count]) => (count >= least ? account : []));
  });
  return users.filter(({ length }) => length >= usersMin && length <= usersShareMax * shared.population);
}
