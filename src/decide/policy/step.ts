import { z } from "zod";
import { minuteMs } from "../../kit/time-units.ts";
import type { ActionParameters, DecisionAction } from "../../model/decision.ts";
import { durationSchema } from "./duration.ts";

// Limits.
const requestsPerMinuteMax = 1_000_000;
/** A tarpit holds a socket of ours as well as the caller's patience. */
const delayMsMax = 60_000;
/** Shorter, and a late tick of the detector would let it lapse. */
const ttlMsMin = 30 * minuteMs;
/** Longer, and nobody remembers why. */
const ttlMsMax = 90 * 24 * 60 * minuteMs;

const ttl = durationSchema.pipe(z.int().min(ttlMsMin, "at least 30m").max(ttlMsMax, "at most 90d"));
/** How long the account has been under a decision for this campaign when the step is taken; the first step has none. */
const after = durationSchema.optional();

const withNothing = z.strictObject({ action: z.enum(["observe", "challenge", "hold-new-keys", "block"]), ttl });
const throttle = z.strictObject({
  action: z.literal("throttle"),
  "requests-per-minute": z.number().positive().max(requestsPerMinuteMax),
  burst: z.int().positive().max(requestsPerMinuteMax),
  ttl,
});
const degrade = z.strictObject({
  action: z.literal("degrade"),
  withhold: z.array(z.enum(["reasoning", "logprobs", "samples"])).min(1),
  ttl,
});
const tarpit = z.strictObject({ action: z.literal("tarpit"), "delay-ms": z.int().positive().max(delayMsMax), ttl });

/** An action with what it needs, and how long it holds. */
export const orderedStepSchema = z.discriminatedUnion("action", [withNothing, throttle, degrade, tarpit]);

/** The same in a policy, which also says when it is taken. */
export const stepSchema = z.discriminatedUnion("action", [
  withNothing.extend({ after }),
  throttle.extend({ after }),
  degrade.extend({ after }),
  tarpit.extend({ after }),
]);

export type PolicyStep = z.infer<typeof stepSchema>;

export interface Step {
  readonly afterMs: number;
  readonly ttlMs: number;
  readonly action: DecisionAction;
  readonly parameters: ActionParameters;
}

export function compileStep(source: PolicyStep): Step {
  return Object.freeze({
    afterMs: source.after ?? 0,
    ttlMs: source.ttl,
    action: source.action,
    parameters: Object.freeze(parametersOf(source)),
  });
}

function parametersOf(source: PolicyStep): Step["parameters"] {
  switch (source.action) {
    case "throttle":
      return { requests_per_minute: source["requests-per-minute"], burst: source.burst };
    case "tarpit":
      return { delay_ms: source["delay-ms"] };
    case "degrade":
      return { withhold: [...new Set(source.withhold)].toSorted() };
    default:
      return {};
  }
}
