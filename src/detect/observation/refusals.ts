import { integer, integers, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { nameOfAccount, refusals, request, resumeMsMax } from "../requests.ts";
import { halfOf } from "../tasks/tasks.ts";

export interface RefusalRow {
  readonly candidate: number;
  readonly account_index: number;
  readonly refused: number;
  readonly resumed: number;
  readonly ties: readonly number[];
}

/**
 * Each member's refused requests of the judging half, how many of them came again soon after at another member of its candidate
 * that does not carry the same name, and the accounts to which or from which a request of either half went so.
 */
export async function loadRefusals(store: Store): Promise<Map<number, Map<number, RefusalRow>>> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_refusal ENGINE = MergeTree ORDER BY (candidate, request) AS
    SELECT candidate, account_index, organization, ${request} AS request, ${halfOf} AS half,
      toUnixTimestamp64Milli(time) AS at_ms
    FROM exchange INNER JOIN detect_account USING account INNER JOIN detect_member USING account_index
    LEFT JOIN (${nameOfAccount}) AS names USING account_index
    WHERE status IN ${integers(refusals)} AND message_count > 0`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_handover ENGINE = MergeTree ORDER BY candidate AS
    SELECT candidate, account_index AS from_index, other_index AS to_index, request, at_ms, half
    FROM detect_refusal INNER JOIN (
      SELECT candidate, account_index AS other_index, organization AS other_name, ${request} AS request,
        toUnixTimestamp64Milli(time) AS other_ms
      FROM exchange INNER JOIN detect_account USING account INNER JOIN detect_member USING account_index
      LEFT JOIN (${nameOfAccount}) AS names USING account_index
      WHERE message_count > 0 AND request IN (SELECT request FROM detect_refusal)
    ) AS again USING (candidate, request)
    WHERE other_index != account_index AND (other_name = '' OR other_name != organization)
      AND other_ms > at_ms AND other_ms <= at_ms + ${integer(resumeMsMax)}`);
  const rows = store.stream<RefusalRow>(sql`
    SELECT candidate, account_index, toUInt32(sum(refused)) AS refused, toUInt32(sum(resumed)) AS resumed,
      groupUniqArrayArray(ties) AS ties
    FROM (
      SELECT candidate, account_index, count() AS refused, 0 AS resumed, emptyArrayUInt32() AS ties
      FROM detect_refusal WHERE half = 1 GROUP BY candidate, account_index
      UNION ALL
      SELECT candidate, from_index AS account_index, 0 AS refused, uniqExactIf((request, at_ms), half = 1) AS resumed,
        groupUniqArray(to_index) AS ties
      FROM detect_handover GROUP BY candidate, account_index
      UNION ALL
      SELECT candidate, to_index AS account_index, 0 AS refused, 0 AS resumed, groupUniqArray(from_index) AS ties
      FROM detect_handover GROUP BY candidate, account_index
    )
    GROUP BY candidate, account_index`);
  const byCandidate = new Map<number, Map<number, RefusalRow>>();
  for await (const row of rows) {
    const members = byCandidate.get(row.candidate) ?? new Map<number, RefusalRow>();
    members.set(row.account_index, row);
    byCandidate.set(row.candidate, members);
  }
  return byCandidate;
}
