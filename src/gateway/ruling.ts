import type { Throttle } from "../decide/throttle/gcra.ts";
import { assertNever } from "../kit/assert.ts";
import type { Clock } from "../kit/clock.ts";
import { FAIL_MODES } from "./fail-modes.ts";
import { decisionProblem } from "./decision-problem.ts";
import type { DecisionProblem, RefusalCause } from "./decision-problem.ts";
import type { CustomerLinks } from "./customer-links.ts";
import type { Subject } from "./table/decision-index.ts";
import type { DecisionTable } from "./table/decision-table.ts";
import type { Purpose } from "./table/strictness.ts";
import type { SurfaceDecision } from "./table/surface-decision.ts";

// Defaults, where a decision leaves its parameters out.
const requestsPerMinuteDefault = 10;
const burstDefault = 1;
const delayMsDefault = 5000;
/** Where something is used up. */
const retryAfterMsDefault = 10_000;

// Limits.
/** Longer than callers wait; a socket held longer is only a cost. */
const delayMsMax = 60_000;

/** What can be withheld from an answer. */
export type Withheld = "reasoning" | "logprobs" | "samples";

/** What a surface does with a request. */
export type Ruling =
  /** It goes on; a decision is given where there is one that leaves requests alone. */
  | { readonly kind: "pass"; readonly decision: SurfaceDecision | null }
  /** It goes on, and these parts are withheld. */
  | { readonly kind: "degrade"; readonly decision: SurfaceDecision; readonly withhold: readonly Withheld[] }
  /** It goes on after a while. */
  | { readonly kind: "delay"; readonly decision: SurfaceDecision; readonly delayMs: number }
  /** It is answered with the problem. */
  | { readonly kind: "refuse"; readonly decision: SurfaceDecision; readonly problem: DecisionProblem };

/** Decides about requests: what every surface asks, so that all of them do the same. */
export interface Ruler {
  /** Counts the request where it is throttled, so it is asked once a request. No I/O. */
  rule(subject: Subject, purpose: Purpose): Ruling;
  /** What is done where the surface can't do what the decision asks (`FAIL_MODES`). */
  unable(decision: SurfaceDecision): Ruling & { readonly kind: "pass" | "refuse" };
}

export interface RulerOptions {
  readonly table: Pick<DecisionTable, "lookup">;
  /** All requests that fall under one decision share its rate. */
  readonly throttle: Pick<Throttle, "admit">;
  readonly links: CustomerLinks;
  readonly clock: Pick<Clock, "nowMs">;
}

export function createRuler({ table, throttle, links, clock }: RulerOptions): Ruler {
  function refuse(decision: SurfaceDecision, cause: RefusalCause, retryAfterMs: number | null = null) {
    const retryAfterSeconds = retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1000);
    return {
      kind: "refuse",
      decision,
      problem: decisionProblem(decision, cause, { links, retryAfterSeconds }),
    } as const;
  }

  function underDecision(decision: SurfaceDecision, purpose: Purpose, nowMs: number): Ruling {
    const { action, parameters } = decision;
    switch (action) {
      case "observe":
        return { kind: "pass", decision };
      case "hold-new-keys":
        return purpose === "new-key" ? refuse(decision, "no-new-keys") : { kind: "pass", decision };
      case "challenge":
        return refuse(decision, "verify");
      case "throttle": {
        const { requests_per_minute: rate = requestsPerMinuteDefault, burst = burstDefault } = parameters;
        const waitMs = throttle.admit(decision.id, rate, burst, nowMs);
        return waitMs === 0 ? { kind: "pass", decision } : refuse(decision, "wait", waitMs);
      }
      case "degrade":
        return { kind: "degrade", decision, withhold: parameters.withhold ?? ["reasoning", "logprobs", "samples"] };
      case "tarpit":
        return { kind: "delay", decision, delayMs: Math.min(parameters.delay_ms ?? delayMsDefault, delayMsMax) };
      case "block":
        return refuse(decision, "refused");
      default:
        return assertNever(action, "action");
    }
  }

  return {
    rule(subject, purpose) {
      const nowMs = clock.nowMs();
      const decision = table.lookup(subject, nowMs, purpose);
      return decision === null ? PASS : underDecision(decision, purpose, nowMs);
    },
    unable(decision) {
      const { whenUnable } = FAIL_MODES[decision.action];
      return whenUnable === "wait" ? refuse(decision, "wait", retryAfterMsDefault) : { kind: "pass", decision };
    },
  };
}

const PASS: Ruling = { kind: "pass", decision: null };
