import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { loadSharedTokens } from "./shared-tokens.ts";
import type { SharedTokens } from "./shared-tokens.ts";

/**
 * The requests that were refused at one account and came again, word for word, at another that does not carry the same name:
 * a scheduler holds the queue. They link accounts whose wording, clients and payments have nothing in common.
 */
export async function shareResumptions(store: Store): Promise<SharedTokens> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_resumed ENGINE = Memory AS
    SELECT request AS token, arrayJoin([from_index, to_index]) AS account_index, toUInt32(count()) AS tasks
    FROM detect_handover WHERE half = 0 GROUP BY token, account_index`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_shared_resumed ENGINE = Memory AS
    SELECT token, accounts, toUInt32(row_number() OVER (ORDER BY token) - 1) AS token_index
    FROM (
      SELECT token, toUInt32(count()) AS accounts FROM detect_resumed GROUP BY token
    )`);
  return loadSharedTokens(store, { uses: "detect_resumed", tokens: "detect_shared_resumed" });
}
