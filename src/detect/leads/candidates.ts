import type { Store } from "../../store/engine.ts";
import { isOfLeads } from "../candidates/candidate.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { leadKey } from "./lead.ts";
import type { Lead, Leads } from "./lead.ts";
import { matchLeads } from "./matches.ts";
import type { LeadMatch } from "./matches.ts";

// Limits and defaults.
/** Members of whom leads are looked into, and leads of each: the first ones. */
const sourcesMax = 50;
const leadsPerSourceMax = 200;
/** Fewer accounts are too few to tell sampling noise from likeness. */
const accountsMin = 3;
/** A lead that names more accounts than this is none; and all candidates of one member, the smallest first, have this many. */
const candidateAccountsMax = 2_000;
const sourceAccountsMax = 20_000;
/** Who uses one published template of a campaign is mostly a stranger; so many kinds of lines make another candidate. */
const templatesMin = 2;

/** The leads that are looked into. */
export function leadsWithinLimits(list: readonly Lead[]): Lead[] {
  const counts = new Map<string, number>();
  return list.filter(({ source }) => {
    const count = counts.get(source) ?? (counts.size < sourcesMax ? 0 : leadsPerSourceMax);
    if (count < leadsPerSourceMax) counts.set(source, count + 1);
    return count < leadsPerSourceMax;
  });
}

/**
 * The groups of accounts to which leads draw attention: those who use any line that a lead tells of, on whatever half; those of
 * them who use lines of several templates on half 0; and those who hold a trace that it tells of.
 *
 * The first are fixed before this log was looked at, and so is what counts as their shared work: both halves of their tasks may
 * judge them. The others are formed on half 0, as all candidates are.
 *
 * @param list within limits. @param firstId of the candidates.
 */
export async function formLeadCandidates(
  store: Store,
  list: readonly Lead[],
  digests: Omit<Leads, "list">,
  firstId: number,
): Promise<Candidate[]> {
  const least = new Map(list.map((lead) => [leadKey(lead), Math.max(lead.accountsMin, accountsMin)]));
  const groups = new Map<string, Omit<Candidate, "id">>();
  for (const match of await matchLeads(store, list, digests))
    for (const group of groupsOf(match)) {
      const size = group.accounts.length;
      if (size < (least.get(leadKey(match.lead)) ?? accountsMin) || size > candidateAccountsMax) continue;
      // Leads of one member that name the same accounts ask one question.
      const key = JSON.stringify([match.lead.source, group.source, group.whole, group.accounts]);
      groups.set(key, { ...group, leads: [...(groups.get(key)?.leads ?? []), match.lead] });
    }
  return withinSourceLimit([...groups.values()]).map((group, i) => ({ ...group, id: firstId + i }));
}

function groupsOf({ byLines, byTraces }: LeadMatch): Omit<Candidate, "id">[] {
  const users = [...byLines].sort(([a], [b]) => a - b);
  const all = users.map(([account]) => account);
  const several = users.flatMap(([account, templates]) => (templates >= templatesMin ? account : []));
  return [
    { source: "lead-lines", accounts: all, whole: true },
    ...(several.length < all.length ? [{ source: "lead-lines" as const, accounts: several }] : []),
    { source: "lead-traces", accounts: byTraces },
  ];
}

function withinSourceLimit(groups: readonly Omit<Candidate, "id">[]): Omit<Candidate, "id">[] {
  const accounts = new Map<string, number>();
  return groups
    .toSorted((a, b) => a.accounts.length - b.accounts.length)
    .filter((group) => {
      const source = group.leads?.[0]?.source ?? "";
      const sum = (accounts.get(source) ?? 0) + group.accounts.length;
      if (sum <= sourceAccountsMax) accounts.set(source, sum);
      return sum <= sourceAccountsMax;
    });
}

/**
 * Whether nothing but leads drew attention to a group, and who told them permits no more than to look. One that permits it is enough:
 * or whoever adds a word of his own to another's could shield whom that one means.
 */
export function isRestricted({ source, leads: names = [] }: Candidate, leads: Leads | null): boolean {
  if (!isOfLeads(source)) return false;
  const permitting = new Set(leads?.list.filter(({ permitsActions }) => permitsActions).map(leadKey));
  return !names.some((name) => permitting.has(leadKey(name)));
}
