import type { Store } from "../store/engine.ts";
import { integer, sql } from "../store/sql.ts";

/** Deletes what was exchanged before a time, text included; the time of the exchange counts. */
export async function forgetExchanges(store: Store, beforeMs: number): Promise<void> {
  for (const table of [sql`exchange`, sql`exchange_text`])
    await store.run(sql`DELETE FROM ${table} WHERE time < fromUnixTimestamp64Milli(${integer(beforeMs)}, 'UTC')`);
}
