import type { Store } from "../../src/store/engine.ts";
import { sql } from "../../src/store/sql.ts";

/** An ingested log whose accounts are numbered. */
export interface AccountLog {
  readonly store: Store;
  /** Accounts by number; the table `rival_account` holds the same as `account` and `account_index`. */
  readonly accounts: readonly string[];
}

/** Numbers the accounts of the log that the store holds. */
export async function numberAccounts(store: Store): Promise<AccountLog> {
  await store.run(sql`
    CREATE OR REPLACE TABLE rival_account ENGINE = MergeTree ORDER BY account AS
    SELECT account, toUInt32(row_number() OVER (ORDER BY account) - 1) AS account_index
    FROM (SELECT DISTINCT account FROM exchange)`);
  const rows = await store.rows<{ account: string }>(sql`SELECT account FROM rival_account ORDER BY account_index`);
  return { store, accounts: rows.map((row) => row.account) };
}
