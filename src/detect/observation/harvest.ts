import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { Portion } from "./portion.ts";
import type { CountContext } from "./portion.ts";
import { cut } from "./codes.ts";

/** A member's tasks that carry one of a candidate's templates, or are of one shape. */
export interface Share {
  readonly stream: number;
  readonly portion: Portion;
}

/**
 * Each candidate's harvest, by member in the order of their indices. Candidates lie within each other, so that the same tasks of an
 * account are a portion of several: it is counted once.
 */
export async function loadShares(store: Store, context: CountContext): Promise<Map<number, Share[]>> {
  const rows = store.stream<{
    readonly account_index: number;
    readonly tasks: readonly number[];
    readonly candidates: readonly number[];
    readonly streams: readonly number[];
  }>(sql`
    SELECT account_index, tasks, groupArray(candidate) AS candidates, groupArray(toUInt32(stream % ${cut})) AS streams FROM detect_harvest
    GROUP BY account_index, tasks ORDER BY account_index`);
  const byCandidate = new Map<number, Share[]>();
  for await (const row of rows) {
    const portion = new Portion(row.account_index, row.tasks, context);
    for (const [i, candidate] of row.candidates.entries()) {
      const share = { stream: row.streams[i]!, portion };
      const list = byCandidate.get(candidate);
      if (list) list.push(share);
      else byCandidate.set(candidate, [share]);
    }
  }
  return byCandidate;
}
