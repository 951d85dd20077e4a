import { decimal, integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Candidate } from "./candidate.ts";

// Limits.
/** Groups of words whose members show an intent in less of their tasks, on average, and sample less often, harvest nothing. */
const intentShareMin = 0.02;
const sampledShareMin = 0.1;
/** Lines of which less tasks show an intent are no harvest's; what an account asks besides is of no matter here. */
const lineIntentShareMin = 0.1;

interface Signs {
  readonly account_index: number;
  readonly intent: number | null;
  readonly sampled: number | null;
}

/**
 * Leaves out the groups of words that could never be found extractive, by the forming half: words of a trade bring together many
 * groups that have nothing to answer for, and to examine one costs more than to form it.
 *
 * @param telling bit mask of the intents that products do not ask for as well.
 */
export async function screen(store: Store, candidates: readonly Candidate[], telling: number): Promise<Candidate[]> {
  const rows = await store.rows<Signs>(sql`
    SELECT account_index, avg(if(isNull(intent), NULL, bitAnd(assumeNotNull(intent), ${integer(telling)}) != 0)) AS intent,
      avgIf(exchanges > 1, messages_max = 1) AS sampled
    FROM detect_task WHERE half = 0 GROUP BY account_index`);
  const byAccount = new Map(rows.map((row) => [row.account_index, row]));
  const mean = (accounts: readonly number[], of: (signs: Signs) => number | null): number => {
    const known = accounts.flatMap((account) => {
      const signs = byAccount.get(account);
      const value = signs === undefined ? null : of(signs);
      return value === null || Number.isNaN(value) ? [] : value;
    });
    return known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1);
  };
  return candidates.filter(
    ({ source, accounts }) =>
      source !== "habits" ||
      mean(accounts, (signs) => signs.intent) >= intentShareMin ||
      mean(accounts, (signs) => signs.sampled) >= sampledShareMin,
  );
}

/**
 * The tokens (by their index in `detect_shared_token`) whose tasks ask for training material, by the forming half.
 *
 * @param telling bit mask of the intents that products do not ask for as well.
 */
export async function tellingTokens(store: Store, telling: number): Promise<Set<number>> {
  const rows = await store.rows<{ token_index: number }>(sql`
    SELECT token_index FROM detect_shared_token INNER JOIN (
      SELECT token, avg(bitAnd(intent, ${integer(telling)}) != 0) AS share
      FROM detect_sketch ARRAY JOIN template AS token WHERE half = 0 AND isNotNull(intent)
      GROUP BY token
    ) AS used USING token
    WHERE share >= ${decimal(lineIntentShareMin)}`);
  return new Set(rows.map((row) => row.token_index));
}
