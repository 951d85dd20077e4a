/** The words of what is shared: every text in it stands here, or is made from an id. */

/** What the objects of a type are called, before the last eight digits of their id. */
const NAMES = {
  campaign: "Campaign",
  "intrusion-set": "Intrusion set",
  infrastructure: "Infrastructure",
  indicator: "Indicator",
  report: "Report",
  grouping: "Grouping",
  incident: "Incident",
} as const;

export type NamedType = keyof typeof NAMES;

/** An object's name says what it is and which, and nothing else. */
export function nameOf(type: NamedType, id: string): string {
  return `${NAMES[type]} ${id.slice(-8)}`;
}

/** STIX wants one (2.1, 4.7); it says no more than the type of the pattern does. */
export const INDICATOR_DESCRIPTIONS = {
  stix: "A fingerprint that accounts of a campaign had in common.",
  "stillwatch-behaviour": "What the work of a campaign looks like, for a detector to look for.",
} as const;

export const OBSERVABLE_TYPES = [
  "stillwatch-fingerprint",
  "stillwatch-prompt-skeleton",
  "stillwatch-timing-signature",
] as const;

export const RELATIONSHIPS = [
  "attributed-to",
  "uses",
  "based-on",
  "indicates",
  "mitigates",
  "consists-of",
  "related-to",
] as const;

export const OPINIONS = ["strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"] as const;
/** Why one disagrees, or what one adds. */
export const REMARKS = [
  "Seen here too, by own evidence.",
  "Looked for and not found here.",
  "The accounts behind this were found to be honest.",
  "An appeal against action on this was upheld.",
  "This repeats what another object says.",
  "What was done here because of this is undone.",
] as const;

export const COURSES_OF_ACTION = [
  "Ask for verification",
  "Limit requests",
  "Withhold reasoning traces, log probabilities and several samples",
  "Give out no new keys",
  "Answer late",
  "Refuse requests",
] as const;

export type Relationship = (typeof RELATIONSHIPS)[number];
export type Opinion = (typeof OPINIONS)[number];
export type Remark = (typeof REMARKS)[number];
export type CourseOfAction = (typeof COURSES_OF_ACTION)[number];
