import { integer, integers, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";

/** What a provider answers to an account that it slows, overloads or bans. */
const refusals = [401, 403, 429, 503, 529];
/** A scheduler resumes an item within this time. */
const resumeMsMax = 3_600_000;

interface RefusalRow {
  readonly candidate: number;
  readonly account_index: number;
  readonly refused: number;
  readonly resumed: number;
}

/** The same request, whoever sends it. */
const request = sql`sipHash64(system_hash, tools_hash, prefix_hash, prompt_hash, message_count)`;

/** Accounts of one name fail over to each other in the open; '' is no name. */
const name = sql`SELECT account_index, organization FROM detect_account INNER JOIN account_facts USING account`;

/**
 * Each member's refused requests, and how many of them came again soon after at another member of its candidate that does
 * not carry the same name.
 */
export async function loadRefusals(store: Store): Promise<Map<number, Map<number, RefusalRow>>> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_refusal ENGINE = MergeTree ORDER BY (candidate, request) AS
    SELECT candidate, account_index, organization, ${request} AS request, toUnixTimestamp64Milli(time) AS at_ms
    FROM exchange INNER JOIN detect_account USING account INNER JOIN detect_member USING account_index
    LEFT JOIN (${name}) AS names USING account_index
    WHERE status IN ${integers(refusals)} AND message_count > 0`);
  const rows = store.stream<RefusalRow>(sql`
    SELECT candidate, account_index, toUInt32(count()) AS refused,
      toUInt32(countIf(arrayExists(
        (other, other_name, other_ms) -> other != account_index AND (other_name = '' OR other_name != organization) AND other_ms > at_ms AND other_ms <= at_ms + ${integer(resumeMsMax)},
        others, others_names, others_ms))) AS resumed
    FROM detect_refusal LEFT JOIN (
      SELECT candidate, request, groupArray(account_index) AS others, groupArray(organization) AS others_names,
        groupArray(toUnixTimestamp64Milli(time)) AS others_ms
      FROM (
        SELECT candidate, account_index, organization, ${request} AS request, time
        FROM exchange INNER JOIN detect_account USING account INNER JOIN detect_member USING account_index
        LEFT JOIN (${name}) AS names USING account_index
        WHERE message_count > 0
      ) AS again
      WHERE request IN (SELECT request FROM detect_refusal)
      GROUP BY candidate, request
    ) AS came_again USING (candidate, request)
    GROUP BY candidate, account_index`);
  const byCandidate = new Map<number, Map<number, RefusalRow>>();
  for await (const row of rows) {
    const members = byCandidate.get(row.candidate) ?? new Map<number, RefusalRow>();
    members.set(row.account_index, row);
    byCandidate.set(row.candidate, members);
  }
  return byCandidate;
}
