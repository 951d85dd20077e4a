import type { Family } from "../../model/report.ts";

/**
 * How often members of a campaign, and all other accounts, show what marks it, and what an account that shows as much is worth as evidence
 * of being one of them, whenever one looks.
 *
 * Each mark only ever grows as an account goes on, so that what it is worth never falls, and the greatest value over all time is that of the
 * end of the window. A bet on whether a mark is shown has by then an expectation of one for a stranger: an e-value at every exchange at
 * once (Ramdas et al. 2023, Game-theoretic statistics and safe anytime-valid inference). The share of strangers who show as many templates
 * in the end is a p-value at every exchange in the same way. A p-value divided by e-values that are independent of it is a p-value
 * (Ignatiadis, Wang and Ramdas 2024, E-values as unnormalized weights in multiple testing): one stranger in c at most ever comes to c.
 * That a stranger's marks are independent of each other is argued, not shown, and is why an address together with a single template
 * counts for nothing.
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

/** What a newcomer can show by itself. */
export type NewcomerFamily = Extract<Family, "partition" | "continuation" | "infrastructure">;

/**
 * log10 of what each family says, for a member and against a stranger. What is not shown yet costs what was bet on it, half at most: a
 * newcomer has not had the time.
 */
export function marksLogE(marks: CampaignMarks, shown: Shown): Record<NewcomerFamily, number> {
  const isTraced =
    shown.traced === "identity" || (shown.traced === "address" && shown.templates >= templatesBesideAddressMin);
  return {
    partition: templatesLogE(marks, shown.templates),
    continuation: betLogE(
      memberShare(marks.membersResumed, marks),
      share(marks.othersResumed, marks.others),
      shown.resumed,
    ),
    infrastructure: betLogE(memberShare(marks.membersTraced, marks), share(marks.othersTraced, marks.others), isTraced),
  };
}

/** By how many times more members than strangers come so far, where that was most. */
function templatesLogE(marks: CampaignMarks, templates: number): number {
  let ratio = 1;
  strangersByTemplates(marks, templates).forEach((strangers, at) => {
    ratio = Math.max(ratio, memberShare(marks.membersByTemplates[at + 1] ?? 0, marks) / strangers);
  });
  return Math.log10(ratio);
}

/** Half of what there is, as far as members show the mark, is bet on it at the odds of strangers. */
function betLogE(members: number, strangers: number, shown: boolean): number {
  const stake = members / 2;
  return Math.log10(1 - stake + (shown ? stake / strangers : 0));
}

const memberShare = (members: number, marks: CampaignMarks): number => (members + 0.5) / (marks.members + 1);

/**
 * The shares of strangers with at least one template, two, and so on, by the rule of succession from step to step: beyond what anybody was
 * seen to do, each further template halves it.
 */
function strangersByTemplates({ others, othersByTemplates }: CampaignMarks, levels: number): number[] {
  const seen = (at: number): number => othersByTemplates[at] ?? 0;
  const shares: number[] = [];
  for (let at = 1; at <= levels; at++)
    shares.push(at === 1 ? share(seen(1), others) : (shares[at - 2]! * (seen(at) + 1)) / (seen(at - 1) + 2));
  return shares;
}

const share = (some: number, all: number): number => (some + 1) / (all + 1);

/** What all families together say. */
export function sumOf(logE: Readonly<Record<NewcomerFamily, number>>): number {
  return Object.values(logE).reduce((total, value) => total + value, 0);
}

/** A family speaks from ten to one. */
const familyLogEMin = 1;
const familiesRequired = 2;
/** Strangers drawn in by chance, per campaign, at most. */
const strangersMax = 0.1;

/** Whether an account has shown enough to be taken for a member: by two families, and against all the strangers there are. */
export function isMember(marks: CampaignMarks, logE: Readonly<Record<NewcomerFamily, number>>): boolean {
  const values = Object.values(logE);
  const speaking = values.filter((value) => value >= familyLogEMin).length;
  return speaking >= familiesRequired && sumOf(logE) >= Math.log10((marks.others + 1) / strangersMax);
}
