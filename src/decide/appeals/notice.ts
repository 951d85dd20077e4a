import { assertNever } from "../../kit/assert.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { Decision, ReasonCategory } from "../../model/decision.ts";
import type { DecisionRecord, EndCause } from "../../store/state/decisions.ts";
import { answerDaysMax, fileDaysMax } from "./terms.ts";

/**
 * What the honest see: enough to know what happens to them, why in broad terms, for how long, and how to object. It is the
 * same for everyone of a category, so that nobody learns from it which signal fired.
 */
export interface CustomerNotice {
  /** The decision's id: whoever asks or appeals names it. */
  readonly reference: string;
  readonly category: ReasonCategory;
  readonly reason: string;
  readonly restriction: string;
  readonly since: string;
  readonly until: string;
  readonly appeal: {
    readonly url: string;
    /** Until when one can be filed. */
    readonly until: string;
    readonly answeredWithinDays: number;
  };
}

/** What the honest see of the end of what they were told of. */
export interface EndNotice {
  readonly reference: string;
  readonly category: ReasonCategory;
  /** What it was. */
  readonly restriction: string;
  readonly since: string;
  readonly ended: string;
  /** Why it is over, in broad terms. */
  readonly reason: string;
}

/** What the customer was told of. The kill switch may have taken it out of force since. */
export function isTold({ action, held }: Decision): boolean {
  return action !== "observe" && (held === null || held === "suspended");
}

/** Null where there is nothing to tell. `appealUrl` holds `{reference}`, in whose place the reference goes. */
export function noticeOf(decision: Decision, appealUrl: string): CustomerNotice | null {
  const restriction = restrictionOf(decision);
  if (!isTold(decision) || restriction === null) return null;
  return {
    reference: decision.id,
    category: decision.category,
    reason: reasonOf(decision.category),
    restriction,
    since: decision.created,
    until: decision.expires,
    appeal: {
      url: appealUrl.replaceAll("{reference}", () => encodeURIComponent(decision.id)),
      until: new Date(Date.parse(decision.created) + fileDaysMax * dayMs).toISOString(),
      answeredWithinDays: answerDaysMax,
    },
  };
}

/**
 * Null where there is nothing to tell: nobody was told of the decision, it is in force, or nothing is over, since another one took its place
 * or it waits for the kill switch to be turned back.
 */
export function endNoticeOf({ decision, ended }: DecisionRecord): EndNotice | null {
  const restriction = restrictionOf(decision);
  const reason = ended === null ? null : endReasonOf(ended.cause);
  if (ended === null || restriction === null || reason === null) return null;
  return {
    reference: decision.id,
    category: decision.category,
    restriction,
    since: decision.created,
    ended: ended.at,
    reason,
  };
}

/** Whether nothing takes the place of what has ended. */
export const isOver = (cause: EndCause): boolean => endReasonOf(cause) !== null;

function endReasonOf(cause: EndCause): string | null {
  switch (cause) {
    case "replaced":
    case "kill-switch":
      return null;
    case "expired":
      return "The time that it was decided for is over.";
    case "released":
      return "By what we have seen since, we no longer think so of the use of this account.";
    case "appeal":
      return "We were wrong, as an appeal has shown.";
    case "manual":
      return "A member of our staff lifted it.";
    case "retraction":
      return "What it rested on did not hold.";
    default:
      return assertNever(cause, "cause");
  }
}

/** A notice as it leaves the program, in JSON. */
export function writtenNotice({ appeal, ...notice }: CustomerNotice) {
  const { url, until, answeredWithinDays } = appeal;
  return { ...notice, appeal: { url, until, answered_within_days: answeredWithinDays } };
}

function reasonOf(category: ReasonCategory): string {
  switch (category) {
    case "coordinated-extraction":
      return "The use of this account looks like a part of a coordinated effort to collect answers of our models for training others, which our terms don't allow.";
    case "undeclared-use":
      return "The use of this account looks like one that has to be agreed with us first, and we know of no such agreement.";
    case "manual-review":
      return "A member of our staff reviewed the use of this account and found that it goes against our terms.";
    default:
      return assertNever(category, "category");
  }
}

function restrictionOf({ action, parameters }: Decision): string | null {
  switch (action) {
    case "observe":
      return null;
    case "challenge":
      return "You are asked to show who you are before you go on.";
    case "throttle":
      return `At most ${parameters.requests_per_minute} requests a minute are answered, ${parameters.burst} at once.`;
    case "degrade":
      return `These are not given: ${(parameters.withhold ?? []).map((part) => withheld[part]).join(", ")}. All else works.`;
    case "hold-new-keys":
      return "No new API keys are given out. Those that you have work.";
    case "tarpit":
      return "Answers come later than usual.";
    case "block":
      return "Requests are refused.";
    default:
      return assertNever(action, "action");
  }
}

const withheld = {
  reasoning: "reasoning traces",
  logprobs: "log probabilities",
  samples: "several answers to one request",
} as const;
