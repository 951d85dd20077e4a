import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { byMember } from "./by-member.ts";
import { isJudged } from "./signature.ts";

interface RefusalRow {
  readonly candidate: number;
  readonly account_index: number;
  readonly refused: number;
  readonly resumed: number;
  readonly ties: readonly number[];
}

/**
 * Each member's refused requests of the judging half, how many of them came again soon after at another member of its candidate,
 * and the accounts to which or from which a request of either half went so.
 */
export async function loadRefusals(store: Store): Promise<ReadonlyMap<number, ReadonlyMap<number, RefusalRow>>> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_member_handover ENGINE = Memory AS
    SELECT candidate, from_index, to_index, request, at_ms, half
    FROM (SELECT candidate, account_index AS from_index FROM detect_member) AS senders
    INNER JOIN detect_handover USING from_index
    INNER JOIN (SELECT candidate, account_index AS to_index FROM detect_member) AS receivers USING (candidate, to_index)`);
  const rows = store.stream<RefusalRow>(sql`
    SELECT candidate, account_index, toUInt32(sum(refused)) AS refused, toUInt32(sum(resumed)) AS resumed,
      arraySort(groupUniqArrayArray(ties)) AS ties
    FROM (
      SELECT candidate, account_index, count() AS refused, 0 AS resumed, emptyArrayUInt32() AS ties
      FROM detect_refused INNER JOIN detect_member USING account_index WHERE ${isJudged} GROUP BY candidate, account_index
      UNION ALL
      SELECT candidate, from_index AS account_index, 0 AS refused, uniqExactIf((request, at_ms), ${isJudged}) AS resumed,
        groupUniqArray(to_index) AS ties
      FROM detect_member_handover GROUP BY candidate, account_index
      UNION ALL
      SELECT candidate, to_index AS account_index, 0 AS refused, 0 AS resumed, groupUniqArray(from_index) AS ties
      FROM detect_member_handover GROUP BY candidate, account_index
    )
    GROUP BY candidate, account_index`);
  return byMember(rows);
}
