import { dayMs } from "../../kit/time-units.ts";

/*
 * What others' words are worth, and how much of them is kept. Each bound holds for one member, so that what one does takes nothing
 * from another. Why these rules: docs/design/consensus.md.
 */

// Limits.
/** Objects of one member that are kept, taken back ones included. */
export const objectsPerMemberMax = 10_000;
/** Versions of objects that are taken in from one member on one day (UTC). Taking back is never over it. */
export const versionsPerDayMax = 5_000;
/** Leads of one member that are looked for at a time. */
export const leadsPerMemberMax = 50;
/** How far another's clock may be ahead of ours (milliseconds). */
export const aheadMsMax = 10 * 60_000;
/** A version that was made longer ago is not taken in: what is forgotten here can't be played again. */
export const versionDaysMax = 400;
/** What was not said again for so long counts for nothing. */
export const silentDaysMax = 90;

// What words are worth.
/** In so many days without a new version, what was said is worth half. */
const halfLifeDays = 15;
/** A lead that is worth less is not looked for any more. */
export const leadConfidenceMin = 0.1;
/** However sure a member says that it is, alone it is worth this. */
export const memberConfidenceMax = 0.5;
/** Of a member that adds no campaign of its own, but says that it has seen the same; of an indicator without a campaign. */
export const wordConfidence = 0.25;
/** How much of what two members find is the way of the same detector: of the errors of two, so much is common. */
export const sameDetectorCorrelation = 0.25;
/** Of what a member says of a campaign, this share has to be its own, or it repeats others. */
export const ownShareMin = 0.1;
/** Skeletons that are as alike as this (Jaccard) belong together. */
export const skeletonSimilarityMin = 0.3;
/** So many members have to find the accounts honest before a lead is left alone for it: no single one can silence others. */
export const disputingMembersMin = 2;

/** What is left of a confidence at `nowMs` if it was last said at `saidMs` by our clock. */
export function decayed(confidence: number, saidMs: number, nowMs: number): number {
  return confidence * 2 ** (-Math.max(0, nowMs - saidMs) / (halfLifeDays * dayMs));
}
