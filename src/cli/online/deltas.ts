import type { DecisionDelta } from "../../model/decision.ts";
import type { State } from "../../store/state/state.ts";

/** Changes that are read at once. */
const pageDeltas = 1_000;

/** The changes of decisions after a sequence, page by page, up to the latest; null, as the last, where the log has a gap. */
export async function* deltasAfter(state: State, sequence: number): AsyncGenerator<readonly DecisionDelta[] | null> {
  let last = sequence;
  for (;;) {
    const page = await state.decisions.deltasAfter(last, pageDeltas);
    yield page;
    if (page === null || page.length < pageDeltas) return;
    last = page.at(-1)?.sequence ?? last;
  }
}
