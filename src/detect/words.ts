import { decimal, sql } from "../store/sql.ts";
import type { Store } from "../store/engine.ts";

// Limits and defaults.
/** A word of this share of an average account's tasks is common. */
const commonShareMin = 0.02;

/** The sum of shares. It is exact: a sum of fractions in floating point depends on which thread came first. */
export const sumOfShares = sql`toFloat64(sum(toDecimal64(share, 12)))`;

/**
 * Which words the accounts use in how many of their tasks, and how common each word is: an account counts once however busy it
 * is. On the forming half.
 */
export async function buildWords(store: Store): Promise<void> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_worker ENGINE = Memory AS
    SELECT account_index, toUInt32(count()) AS all_tasks FROM detect_sketch WHERE half = 0 GROUP BY account_index`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_word_use ENGINE = MergeTree ORDER BY account_index AS
    SELECT account_index, word, tasks, all_tasks, toFloat32(tasks / all_tasks) AS share
    FROM (
      SELECT account_index, word, toUInt32(count()) AS tasks FROM detect_sketch ARRAY JOIN all_words AS word
      WHERE half = 0 GROUP BY account_index, word
    ) AS words
    INNER JOIN detect_worker USING account_index`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_word ENGINE = Memory AS
    SELECT word, ${sumOfShares} AS mass FROM detect_word_use GROUP BY word`);
}

/** Words that everybody uses say nothing of anybody's topic. */
export const commonWords = sql`
  SELECT word FROM detect_word WHERE mass > ${decimal(commonShareMin)} * (SELECT count() FROM detect_worker)`;
