import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";

// Limits and defaults.
/** Who makes no request for longer than this is gone; what comes then is another visit. Most turns of a conversation, and of an agent, come sooner. */
export const pauseMs = 600_000;

/** Whether the log says nothing of what was asked: no exchange carries a message, as in a gateway's access log. */
export async function isWithoutText(store: Store): Promise<boolean> {
  const [seen] = await store.rows<{ any: number }>(
    sql`SELECT toUInt32(max(message_count > 0)) AS any FROM detect_exchange`,
  );
  return seen?.any === 0;
}

/**
 * Where there is no text, nothing tells one task from another, and the unit of evidence is the *visit*: what an account does without
 * a pause. The turns of a conversation and the samples of a prompt are of one visit; so are tasks that come one upon the other, which
 * makes less of what there is, and never more.
 *
 * No candidate is formed by what stands in them, so that it does not matter how they are dealt into halves.
 */
export async function buildVisits(store: Store): Promise<void> {
  await store.run(sql`
    INSERT INTO detect_task
    SELECT account_index, task, toUInt32(row_number() OVER (ORDER BY started, task, account_index) - 1) AS task_index, toUInt8(task % 2) AS half,
      task AS item, params, NULL AS intent, model, 0 AS tools, exchanges, exchanges AS served, 0 AS messages_min, 0 AS messages_max, 0 AS replied, output_tokens, 0 AS answered, started, ended
    FROM (
      SELECT account, sipHash64(account, visit) AS task, argMin(params_hash, (time, id_hash)) AS params, argMin(model, (time, id_hash)) AS model,
        toUInt32(count()) AS exchanges, avg(usage_output) AS output_tokens, min(time) AS started, max(time) AS ended
      FROM (
        SELECT account, time, id_hash, params_hash, model, usage_output, sum(begins) OVER (PARTITION BY account ORDER BY time, id_hash) AS visit
        FROM (
          SELECT account, time, id_hash, params_hash, model, usage_output,
            toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(lagInFrame(time) OVER (PARTITION BY account ORDER BY time, id_hash)) > ${integer(pauseMs)} AS begins
          FROM detect_exchange
        )
      )
      GROUP BY account, visit
    ) AS grouped INNER JOIN detect_account USING account`);
  // Of no words: what is read of a task is read of these, too.
  await store.run(sql`
    INSERT INTO detect_sketch (account_index, task, half, item, intent) SELECT account_index, task, half, item, intent FROM detect_task`);
}
