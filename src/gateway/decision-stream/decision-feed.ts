import { invariant } from "../../kit/assert.ts";
import type { AllowList } from "../table/allow-list.ts";
import type { DecisionTable, DeltaOutcome, SnapshotLoader } from "../table/decision-table.ts";
import { surfaceDecision } from "../table/surface-decision.ts";
import type { SurfaceDelta } from "../table/surface-decision.ts";

// Limits.
/** Of memory, about 60 MB. A follower that is further behind starts anew from a snapshot. */
export const deltasMax = 100_000;

/**
 * The table together with its latest changes: the desk writes here, and whoever follows reads from where it was. However many
 * follow and however slow they are, one list of bounded length serves them all.
 */
export interface DecisionFeed {
  readonly table: Omit<DecisionTable, "allow" | "apply" | "load">;
  /** As the table's `allow`. It goes whole to those who follow: it is short, and changes rarely. */
  allow(list: AllowList): void;
  /** As the table's `apply`; what it takes is kept for those who follow. */
  apply(delta: SurfaceDelta): DeltaOutcome;
  /**
   * As the table's `load`. `before` are the last changes up to the snapshot, without a gap: whoever follows has to start anew unless it was
   * among them, and is told what they have ended.
   */
  load(sequence: number, before?: readonly SurfaceDelta[]): SnapshotLoader;
  /** The changes after a sequence, at most `max`; null where they are no longer known, or not yet. */
  after(sequence: number, max: number): readonly SurfaceDelta[] | null;
  /** All changes that are still known. */
  known(): readonly SurfaceDelta[];
}

export function createDecisionFeed(table: DecisionTable): DecisionFeed {
  /** A ring: the delta of sequence s stands at s modulo its length. */
  const ring: SurfaceDelta[] = [];
  /** Of the oldest delta that is kept. */
  let first = table.sequence + 1;

  function between(from: number, to: number): readonly SurfaceDelta[] {
    const deltas: SurfaceDelta[] = [];
    for (let sequence = from; sequence <= to; sequence++) {
      const delta = ring[sequence % deltasMax];
      invariant(delta?.sequence === sequence, "the feed keeps its deltas without gaps");
      deltas.push(delta);
    }
    return deltas;
  }

  function keep({ sequence, kind, decision }: SurfaceDelta): void {
    ring[sequence % deltasMax] = { sequence, kind, decision: surfaceDecision(decision) };
  }

  return {
    table,
    allow: (list) => table.allow(list),
    apply(delta) {
      const outcome = table.apply(delta);
      if (outcome === "gap" || outcome === "repeated") return outcome;
      const { sequence } = delta;
      keep(delta);
      first = Math.max(first, sequence - deltasMax + 1);
      return outcome;
    },
    load(sequence, before = []) {
      const loader = table.load(sequence);
      return {
        add: loader.add,
        finish() {
          loader.finish();
          ring.length = 0;
          first = sequence + 1 - Math.min(before.length, deltasMax);
          for (const delta of before.slice(-deltasMax)) keep(delta);
        },
      };
    },
    after(sequence, max) {
      if (sequence + 1 < first || sequence > table.sequence) return null;
      return between(sequence + 1, Math.min(table.sequence, sequence + max));
    },
    known: () => between(first, table.sequence),
  };
}
