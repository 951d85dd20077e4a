import { decimal, integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { loadSharedTokens } from "./shared-tokens.ts";
import type { SharedTokens } from "./shared-tokens.ts";

// Limits and defaults.
/** Accounts with fewer tasks in the forming half have no habits yet. */
const tasksMin = 8;
/** A habit is a word that comes back in this share of an account's tasks, and in this many of them. */
const habitShareMin = 0.02;
const habitTasksMin = 2;
/** A word that fewer accounts have as a habit links nobody. */
const habitAccountsMin = 2;

/**
 * The words that an account comes back to, from its system prompts and first messages: the constant part of whatever
 * templates it uses, and what its work is about. Accounts that are fed from one queue keep them in common where each words
 * the templates in its own way and no line is the same at two of them. The order of words and lines does not matter.
 */
export async function shareHabits(store: Store): Promise<SharedTokens> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_habit ENGINE = MergeTree ORDER BY token AS
    SELECT word AS token, account_index, tasks FROM detect_word_use
    WHERE all_tasks >= ${integer(tasksMin)} AND tasks >= ${integer(habitTasksMin)} AND share >= ${decimal(habitShareMin)}`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_shared_habit ENGINE = Memory AS
    SELECT token, accounts, toUInt32(row_number() OVER (ORDER BY token) - 1) AS token_index
    FROM (
      SELECT token, toUInt32(count()) AS accounts FROM detect_habit GROUP BY token
      HAVING accounts >= ${integer(habitAccountsMin)}
    )`);
  const [workers] = await store.rows<{ accounts: number }>(
    sql`SELECT uniqExact(account_index) AS accounts FROM detect_habit`,
  );
  return loadSharedTokens(store, { uses: "detect_habit", tokens: "detect_shared_habit" }, workers?.accounts ?? 0);
}
