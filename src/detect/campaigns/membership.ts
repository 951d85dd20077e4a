import { shareIn } from "../../math/share.ts";
import { isOfLines, isToldByLines } from "../candidates/candidate.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { leadKey } from "../leads/lead.ts";
import type { LeadName } from "../leads/lead.ts";
import { joinGroups, likenessMin, likenessTo } from "./joining.ts";
import type { Ways } from "./joining.ts";

/*
 * Clustering can split one campaign and misses accounts with few tasks (a replacement of a banned one): parts are merged, and single
 * accounts join.
 */

/** A group with this share of its accounts in a stronger one is that one; and so many of them must have a profile. */
const overlapMin = 0.5;
/** A part is at most this share of the whole. */
const partMax = 0.5;
/** Fewer accounts are no group. */
const accountsMin = 3;
/** Of a convicted group that is mostly taken up the rest are those who were let go. */
const leftShareMin = 0.5;

/** Whether these are enough to be looked at as one hand. */
export const isGroup = ({ accounts }: Pick<Candidate, "accounts">): boolean => accounts.length >= accountsMin;

export interface Gathered {
  /** With all who were merged and who joined. */
  readonly grown: Candidate;
  /** As it was convicted: what stands if the grown group does not. */
  readonly core: Candidate;
}

/**
 * Merges convicted groups that are one campaign and lets single accounts join.
 *
 * @param convicted groups, strongest first, those that leads drew attention to last; a smaller one that fits a stronger one is
 *   merged into it.
 */
export async function gatherMembers(convicted: readonly Candidate[], ways: Ways): Promise<Gathered[]> {
  const groups: Group[] = [];
  for (const { id: _, ...convictedCore } of convicted) {
    const { accounts, source, leads = [] } = convictedCore;
    const taken = new Set(groups.flatMap((group) => group.accounts));
    // A looser group around a stronger one: only who is not in that one yet.
    const free = accounts.filter((account) => !taken.has(account));
    const part = isOfLines(source) ? partOf(accounts, groups) : undefined;
    if (part) {
      const own = new Set(part.accounts);
      part.core = { ...convictedCore, accounts: accounts.filter((account) => own.has(account) || !taken.has(account)) };
      part.source = source;
      part.accounts.push(...free);
      part.leads.push(...leads);
      continue;
    }
    const like = await firstLike(groups, accounts, ways);
    const users = new Set(accounts);
    const host =
      like ??
      groups.find(
        (group) =>
          shareIn(accounts, new Set(group.accounts)) >= overlapMin ||
          // Around one that stands by itself, its rest would only keep those from it who are of the same hand.
          (!isOfLines(source) && shareIn(group.accounts, users) >= overlapMin),
      );
    if (host) {
      // Who merely stood beside its members in a group of words joins as everybody does: by being like them.
      if (like && !isOfLines(source) && isToldByLines(source)) host.accounts.push(...free);
      if (source === "habits" || source === "resumptions") host.source = source;
      host.leads.push(...leads);
    } else if (free.length >= (isOfLines(source) ? Math.max(accountsMin, overlapMin * accounts.length) : accountsMin))
      groups.push({ accounts: [...free], source, leads: [...leads], core: { ...convictedCore, accounts: free } });
  }
  await joinGroups(groups, ways);
  return groups.map(({ accounts, source, leads, core }, id) => {
    const drawn = leads.length === 0 ? {} : { leads: distinct(leads) };
    return {
      grown: { ...core, ...drawn, id, source, accounts: [...new Set(accounts)].sort((a, b) => a - b) },
      core: { ...core, ...(core.leads === undefined ? drawn : {}), id },
    };
  });
}

/**
 * The convicted groups that were mostly not taken up, each without those who were. Nobody joins them: who is like them is like the
 * campaign that let them go.
 *
 * @param held the accounts of the campaigns that were found
 * @param convicted strongest first
 */
export function leftBy(held: readonly number[], convicted: readonly Candidate[]): Candidate[] {
  const taken = new Set(held);
  const left: Candidate[] = [];
  for (const group of convicted) {
    const accounts = group.accounts.filter((account) => !taken.has(account));
    if (accounts.length < Math.max(accountsMin, leftShareMin * group.accounts.length)) continue;
    for (const account of accounts) taken.add(account);
    left.push({ ...group, id: left.length, accounts });
  }
  return left;
}

function distinct(leads: readonly LeadName[]): LeadName[] {
  return [...new Map(leads.map((lead) => [leadKey(lead), lead])).values()];
}

interface Group {
  readonly accounts: number[];
  /** How its work is told from other traffic: by words as soon as one of its parts needs it. */
  source: Candidate["source"];
  readonly leads: LeadName[];
  core: Omit<Candidate, "id">;
}

/**
 * A group that words alone have found, a small part of those who use the lines, and most of which does: it is a piece of the campaign, without
 * which the rest might not stand. What lines had found is whole, and those who use some of them besides are strangers.
 */
function partOf(accounts: readonly number[], groups: readonly Group[]): Group | undefined {
  const users = new Set(accounts);
  return groups.find(
    (group) =>
      !isToldByLines(group.core.source) &&
      group.accounts.length <= partMax * accounts.length &&
      shareIn(group.accounts, users) >= overlapMin,
  );
}

async function firstLike(
  groups: readonly Group[],
  accounts: readonly number[],
  ways: Ways,
): Promise<Group | undefined> {
  for (const group of groups) if (await isLike(group, accounts, ways)) return group;
  return undefined;
}

async function isLike(group: Group, accounts: readonly number[], { templates }: Ways): Promise<boolean> {
  const likeness = await likenessTo(group.accounts, templates, likenessMin);
  const own = accounts.flatMap((account) => templates.get(account) ?? []);
  return (
    likeness !== null &&
    own.length >= overlapMin * accounts.length &&
    mean(own.map((profile) => likeness.of(profile))) >= likeness.threshold
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(values.length, 1);
}
