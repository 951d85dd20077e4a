import type { Throttle } from "../decide/throttle/gcra.ts";
import { assertNever } from "../kit/assert.ts";
import type { Clock } from "../kit/clock.ts";
import type { DecisionAction } from "../model/decision.ts";
import { WHEN_UNABLE } from "./fail-modes.ts";
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

export interface Degrade {
  readonly decision: SurfaceDecision;
  readonly withhold: readonly Withheld[];
}

export interface Delay {
  readonly decision: SurfaceDecision;
  readonly delayMs: number;
}

/** What a surface does with a request. */
export type Ruling =
  /** It goes on; a decision is given where there is one that leaves requests alone. */
  | { readonly kind: "pass"; readonly decision: SurfaceDecision | null }
  /** It goes on after a while, or with parts of its answer withheld, or both. The decision is the strictest of those behind it. */
  | {
      readonly kind: "restrain";
      readonly decision: SurfaceDecision;
      readonly degrade: Degrade | null;
      readonly delay: Delay | null;
    }
  /** It is answered with the problem. */
  | { readonly kind: "refuse"; readonly decision: SurfaceDecision; readonly problem: DecisionProblem };

/** Decides about requests: what every surface asks, so that all of them do the same. */
export interface Ruler {
  /** Counts the request where it is throttled, so it is asked once a request. No I/O. */
  rule(subject: Subject, purpose: Purpose): Ruling;
  /** What holds on each of those that a request may come from; it is counted once. One at least. */
  ruleAll(subjects: readonly Subject[], purpose: Purpose): Ruling;
  /** What is done where the surface can't do what the decision asks (`WHEN_UNABLE`). */
  unable(decision: SurfaceDecision): Ruling & { readonly kind: "pass" | "refuse" };
}

export interface RulerOptions {
  readonly table: Pick<DecisionTable, "lookup" | "lookupAction" | "lookupEach">;
  /**
   * All requests of one key, account, organisation, address or client share the rate that it is held to, whatever else they are under: a
   * throttle on a key must not hide that on its account, which would then have one more rate with each key. What replaces a throttle goes
   * on from where that was.
   */
  readonly throttle: Pick<Throttle, "admit" | "waitMs">;
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

  /** The strictest decision rules; those that go together with it add what they do. */
  function underDecision(decision: SurfaceDecision, subject: Subject, purpose: Purpose, nowMs: number): Ruling {
    switch (decision.action) {
      case "observe":
        return { kind: "pass", decision };
      case "hold-new-keys":
        return purpose === "new-key" ? refuse(decision, "no-new-keys") : { kind: "pass", decision };
      case "challenge":
        return refuse(decision, "verify");
      case "throttle":
      case "degrade":
      case "tarpit":
        return restrainedBy(decision, subject, nowMs);
      case "block":
        return refuse(decision, "refused");
      default:
        return assertNever(decision.action, "action");
    }
  }

  /** Who is slowed down and gets less gets less, slowly: a milder decision is not undone by a harder one of another kind. */
  function restrainedBy(decision: SurfaceDecision, subject: Subject, nowMs: number): Ruling {
    const of = (action: DecisionAction): SurfaceDecision | null =>
      decision.action === action ? decision : table.lookupAction(subject, nowMs, action);
    const degrade = degradeBy(of("degrade"));
    const delay = delayBy(of("tarpit"));
    return degrade === null && delay === null
      ? { kind: "pass", decision }
      : { kind: "restrain", decision, degrade, delay };
  }

  function uncounted(subject: Subject, purpose: Purpose, nowMs: number): Ruling {
    const decision = table.lookup(subject, nowMs, purpose);
    return decision === null ? PASS : underDecision(decision, subject, purpose, nowMs);
  }

  /** Counts under all throttles, or under none where one refuses: the one that lets go last is what the customer hears of. */
  function counted(ruling: Ruling, subjects: readonly Subject[], nowMs: number): Ruling {
    if (ruling.decision === null || ruling.kind === "refuse") return ruling;
    const buckets = new Map<string, Bucket>();
    for (const subject of subjects)
      for (const decision of table.lookupEach(subject, nowMs, "throttle")) {
        const bucket = bucketOf(decision);
        buckets.set(bucket.key, bucket);
      }
    let longest: { readonly decision: SurfaceDecision; readonly waitMs: number } | null = null;
    for (const { key, decision, rate, burst } of buckets.values()) {
      const waitMs = throttle.waitMs(key, rate, burst, nowMs);
      if (waitMs > (longest?.waitMs ?? 0)) longest = { decision, waitMs };
    }
    if (longest !== null) return refuse(longest.decision, "wait", longest.waitMs);
    for (const { key, rate, burst } of buckets.values()) throttle.admit(key, rate, burst, nowMs);
    return ruling;
  }

  return {
    rule(subject, purpose) {
      const nowMs = clock.nowMs();
      const ruling = uncounted(subject, purpose, nowMs);
      return ruling === PASS ? PASS : counted(ruling, [subject], nowMs);
    },
    ruleAll(subjects, purpose) {
      const nowMs = clock.nowMs();
      return counted(subjects.map((subject) => uncounted(subject, purpose, nowMs)).reduce(together), subjects, nowMs);
    },
    unable(decision) {
      return WHEN_UNABLE[decision.action] === "wait"
        ? refuse(decision, "wait", retryAfterMsDefault)
        : { kind: "pass", decision };
    },
  };
}

/** What a throttle counts by. */
interface Bucket {
  readonly key: string;
  readonly decision: SurfaceDecision;
  readonly rate: number;
  readonly burst: number;
}

function bucketOf(decision: SurfaceDecision): Bucket {
  const { requests_per_minute: rate = requestsPerMinuteDefault, burst = burstDefault } = decision.parameters;
  return { key: `${decision.scope.kind}/${decision.scope.value}`, decision, rate, burst };
}

const PASS: Ruling = { kind: "pass", decision: null };

function degradeBy(decision: SurfaceDecision | null): Degrade | null {
  if (decision === null) return null;
  return { decision, withhold: decision.parameters.withhold ?? ["reasoning", "logprobs", "samples"] };
}

function delayBy(decision: SurfaceDecision | null): Delay | null {
  if (decision === null) return null;
  return { decision, delayMs: Math.min(decision.parameters.delay_ms ?? delayMsDefault, delayMsMax) };
}

/** What holds where each of two rulings does: the harder one, or both where they go together. */
function together(one: Ruling, other: Ruling): Ruling {
  if (one.decision === null) return other;
  if (one.kind !== "restrain" || other.kind !== "restrain")
    return hardness[other.kind] > hardness[one.kind] ? other : one;
  const { decision } = other.delay !== null && one.delay === null ? other : one;
  return { kind: "restrain", decision, degrade: one.degrade ?? other.degrade, delay: one.delay ?? other.delay };
}

const hardness: Readonly<Record<Ruling["kind"], number>> = { pass: 0, restrain: 1, refuse: 2 };
