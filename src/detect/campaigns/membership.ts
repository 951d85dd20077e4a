import { centreOf, cosine } from "../candidates/profile.ts";
import type { Profile } from "../candidates/profile.ts";
import type { Candidate } from "../candidates/candidates.ts";

/*
 * Members join by their own evidence. Clustering can split one campaign and misses accounts with few tasks (a
 * replacement of a banned one). Both are compared with the convicted groups; strangers who share one published template reach a third of its members' likeness at most.
 */

/** A newcomer must be at least this like the members, as a share of how alike the members are. */
const likenessShareMin = 0.6;
/** And in itself. */
const likenessMin = 0.25;
/** Fewer accounts are no group. */
const accountsMin = 3;

/**
 * Merges convicted groups that are one campaign and lets single accounts join.
 *
 * @param convicted groups, strongest first; a smaller one that fits a stronger one is merged into it.
 * @param profiles by account.
 */
export function gatherMembers(convicted: readonly Candidate[], profiles: ReadonlyMap<number, Profile>): Gathered[] {
  const groups: Group[] = [];
  for (const { accounts } of convicted) {
    const own = accounts.flatMap((account) => profiles.get(account) ?? []);
    const host = groups.find((group) => mean(own.map((profile) => group.centre(profile))) >= group.threshold);
    if (host) Object.assign(host, groupOf([...new Set([...host.accounts, ...accounts])], profiles));
    else {
      // A looser group around a stronger one that it is not like: only who is not in that one yet.
      const taken = new Set(groups.flatMap((group) => group.accounts));
      const free = accounts.filter((account) => !taken.has(account));
      if (free.length >= accountsMin) groups.push({ ...groupOf(free, profiles), founders: free });
    }
  }
  const taken = new Set(groups.flatMap((group) => group.accounts));
  for (const profile of profiles.values()) {
    if (taken.has(profile.account)) continue;
    let best: { group: Group; likeness: number } | undefined;
    for (const group of groups) {
      const likeness = group.centre(profile);
      if (likeness >= group.threshold && likeness > (best?.likeness ?? 0)) best = { group, likeness };
    }
    best?.group.joined.push(profile.account);
  }
  return groups.map((group, id) => ({
    grown: { id, accounts: [...group.accounts, ...group.joined].sort((a, b) => a - b) },
    core: { id, accounts: group.founders },
  }));
}

export interface Gathered {
  /** With all who were merged and who joined. */
  readonly grown: Candidate;
  /** As it was convicted: what stands if the grown group does not. */
  readonly core: Candidate;
}

interface Group extends Likeness {
  readonly founders: readonly number[];
}

interface Likeness {
  readonly accounts: readonly number[];
  readonly joined: number[];
  readonly centre: (profile: Profile) => number;
  readonly threshold: number;
}

function groupOf(accounts: readonly number[], profiles: ReadonlyMap<number, Profile>): Likeness {
  const own = accounts.flatMap((account) => profiles.get(account) ?? []);
  const middle = centreOf(own);
  const centre = (profile: Profile): number => cosine(middle, profile);
  const likeness = own.map(centre).sort((a, b) => a - b);
  const median = likeness[Math.floor(likeness.length / 2)] ?? 1;
  return { accounts, joined: [], centre, threshold: Math.max(likenessMin, likenessShareMin * median) };
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(values.length, 1);
}
