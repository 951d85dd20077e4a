import type { DecisionAction, DecisionScope } from "../../model/decision.ts";
import { createAllowList } from "./allow-list.ts";
import type { AllowList } from "./allow-list.ts";
import { createDecisionIndex } from "./decision-index.ts";
import type { DecisionIndex, Subject } from "./decision-index.ts";
import type { Purpose } from "./strictness.ts";
import type { SurfaceDecision, SurfaceDelta } from "./surface-decision.ts";

// Limits.
/** Decisions that one sweep removes: about 10 ms. What is left has ended all the same, and goes with the next sweep. */
const expiredPerSweepMax = 10_000;

/**
 * What became of a delta. `repeated`: it is in already. `gap`: one before it is missing, and the follower must load a snapshot.
 * `refused`: a limit forbids it (or its scope is no address); it is counted, and the rest goes on.
 */
export type DeltaOutcome = "applied" | "repeated" | "gap" | "refused";

/** Fills a table anew, in slices as small as the caller likes, while the old contents go on ruling. */
export interface SnapshotLoader {
  add(decision: SurfaceDecision): void;
  /** From here on the new contents rule. A loader is finished once. */
  finish(): void;
}

/**
 * The decisions in force, in memory. A look-up does no I/O, makes no promise, and allocates nothing that grows with the table;
 * it walks at most five short chains, and finds nothing for a subject of which any part is on the allow-list. The writer's side is
 * as cheap: a delta takes O(log n).
 */
export interface DecisionTable {
  /** Of the last delta that is in; 0 before the first. */
  readonly sequence: number;
  /** Decisions held, simulated ones too. */
  readonly size: number;
  /** Decisions that were refused since the last snapshot. Above 0, the gateway enforces less than was decided. */
  readonly refused: number;
  /** The one that was set last; empty before that. */
  readonly allowed: AllowList;
  allow(list: AllowList): void;
  apply(delta: SurfaceDelta): DeltaOutcome;
  /** Starts a snapshot of the decisions as they were after the delta `sequence`. */
  load(sequence: number): SnapshotLoader;
  /** The strictest decision that is enforced on any part of the subject and has not ended by `nowMs`, or null. */
  lookup(subject: Subject, nowMs: number, purpose?: Purpose): SurfaceDecision | null;
  /** The same among decisions of one action. */
  lookupAction(subject: Subject, nowMs: number, action: DecisionAction): SurfaceDecision | null;
  /** The strictest of one action on each part of the subject that has one. */
  lookupEach(subject: Subject, nowMs: number, action: DecisionAction): SurfaceDecision[];
  /** Frees what has ended by `nowMs`; how many. Look-ups pass over it by themselves, so this may be late. */
  expire(nowMs: number): number;
  /** The decision of an id, ended or not, for as long as it is held. */
  get(id: string): SurfaceDecision | null;
  /** What is enforced on one scope, ended or not, in no order. */
  on(scope: DecisionScope): SurfaceDecision[];
  /**
   * All decisions held, simulated ones too, in no order. The table may change meanwhile: what is there from the beginning to the
   * end is met once at least, and what came or went in between may be met or not.
   */
  decisions(): IterableIterator<SurfaceDecision>;
}

export function createDecisionTable(): DecisionTable {
  let index: DecisionIndex = createDecisionIndex();
  let sequence = 0;
  let refused = 0;
  let allowed = createAllowList([]);
  return {
    get sequence() {
      return sequence;
    },
    get size() {
      return index.size;
    },
    get refused() {
      return refused;
    },
    get allowed() {
      return allowed;
    },
    allow(list) {
      allowed = list;
    },
    apply(delta) {
      if (delta.sequence <= sequence) return "repeated";
      if (delta.sequence !== sequence + 1) return "gap";
      sequence = delta.sequence;
      if (delta.kind === "deleted") {
        index.remove(delta.decision.id);
        return "applied";
      }
      if (index.add(delta.decision)) return "applied";
      refused++;
      return "refused";
    },
    load(sequenceOfSnapshot) {
      const fresh = createDecisionIndex();
      let refusedOfSnapshot = 0;
      return {
        add(decision) {
          if (!fresh.add(decision)) refusedOfSnapshot++;
        },
        finish() {
          index = fresh;
          sequence = sequenceOfSnapshot;
          refused = refusedOfSnapshot;
        },
      };
    },
    lookup(subject, nowMs, purpose = "request") {
      const found = index.strictest(subject, nowMs, purpose);
      return found === null || allowed.covers(subject, nowMs) ? null : found;
    },
    lookupAction(subject, nowMs, action) {
      const found = index.strictestOf(subject, nowMs, action);
      return found === null || allowed.covers(subject, nowMs) ? null : found;
    },
    lookupEach: (subject, nowMs, action) =>
      allowed.covers(subject, nowMs) ? [] : index.strictestOnEach(subject, nowMs, action),
    expire: (nowMs) => index.expire(nowMs, expiredPerSweepMax),
    get: (id) => index.get(id),
    on: (scope) => index.on(scope),
    decisions: () => index.all(),
  };
}
