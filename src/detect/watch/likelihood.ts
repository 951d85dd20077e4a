import type { Family } from "../../model/report.ts";

/**
 * How often members of a campaign, and all other accounts, show what marks it. Counts are of accounts over the whole window, and
 * each mark only ever grows as an account goes on; so the share of others that show as much *in the end* bounds the chance that
 * an honest account does at *any* time: an e-value that may be looked at after every exchange.
 */
export interface CampaignMarks {
  readonly members: number;
  readonly others: number;
  /** At position g: how many use lines of at least g of the campaign's templates; position 0 is everybody. */
  readonly membersByTemplates: readonly number[];
  readonly othersByTemplates: readonly number[];
  /** Sent a request that was refused at a member shortly before. */
  readonly membersResumed: number;
  readonly othersResumed: number;
  /** Hold a rare payment, device, phone or address that a member holds (another one, for members). */
  readonly membersTraced: number;
  readonly othersTraced: number;
}

/** What one account has shown. */
export interface Shown {
  readonly templates: number;
  readonly resumed: boolean;
  /** By what it shares with a member: an address, or something that people do not share by where they are. */
  readonly traced: "address" | "identity" | null;
}

/** Who shares an office or a campus shares its address and what is passed around there: these are one sign until more is shown. */
const templatesBesideAddressMin = 2;

/**
 * log10 likelihood ratios by family, member against stranger. What is not shown says nothing: a newcomer has not had the time.
 */
export function marksLogE(marks: CampaignMarks, shown: Shown): Partial<Record<Family, number>> {
  const logE: Partial<Record<Family, number>> = {};
  const ratio = (members: number, othersShare: number): number =>
    Math.log10((members + 0.5) / (marks.members + 1) / othersShare);
  if (shown.templates > 0)
    logE.partition = ratio(marks.membersByTemplates[shown.templates] ?? 0, othersShareOf(marks, shown.templates));
  if (shown.resumed) logE.continuation = ratio(marks.membersResumed, share(marks.othersResumed, marks.others));
  if (shown.traced === "identity" || (shown.traced === "address" && shown.templates >= templatesBesideAddressMin))
    logE.infrastructure = ratio(marks.membersTraced, share(marks.othersTraced, marks.others));
  return logE;
}

/**
 * The share of strangers with so many templates, by the rule of succession from step to step: beyond what anybody was seen to do,
 * each further template halves it.
 */
function othersShareOf(marks: CampaignMarks, templates: number): number {
  const seen = (at: number): number => marks.othersByTemplates[at] ?? 0;
  let result = share(seen(1), marks.others);
  for (let at = 2; at <= templates; at++) result *= (seen(at) + 1) / (seen(at - 1) + 2);
  return result;
}

const share = (some: number, all: number): number => (some + 1) / (all + 1);

/** What all families together say. */
export function sumOf(logE: Readonly<Partial<Record<Family, number>>>): number {
  return Object.values(logE).reduce((total, value) => total + value, 0);
}

/** A family speaks from ten to one. */
const familyLogEMin = 1;
const familiesRequired = 2;
/** Strangers drawn in by chance, per campaign, at most. */
const strangersMax = 0.1;

/** Whether an account has shown enough to be taken for a member: by two families, and against all the strangers there are. */
export function isMember(marks: CampaignMarks, logE: Partial<Record<Family, number>>): boolean {
  const values = Object.values(logE);
  const speaking = values.filter((value) => value >= familyLogEMin).length;
  return speaking >= familiesRequired && sumOf(logE) >= Math.log10((marks.others + 1) / strangersMax);
}
