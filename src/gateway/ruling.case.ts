import type { Throttle } from "../decide/throttle/gcra.ts";
import { fixedClock } from "../kit/clock.ts";
import type { Decision } from "../model/decision.ts";
import { createRuler } from "./ruling.ts";
import type { Ruler } from "./ruling.ts";
import { START_MS } from "./table/decision.case.ts";
import { createDecisionTable } from "./table/decision-table.ts";
import type { DecisionTable } from "./table/decision-table.ts";

export const LINKS = {
  appeal: "https://example.com/appeals/{reference}",
  verify: "https://example.com/verify/{reference}",
} as const;

export interface Gateway {
  readonly table: DecisionTable;
  readonly clock: ReturnType<typeof fixedClock>;
  readonly ruler: Ruler;
  /** Puts a decision in force, as its next delta. */
  decide(decision: Decision): void;
  lift(decision: Decision): void;
}

/** A table with these decisions, and what rules by it. The clock stands still at the start. */
export function gatewayWith(throttle: Throttle, ...decisions: readonly Decision[]): Gateway {
  const table = createDecisionTable();
  const clock = fixedClock(START_MS);
  const next = (kind: "new" | "deleted", decision: Decision): void => {
    table.apply({ sequence: table.sequence + 1, kind, decision });
  };
  for (const decision of decisions) next("new", decision);
  return {
    table,
    clock,
    ruler: createRuler({ table, throttle, links: LINKS, clock }),
    decide: (decision) => next("new", decision),
    lift: (decision) => next("deleted", decision),
  };
}
