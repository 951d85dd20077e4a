import { grouped } from "../../kit/grouped.ts";
import { inTurns } from "../../kit/turns.ts";
import { median } from "../../math/median.ts";
import { productWith } from "../../math/products.ts";
import { centreOf } from "../candidates/profile.ts";
import type { Profile } from "../candidates/profile.ts";
import { isToldByLines } from "../candidates/candidate.ts";
import type { Source } from "../candidates/candidate.ts";

/*
 * Single accounts join by their own evidence: by being as like the members as they are each other, or by requests that were refused at one
 * and came again at the other. Strangers who share one published template reach a third of the members' likeness at most.
 */

/** A newcomer must be at least this like the members, as a share of how alike the members are. */
const likenessShareMin = 0.6;
/** And in itself. */
export const likenessMin = 0.25;
const habitLikenessMin = 0.05;
/** Most of a group must have a profile: a few do not speak for the rest. */
const profiledShareMin = 0.5;
/** Requests that were refused at a member and came again at somebody, or the other way: one may be chance. */
const tiedRequestsMin = 2;
/** So few tasks, by its most used token, make an account less like the others by chance alone: to such a share of what is asked. */
const fewTasksMax = 12;
const fewTasksShare = 0.45;

/** What brings accounts to a group, by their index: profiles of what they ask, and requests that were refused at one and came again at another. */
export interface Ways {
  readonly templates: ReadonlyMap<number, Profile>;
  readonly habits: ReadonlyMap<number, Profile>;
  /** By the account that was refused. */
  readonly ties: ReadonlyMap<number, readonly { readonly to_index: number; readonly request_number: number }[]>;
}

interface Joined {
  readonly accounts: readonly number[];
  readonly source: Source;
}

interface Growing extends Joined {
  readonly accounts: number[];
}

export interface Likeness {
  /** Mean cosine with the members. */
  of(profile: Profile): number;
  /** From here on somebody is as like them as they are each other. */
  readonly threshold: number;
}

/** Null where most of the accounts have no profile. */
export async function likenessTo(
  accounts: readonly number[],
  profiles: ReadonlyMap<number, Profile>,
  least: number,
): Promise<Likeness | null> {
  const own = accounts.flatMap((account) => profiles.get(account) ?? []);
  if (own.length < profiledShareMin * accounts.length) return null;
  const of = productWith(await centreOf(own));
  // Without a member's likeness to itself.
  const likeness = own.map((profile) => (of(profile) * own.length - 1) / Math.max(own.length - 1, 1));
  return { of, threshold: Math.max(least, likenessShareMin * median(likeness)) };
}

/** Every account that is in no group yet joins the one that it is most like, if it is like enough; then those who are tied to one. */
export async function joinGroups(groups: readonly Growing[], ways: Ways): Promise<void> {
  const nearest = new Nearest(groups);
  for (const group of groups) {
    await nearest.draw(group, ways.templates, { least: likenessMin });
    if (!isToldByLines(group.source)) await nearest.draw(group, ways.habits, { least: habitLikenessMin });
  }
  for (const [group, accounts] of nearest.byGroup()) group.accounts.push(...accounts);
  joinByTies(groups, ways.ties);
}

/**
 * For each group those who may belong to it but have done too little to be as like the members as they are each other. Of them only who is
 * shown to belong by something else is a member.
 */
export async function possibleMembers<G extends Joined>(
  groups: readonly G[],
  templates: Ways["templates"],
): Promise<Map<G, number[]>> {
  const nearest = new Nearest(groups);
  for (const group of groups)
    await nearest.draw(group, templates, { least: likenessMin, share: fewTasksShare, tasksMax: fewTasksMax });
  // No more than there are members, so that what is read off the group remains theirs.
  return new Map([...nearest.byGroup()].map(([group, accounts]) => [group, accounts.slice(0, group.accounts.length)]));
}

/** Which group accounts of none are most like. */
class Nearest<G extends Joined> {
  readonly #taken: ReadonlySet<number>;
  readonly #nearest = new Map<number, { readonly group: G; readonly ratio: number }>();

  constructor(groups: readonly G[]) {
    this.#taken = new Set(groups.flatMap(({ accounts }) => accounts));
  }

  /**
   * @param least likeness at which two accounts are alike at all
   * @param share of what is asked of a member that is enough
   * @param tasksMax who has more tasks is not asked
   */
  async draw(
    group: G,
    profiles: ReadonlyMap<number, Profile>,
    { least, share = 1, tasksMax = Infinity }: { least: number; share?: number; tasksMax?: number },
  ): Promise<void> {
    const likeness = await likenessTo(group.accounts, profiles, least);
    if (likeness === null) return;
    for await (const profile of inTurns(profiles.values())) {
      if (profile.tasks > tasksMax || this.#taken.has(profile.account)) continue;
      const ratio = likeness.of(profile) / likeness.threshold;
      if (ratio >= share && ratio > (this.#nearest.get(profile.account)?.ratio ?? 0))
        this.#nearest.set(profile.account, { group, ratio });
    }
  }

  /** The most alike first. */
  byGroup(): Map<G, number[]> {
    const alike = [...this.#nearest].sort(([, a], [, b]) => b.ratio - a.ratio);
    const byGroup = grouped(alike, ([, { group }]) => group);
    return new Map([...byGroup].map(([group, entries]) => [group, entries.map(([account]) => account)]));
  }
}

/** Who was banned after a few requests has no profile; but what it was refused came again at the members. */
function joinByTies(groups: readonly Growing[], ties: Ways["ties"]): void {
  const groupOf = new Map(groups.flatMap((group) => group.accounts.map((account) => [account, group] as const)));
  const requests = new Map<number, Map<Growing, Set<number>>>();
  const note = (member: number, other: number, request: number): void => {
    const group = groupOf.get(member);
    if (group === undefined || groupOf.has(other)) return;
    const byGroup = requests.get(other) ?? new Map<Growing, Set<number>>();
    requests.set(other, byGroup.set(group, (byGroup.get(group) ?? new Set()).add(request)));
  };
  for (const [from, handovers] of ties)
    for (const { to_index: to, request_number: request } of handovers) {
      note(from, to, request);
      note(to, from, request);
    }
  for (const [account, byGroup] of requests) {
    const most = [...byGroup].reduce((a, b) => (b[1].size > a[1].size ? b : a));
    if (most[1].size >= tiedRequestsMin) most[0].accounts.push(account);
  }
}
