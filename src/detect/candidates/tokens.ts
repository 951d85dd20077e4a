import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";

// Limits.
/** A token must be shared by this many accounts to link anybody. */
const tokenAccountsMin = 3;
/** And carry this many different fillings: a sentence that is merely repeated is not a template. */
const tokenFillingsMin = 5;

/** What the accounts share: a bipartite table of accounts and template tokens, on the forming half of the tasks. */
export interface SharedTokens {
  /** All accounts of the log, with content or not. */
  readonly accounts: number;
  /** Accounts that hold a token, by token index. */
  readonly accountsByToken: Uint32Array;
  /** Entries sorted by account: `account`, `token` and `tasks`. */
  readonly account: Uint32Array;
  readonly token: Uint32Array;
  readonly tasks: Uint32Array;
}

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
    CREATE OR REPLACE TABLE detect_shared_token ENGINE = MergeTree ORDER BY token AS
    SELECT first_token AS token, accounts, toUInt32(row_number() OVER (ORDER BY first_token) - 1) AS token_index
    FROM (
      SELECT min(token) AS first_token, accounts FROM detect_token
      WHERE token IN (
        SELECT token FROM detect_sketch ARRAY JOIN template AS token
        WHERE half = 0 AND token IN (SELECT token FROM detect_token)
        GROUP BY token HAVING uniq(root) >= ${integer(tokenFillingsMin)}
      )
      GROUP BY pattern, accounts, uses
    )`);
  return loadSharedTokens(store);
}

interface AccountRow {
  readonly account_index: number;
  readonly tokens: readonly number[];
  readonly tasks: readonly number[];
}

async function loadSharedTokens(store: Store): Promise<SharedTokens> {
  const [size] = await store.rows<{ accounts: number; entries: number }>(sql`
    SELECT (SELECT count() FROM detect_account) AS accounts,
      (SELECT count() FROM detect_token_account WHERE token IN (SELECT token FROM detect_shared_token)) AS entries`);
  const entries = size?.entries ?? 0;
  const account = new Uint32Array(entries);
  const token = new Uint32Array(entries);
  const tasks = new Uint32Array(entries);
  const accountsByToken = new Uint32Array(
    (await store.rows<{ accounts: number }>(sql`SELECT accounts FROM detect_shared_token ORDER BY token_index`)).map(
      (row) => row.accounts,
    ),
  );
  const rows = store.stream<AccountRow>(sql`
    SELECT account_index, groupArray(token_index) AS tokens, groupArray(tasks) AS tasks
    FROM detect_token_account INNER JOIN detect_shared_token USING token
    GROUP BY account_index ORDER BY account_index`);
  let at = 0;
  for await (const row of rows) {
    for (let i = 0; i < row.tokens.length; i++, at++) {
      account[at] = row.account_index;
      token[at] = row.tokens[i]!;
      tasks[at] = row.tasks[i]!;
    }
  }
  return { accounts: size?.accounts ?? 0, accountsByToken, account, token, tasks };
}
