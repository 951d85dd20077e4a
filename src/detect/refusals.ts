import { integer, integers, sql } from "../store/sql.ts";
import type { Store } from "../store/engine.ts";
import { taskOf } from "./tasks/items.ts";
import { halfOf } from "./tasks/tasks.ts";

// Limits and defaults.
/** What a provider answers to an account that it slows, overloads or bans. */
export const refusals = [401, 403, 429, 503, 529];
/** A scheduler resumes an item within this time. */
export const resumeMsMax = 3_600_000;

/** A request that more accounts send is a popular prompt: where it comes again is chance. */
const requestAccountsMax = 8;

/** The same request, whoever sends it. */
export const request = sql`sipHash64(system_hash, tools_hash, prefix_hash, prompt_hash, message_count)`;

/** Accounts of one name fail over to each other in the open; '' is no name. */
const nameOfAccount = sql`SELECT account_index, organization FROM detect_account INNER JOIN account_facts USING account`;

/**
 * Once a scan: the requests that were refused, and where each came again, word for word and within the hour, at an account that
 * does not carry the same name.
 */
export async function buildRefusals(store: Store): Promise<void> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_refused ENGINE = MergeTree ORDER BY account_index AS
    SELECT account_index, organization, ${request} AS request, ${taskOf} AS task, ${halfOf} AS half,
      toUnixTimestamp64Milli(time) AS at_ms
    FROM detect_exchange INNER JOIN detect_account USING account
    LEFT JOIN (${nameOfAccount}) AS names USING account_index
    WHERE status IN ${integers(refusals)} AND message_count > 0`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_handover ENGINE = MergeTree ORDER BY from_index AS
    SELECT account_index AS from_index, other_index AS to_index, request, task, half, at_ms
    FROM detect_refused INNER JOIN (
      SELECT account_index AS other_index, organization AS other_name, ${request} AS request,
        toUnixTimestamp64Milli(time) AS other_ms
      FROM detect_exchange INNER JOIN detect_account USING account
      LEFT JOIN (${nameOfAccount}) AS names USING account_index
      WHERE message_count > 0 AND request IN (
        SELECT ${request} AS request FROM detect_exchange WHERE request IN (SELECT request FROM detect_refused)
        GROUP BY request HAVING uniqExact(account) <= ${integer(requestAccountsMax)}
      )
    ) AS again USING request
    WHERE other_index != account_index AND (other_name = '' OR other_name != organization)
      AND other_ms > at_ms AND other_ms <= at_ms + ${integer(resumeMsMax)}`);
}
