import { assertNever } from "../kit/assert.ts";
import type { ProblemDetails } from "../kit/http/problem.ts";
import type { ReasonCategory } from "../model/decision.ts";
import { linkFor } from "./customer-links.ts";
import type { CustomerLinks } from "./customer-links.ts";
import type { SurfaceDecision } from "./table/surface-decision.ts";

/** What a customer sees of a decision: what is done, a category of reasons, until when, and the way back. */
export interface DecisionProblem extends ProblemDetails {
  /** Names the decision in an appeal. */
  readonly reference: string;
  readonly category: ReasonCategory;
  readonly appeal: string;
  /** Where verification is what lifts it. */
  readonly verify?: string;
  readonly expires: string;
  /** Where waiting is enough: in how many seconds. */
  readonly retry_after_seconds?: number;
}

/** Why a request does not go on now: it must wait, show who sends it, or is refused for as long as the decision holds. */
export type RefusalCause = "wait" | "verify" | "refused" | "no-new-keys";

const titles: Readonly<Record<RefusalCause, { readonly status: number; readonly title: string }>> = {
  wait: { status: 429, title: "Requests are limited for now" },
  verify: { status: 403, title: "Please show who you are before you go on" },
  refused: { status: 403, title: "Requests are refused for now" },
  "no-new-keys": { status: 403, title: "New keys are on hold" },
};

/**
 * The one text that customers get, on every surface. It is made from the decision's category and never from its reasons, which
 * a surface does not even hold: which signal fired is nobody's to learn by trying.
 */
export function decisionProblem(
  { id, category, expires }: SurfaceDecision,
  cause: RefusalCause,
  { links, retryAfterSeconds }: { readonly links: CustomerLinks; readonly retryAfterSeconds: number | null },
): DecisionProblem {
  const { status, title } = titles[cause];
  return {
    type: `urn:stillwatch:problem:${cause}`,
    title,
    status,
    detail: `${reasonFor(category)} If this is wrong, appeal with the reference ${id}.`,
    reference: id,
    category,
    appeal: linkFor(links.appeal, id),
    ...(cause === "verify" ? { verify: linkFor(links.verify, id) } : {}),
    expires,
    ...(retryAfterSeconds === null ? {} : { retry_after_seconds: retryAfterSeconds }),
  };
}

function reasonFor(category: ReasonCategory): string {
  switch (category) {
    case "coordinated-extraction":
      return "The use of this account looks like part of a coordinated collection of model answers.";
    case "undeclared-use":
      return "The use of this account does not match the use that was declared for it.";
    case "manual-review":
      return "This account is under review.";
    default:
      return assertNever(category, "reason category");
  }
}
