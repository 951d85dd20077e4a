import { integer, integers, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { nameOfAccount, refusals, request, resumeMsMax } from "../requests.ts";
import { halfOf } from "../tasks/tasks.ts";
import { loadSharedTokens } from "./shared-tokens.ts";
import type { SharedTokens } from "./shared-tokens.ts";

// Limits.
/** A request that more accounts send is a popular prompt: who retries it is chance. */
const requestAccountsMax = 8;

/**
 * The requests that were refused at one account and came again, word for word, at another that does not carry the same name:
 * a scheduler holds the queue. They link accounts whose wording, clients and payments have nothing in common.
 */
export async function shareResumptions(store: Store): Promise<SharedTokens> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_refused ENGINE = MergeTree ORDER BY token AS
    SELECT ${request} AS token, account_index, organization, toUnixTimestamp64Milli(time) AS at_ms
    FROM exchange INNER JOIN detect_account USING account
    LEFT JOIN (${nameOfAccount}) AS names USING account_index
    WHERE status IN ${integers(refusals)} AND message_count > 0 AND ${halfOf} = 0`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_resumed ENGINE = MergeTree ORDER BY token AS
    SELECT token, arrayJoin([account_index, other_index]) AS account_index, toUInt32(count()) AS tasks
    FROM detect_refused INNER JOIN (
      SELECT ${request} AS token, account_index AS other_index, organization AS other_name,
        toUnixTimestamp64Milli(time) AS other_ms
      FROM exchange INNER JOIN detect_account USING account
      LEFT JOIN (${nameOfAccount}) AS names USING account_index
      WHERE message_count > 0 AND token IN (SELECT token FROM detect_refused)
    ) AS again USING token
    WHERE other_index != account_index AND (other_name = '' OR other_name != organization)
      AND other_ms > at_ms AND other_ms <= at_ms + ${integer(resumeMsMax)}
    GROUP BY token, account_index`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_shared_resumed ENGINE = MergeTree ORDER BY token AS
    SELECT token, accounts, toUInt32(row_number() OVER (ORDER BY token) - 1) AS token_index
    FROM (
      SELECT token, toUInt32(uniqExact(account_index)) AS accounts FROM detect_resumed GROUP BY token
      HAVING accounts <= ${integer(requestAccountsMax)}
    )`);
  return loadSharedTokens(store, { uses: "detect_resumed", tokens: "detect_shared_resumed" });
}
