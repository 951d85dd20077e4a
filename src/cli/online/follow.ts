import type { DecisionDelta } from "../../model/decision.ts";
import type { State } from "../../store/state/state.ts";
import { invariant } from "../../kit/assert.ts";

/** Changes that are read at once. */
const pageDeltas = 1_000;

/** Reads the log of changes of decisions from its start, each change once. */
export function followDeltas(state: State): { next(): Promise<DecisionDelta[]> } {
  let sequence = 0;
  return {
    async next() {
      const all: DecisionDelta[] = [];
      for (;;) {
        const page = await state.decisions.deltasAfter(sequence, pageDeltas);
        invariant(page !== null, "the log of changes is whole");
        all.push(...page);
        sequence = page.at(-1)?.sequence ?? sequence;
        if (page.length < pageDeltas) return all;
      }
    },
  };
}
