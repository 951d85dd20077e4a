import type { Store } from "../store/engine.ts";
import { integer, sql } from "../store/sql.ts";

/** A stretch of event time: after `sinceMs`, up to and including `untilMs` (milliseconds since the Unix epoch). */
export interface Window {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * Sets what of the log detection sees from now on: the exchanges of a window, or all of them. Everything in this room reads
 * `detect_exchange`, so that nothing beyond the window's end can be looked at by mistake.
 */
export async function lookThrough(store: Store, window: Window | null): Promise<void> {
  await store.run(sql`TRUNCATE TABLE detect_window`);
  if (window === null) return;
  await store.run(sql`
    INSERT INTO detect_window
    SELECT fromUnixTimestamp64Milli(${integer(window.sinceMs)}, 'UTC'), fromUnixTimestamp64Milli(${integer(window.untilMs)}, 'UTC')`);
}
