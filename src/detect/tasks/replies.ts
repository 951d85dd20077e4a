import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { hasPreface } from "./items.ts";

/*
 * Who replies to answers. What a person says to one is said once; what a script says after each answer begins or ends as what it says in other
 * conversations does. And as no first message of the account does: a client that frames whatever its users say frames those as well.
 */

const isReply = sql`user_turns > 1 AND NOT ${hasPreface}`;
/** How a request begins and how it ends, at its account: the first pieces of its template, after the tools. Without words, as a picture is, it does neither. */
const ends = sql`if(prompt_length = 0, [], arrayMap(piece -> sipHash64(account, piece), arraySlice(template, if(tool_count > 0, 2, 1), 2)))`;

/** Whether a person replied to an answer, from columns of `exchange`. */
export const isReplied = sql`(${isReply} AND NOT arrayExists(said -> said IN (SELECT said FROM detect_script), ${ends}))`;

/** Fills `detect_script` with how scripts begin and end what they say to answers. */
export async function findScripts(store: Store): Promise<void> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_script ENGINE = MergeTree ORDER BY said AS
    SELECT said FROM (SELECT arrayJoin(${ends}) AS said, root_hash, ${isReply} AS is_reply FROM detect_exchange)
    GROUP BY said HAVING minIf(root_hash, is_reply) != maxIf(root_hash, is_reply) AND NOT max(NOT is_reply)`);
}
