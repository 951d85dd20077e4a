import { shareIn } from "../../math/share.ts";
import { isOfLines, isToldByLines } from "../candidates/candidate.ts";
import type { Verdict } from "./verdict.ts";

/** So much of one group in another is nearly all of it. */
const coveredMin = 0.95;

const comesLast = ({ observation }: Verdict): boolean => isOfLines(observation.candidate.source);

/** The convicted groups in the order in which they take up their accounts, and those of others that are like them. */
export function strongestFirst(verdicts: readonly Verdict[]): Verdict[] {
  const ranked = verdicts
    .filter((verdict) => verdict.convicted)
    // What users of the same lines do besides is not looked at, so that others may stand among them: they come last.
    .sort((a, b) => Number(comesLast(a)) - Number(comesLast(b)) || b.logE - a.logE);
  const ofTemplates = ranked
    .filter(({ observation }) => observation.candidate.source === "templates")
    .map((verdict) => ({ verdict, members: new Set(verdict.observation.candidate.accounts) }));
  // Two campaigns may do one kind of work, and lines tell them apart: a group of words yields to one of templates that holds nearly all of it.
  const ordered = ranked.flatMap((verdict) => {
    const { source, accounts } = verdict.observation.candidate;
    const preciser = isToldByLines(source)
      ? undefined
      : ofTemplates.find(({ members }) => shareIn(accounts, members) >= coveredMin);
    return preciser === undefined ? [verdict] : [preciser.verdict, verdict];
  });
  return [...new Set(ordered)];
}
