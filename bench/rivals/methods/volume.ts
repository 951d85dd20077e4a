import { sql } from "../../../src/store/sql.ts";
import type { AccountLog } from "../account-log.ts";
import { gridOf } from "../rival.ts";
import type { Rival, Suspect } from "../rival.ts";

/** What is counted: exchanges or output tokens a day over the log's days, or exchanges of the busiest day. */
const measures = ["exchanges-per-day", "output-tokens-per-day", "busiest-day"] as const;
type Measure = (typeof measures)[number];

type Parameters = { readonly measure: Measure; readonly least: number };

type Row = { readonly account: string } & Readonly<Record<Measure, number>>;

/** Whoever uses more than a limit. Limits are absolute, so that they mean the same in every log. */
export const volume: Rival<Parameters> = {
  name: "volume threshold",
  source: "rate limits, as every provider has them",
  grid: gridOf({ measure: measures, least: Array.from({ length: 42 }, (_, i) => Math.round(2 ** (i / 2))) }),
  open: (log) => {
    const loaded = load(log);
    return async ({ measure, least }) => {
      const suspects = new Map<string, Suspect>();
      for (const row of await loaded)
        if (row[measure] >= least) suspects.set(row.account, { score: row[measure], cluster: null });
      return suspects;
    };
  },
};

function load({ store }: AccountLog): Promise<Row[]> {
  return store.rows<Row>(sql`
    WITH (SELECT greatest(1, dateDiff('second', min(time), max(time)) / 86400) FROM exchange) AS days
    SELECT account, sum(exchanges) / days AS "exchanges-per-day", sum(output) / days AS "output-tokens-per-day",
      toFloat64(max(exchanges)) AS "busiest-day"
    FROM (
      SELECT account, toDate(time) AS day, count() AS exchanges, sum(ifNull(usage_output, 0)) AS output
      FROM exchange GROUP BY account, day
    )
    GROUP BY account`);
}
