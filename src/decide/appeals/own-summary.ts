import type { Standing } from "../../model/decision.ts";

/** Below this a share tells nothing that a customer could check. */
const someShareMin = 0.1;
const halfShareMin = 0.4;
const mostShareMin = 0.7;

/**
 * What was seen in the customer's own traffic, for an appeal that knows what it is about. Nothing of other accounts, no
 * family of evidence, no threshold; and numbers as orders of magnitude only, or it could be asked again and again to find out how
 * far one may go.
 */
export interface OwnSummary {
  /** The time of the last exchange that was looked at. */
  readonly asOf: string;
  readonly sentences: readonly string[];
}

export function ownSummary({ time, harvest, exchanges_per_day: daily, campaign }: Standing): OwnSummary {
  const kinds = campaign.capabilities.map((one) => one.replaceAll("-", " "));
  return {
    asOf: time,
    sentences: [
      `Your account sent ${magnitude(daily)} requests a day.`,
      `${capitalised(share(harvest.share))} of them, ${magnitude(harvest.tasks)} tasks in all, asked for material of the kind in question.`,
      ...(kinds.length === 0 ? [] : [`What they asked for could teach another model: ${kinds.join(", ")}.`]),
    ],
  };
}

function magnitude(count: number): string {
  if (count < 10) return "fewer than ten";
  if (count < 100) return "tens of";
  if (count < 1_000) return "hundreds of";
  if (count < 1_000_000) return "thousands of";
  return "millions of";
}

function share(part: number): string {
  if (part >= mostShareMin) return "most";
  if (part >= halfShareMin) return "about half";
  return part >= someShareMin ? "some" : "few";
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
