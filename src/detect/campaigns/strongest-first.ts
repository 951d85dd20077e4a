import { shareIn } from "../../math/share.ts";
import { isOfLines, isToldByLines } from "../candidates/candidates.ts";
import type { Candidate } from "../candidates/candidates.ts";
import type { Verdict } from "./verdict.ts";

/** So much of one group in another is nearly all of it. */
const coveredMin = 0.95;

const candidateOf = ({ observation }: Verdict): Candidate => observation.candidate;
const comesLast = (verdict: Verdict): boolean => isOfLines(candidateOf(verdict).source);

/** The convicted groups in the order in which they take up their accounts, and those of others that are like them. */
export function strongestFirst(verdicts: readonly Verdict[]): Candidate[] {
  const ranked = verdicts
    .filter((verdict) => verdict.convicted)
    // What users of the same lines do besides is not looked at, so that others may stand among them: they come last.
    .sort((a, b) => Number(comesLast(a)) - Number(comesLast(b)) || b.logE - a.logE)
    .map(candidateOf);
  const ofTemplates = ranked
    .filter(({ source }) => source === "templates")
    .map((candidate) => ({ candidate, members: new Set(candidate.accounts) }));
  // Two campaigns may do one kind of work, and lines tell them apart: a group of words yields to one of templates that holds nearly all of it.
  const ordered = ranked.flatMap((candidate) => {
    const preciser = isToldByLines(candidate.source)
      ? undefined
      : ofTemplates.find(({ members }) => shareIn(candidate.accounts, members) >= coveredMin);
    return preciser === undefined ? [candidate] : [preciser.candidate, candidate];
  });
  return [...new Set(ordered)];
}
