import { integers, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";

/** When a candidate's accounts were active: all their exchanges, harvest and other. */
export interface Timeline {
  readonly days: { day: string; exchanges: number }[];
  readonly hours: number[];
  readonly exchanges: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Reads the activity of accounts, given by their indices. */
export async function timelineOf(store: Store, accounts: readonly number[]): Promise<Timeline> {
  const rows = await store.rows<{
    day: string;
    hour: number;
    exchanges: number;
    first_ms: number;
    last_ms: number;
  }>(sql`
    SELECT toString(toDate(time, 'UTC')) AS day, toHour(time, 'UTC') AS hour, toUInt32(count()) AS exchanges,
      toUnixTimestamp64Milli(min(time)) AS first_ms, toUnixTimestamp64Milli(max(time)) AS last_ms
    FROM detect_exchange
    WHERE account IN (SELECT account FROM detect_account WHERE account_index IN ${integers(accounts)})
    GROUP BY day, hour ORDER BY day, hour`);
  const days = new Map<string, number>();
  const hours = Array.from({ length: 24 }, () => 0);
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  let exchanges = 0;
  for (const row of rows) {
    days.set(row.day, (days.get(row.day) ?? 0) + row.exchanges);
    hours[row.hour]! += row.exchanges;
    exchanges += row.exchanges;
    firstMs = Math.min(firstMs, row.first_ms);
    lastMs = Math.max(lastMs, row.last_ms);
  }
  return { days: [...days].map(([day, count]) => ({ day, exchanges: count })), hours, exchanges, firstMs, lastMs };
}
