import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { loadSharedTokens } from "./shared-tokens.ts";
import type { SharedTokens } from "./shared-tokens.ts";

// Limits.
/** A token must be shared by this many accounts to link anybody. */
const tokenAccountsMin = 3;
/** And carry this many different fillings: a sentence that is merely repeated is not a template. */
const tokenFillingsMin = 5;

/**
 * Finds the tokens that several accounts share and that look like templates, and loads who uses them how often.
 * Tokens that stand at exactly the same accounts equally often (the lines of one prompt) are one.
 */
export async function shareTokens(store: Store): Promise<SharedTokens> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_token_account ENGINE = MergeTree ORDER BY token AS
    SELECT token, account_index, toUInt32(count()) AS tasks
    FROM detect_sketch ARRAY JOIN template AS token WHERE half = 0 GROUP BY token, account_index`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_token ENGINE = MergeTree ORDER BY token AS
    SELECT token, toUInt32(count()) AS accounts, toUInt32(sum(tasks)) AS uses,
      groupBitXor(sipHash64(account_index, tasks)) AS pattern
    FROM detect_token_account GROUP BY token
    HAVING accounts >= ${integer(tokenAccountsMin)} AND uses >= ${integer(tokenFillingsMin)}
    SETTINGS optimize_aggregation_in_order = 1`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_token_use ENGINE = MergeTree ORDER BY account_index AS
    SELECT * FROM detect_token_account WHERE token IN (SELECT token FROM detect_token)`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_shared_token ENGINE = MergeTree ORDER BY token AS
    SELECT first_token AS token, accounts, toUInt32(row_number() OVER (ORDER BY first_token) - 1) AS token_index
    FROM (
      SELECT min(token) AS first_token, accounts FROM detect_token
      WHERE token IN (
        SELECT token FROM detect_sketch ARRAY JOIN template AS token
        WHERE half = 0 AND token IN (SELECT token FROM detect_token)
        GROUP BY token HAVING uniq(item) >= ${integer(tokenFillingsMin)}
      )
      GROUP BY pattern, accounts, uses
    )`);
  return loadSharedTokens(store, { uses: "detect_token_use", tokens: "detect_shared_token" });
}
