import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";

/*
 * Where in a request its item stands. Mostly the first user message is the item. But a pipeline may show examples first, as a
 * conversation that never took place, or put everything into the system prompt and ask for no more than to begin. Told by their
 * first message, all requests of such an account would be one task.
 */

// Limits.
/** A history that so many prompts follow is no conversation: who rewords a question does so a few times. */
const prefacePromptsMin = 4;
/** An account that asks one thing under so many system prompts asks for what they say. */
const openerSystemsMin = 3;

/** Whether examples stand before the prompt, from columns of `exchange`. */
export const hasPreface = sql`prefix_hash IN detect_preface`;
/** Whether it is seen how the conversation begins: of a history that was cut there, nobody knows what was asked. */
const isBegun = sql`(root_hash != 0 OR message_count <= 1)`;
/** Whether the item stands in the system prompt, from columns of `exchange`. */
export const isOpened = sql`(${isBegun} AND (account, root_hash) IN detect_opener)`;
/** Whether an exchange is of a task at all, from columns of `exchange`. */
export const isAsked = sql`(message_count > 0 AND (root_hash != 0 OR ${hasPreface} OR ${isOpened}))`;

/** The task of an exchange, from columns of `exchange`. An item in a system prompt may be told from others by its numbers alone. */
export const taskOf = sql`sipHash64(if(${isOpened}, system_text_hash, system_hash),
  if(${hasPreface}, sipHash64(prefix_hash, prompt_hash), root_hash), tools_hash)`;
/** The item that its task asks about, whatever template it is set into. */
export const itemOf = sql`multiIf(${hasPreface}, prompt_hash, ${isOpened}, ${taskOf}, root_hash)`;

/** Fills `detect_preface` and `detect_opener` from the exchanges that are looked at. */
export async function findItems(store: Store): Promise<void> {
  await store.run(sql`TRUNCATE TABLE detect_preface`);
  await store.run(sql`TRUNCATE TABLE detect_opener`);
  // Nearly all histories are followed by one prompt: to keep a set for each of them would cost more than to read them twice.
  const branching = sql`user_turns > 1 AND last_role = 'user'`;
  await store.run(sql`
    INSERT INTO detect_preface
    SELECT prefix_hash FROM detect_exchange
    WHERE ${branching} AND prefix_hash IN (
      SELECT prefix_hash FROM detect_exchange WHERE ${branching}
      GROUP BY prefix_hash HAVING min(prompt_hash) != max(prompt_hash)
    )
    GROUP BY prefix_hash HAVING uniqExact(prompt_hash) >= ${integer(prefacePromptsMin)}`);
  const asked = sql`system_hash != 0 AND ${isBegun} AND NOT ${hasPreface}`;
  await store.run(sql`
    INSERT INTO detect_opener
    SELECT account, root_hash FROM detect_exchange
    WHERE ${asked} AND (account, root_hash) IN (
      SELECT account, root_hash FROM detect_exchange WHERE ${asked}
      GROUP BY account, root_hash HAVING min(system_hash) != max(system_hash)
    )
    GROUP BY account, root_hash HAVING uniqExact(system_hash) >= ${integer(openerSystemsMin)}`);
}
