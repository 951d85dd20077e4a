import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { findItems, hasPreface, isAsked, isOpened, itemOf, taskOf } from "./items.ts";
import { findScripts, isReplied } from "./replies.ts";
import { buildVisits, isWithoutText } from "./visits.ts";

/** Below this many tasks nobody can be told from anybody. */
export const tasksMin = 5;

/**
 * Of several exchanges of a task the first one counts, whichever thread comes upon it first. Time and id as one number: tuples take twice
 * as long as all that is grouped besides.
 */
const arrival = sql`bitShiftLeft(toUInt128(toUnixTimestamp64Milli(time)), 64) + id_hash`;
/** A log that tells of no status holds answers. */
const isAnswered = sql`(isNull(status) OR status < 400)`;
const half = sql`toUInt8(task % 2)`;
/** The half of an exchange's task, from columns of `exchange`. */
export const halfOf = sql`toUInt8(${taskOf} % 2)`;

/**
 * The unit of evidence is the *task*, not the exchange: what one account asked with one system prompt, one first user
 * message and one set of tools; where examples stand before the prompt, with one prompt in place of the first message. Turns of a
 * conversation and repeated samples of a prompt are one task, because they are not independent draws.
 *
 * Tasks are dealt into two halves by a hash of their content (the same item falls into the same half at every account):
 * candidates are formed on half 0 and judged on half 1, so that looking for a group does not count as evidence for it.
 *
 * @returns whether the log has no text, so that what an account does without a pause stands for a task.
 */
export async function buildTasks(store: Store): Promise<boolean> {
  await findItems(store);
  await findScripts(store);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_account ENGINE = MergeTree ORDER BY account AS
    SELECT account, toUInt32(row_number() OVER (ORDER BY account) - 1) AS account_index, exchanges, first_seen, last_seen
    FROM (
      SELECT account, toUInt32(count()) AS exchanges, min(time) AS first_seen, max(time) AS last_seen
      FROM detect_exchange GROUP BY account
    )`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_task ENGINE = MergeTree ORDER BY account_index AS
    SELECT account_index, task, toUInt32(row_number() OVER (ORDER BY started, task, account_index) - 1) AS task_index, ${half} AS half, item, params, intent, model, tools, exchanges, served, messages_min, messages_max,
      replied, output_tokens, answered, started, ended
    FROM (
      SELECT account, ${taskOf} AS task, any(${itemOf}) AS item, cityHash64(argMin(params_hash, ${arrival}), any(tools_hash)) AS params, max(intent) AS intent,
        argMin(model, ${arrival}) AS model, max(tool_count) AS tools, toUInt32(count()) AS exchanges, toUInt32(countIf(${isAnswered})) AS served,
        min(if(${hasPreface}, 1, message_count)) AS messages_min, max(if(${hasPreface}, 1, message_count)) AS messages_max, max(${isReplied}) AS replied, avg(usage_output) AS output_tokens, max(notEmpty(response_passages)) AS answered,
        min(time) AS started, max(time) AS ended
      FROM detect_exchange WHERE ${isAsked}
      GROUP BY account, task
    ) AS grouped INNER JOIN detect_account USING account`);
  // Apart from the tasks: to carry the sketches through an aggregation would cost more than the rest of it.
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_sketch ENGINE = MergeTree ORDER BY account_index AS
    SELECT account_index, task, ${half} AS half, item, intent, if(preface = 0, template, arrayPushBack(template, preface)) AS template,
      passages, if(is_opened, system_words, words) AS words, arrayDistinct(arrayConcat(words, system_words)) AS all_words
    FROM (
      SELECT account, ${taskOf} AS task, ${itemOf} AS item, intent, template, if(${hasPreface}, prefix_hash, 0) AS preface,
        opening_passages AS passages, ${isOpened} AS is_opened, words, system_words
      FROM detect_exchange WHERE ${isAsked} AND notEmpty(template) AND (user_turns <= 1 OR ${hasPreface}) LIMIT 1 BY account, task
    ) AS sketched INNER JOIN detect_account USING account`);
  // What begins before the log does, or always with a history, is told by the turn that is shortest.
  await store.run(sql`
    INSERT INTO detect_sketch
    SELECT account_index, task, ${half} AS half, item, intent, template, [] AS passages, words,
      arrayDistinct(arrayConcat(words, system_words)) AS all_words
    FROM (
      SELECT account_index, ${taskOf} AS task, ${itemOf} AS item, intent, template, words, system_words
      FROM detect_exchange INNER JOIN detect_account USING account
      WHERE ${isAsked} AND notEmpty(template) AND user_turns > 1 AND NOT ${hasPreface}
        AND (account_index, task) NOT IN (SELECT account_index, task FROM detect_sketch)
      ORDER BY message_count, ${arrival} LIMIT 1 BY account_index, task
    )`);
  const withoutText = await isWithoutText(store);
  if (withoutText) await buildVisits(store);
  return withoutText;
}
