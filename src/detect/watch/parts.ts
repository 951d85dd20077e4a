import { decimal, integer, sql, texts } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { halfOf } from "../tasks/tasks.ts";
import { within } from "../window.ts";
import type { Window } from "../window.ts";

/*
 * A part of the graph is a line of templates and the accounts that carry it. Where a look can't see everybody, those of a part are seen
 * together or not at all: of a campaign of few accounts, one in so many by chance would never be enough to be judged.
 */

// Limits.
/** Fewer accounts are not enough to be judged. */
const partAccountsMin = 5;
/** What more accounts carry shows in one account in so many as well. */
const partAccountsSeenMax = 16;
/** One part may take this share of what may be seen of all. */
const partShareMax = 0.25;

/** Which parts are asked for. */
export interface Change {
  /** When the last look was made (milliseconds): since then a line must have been in use. */
  readonly sinceMs: number;
  /** A look sees one account in so many besides; of so many lines one is asked for, other ones each turn. */
  readonly oneIn: number;
  readonly turn: number;
  /** All exchanges of their accounts in the window together, at most. */
  readonly exchangesMax: number;
}

/**
 * The accounts of parts that have changed since the last look, drawn by chance in proportion to how much (Efraimidis and Spirakis 2006): to
 * the share of its uses that is new, at the mean of its accounts. So a part that grows comes first, and one that goes on comes in time. By the
 * forming half of the tasks alone, so that who is looked at says nothing of what is judged.
 */
export async function changedParts(
  store: Store,
  window: Window,
  { sinceMs, oneIn, turn, exchangesMax }: Change,
): Promise<string[]> {
  const drawOf = sql`sipHash64(token, ${integer(turn)})`;
  await store.run(sql`
    CREATE OR REPLACE TABLE watch_part ENGINE = MergeTree ORDER BY (token, account) AS
    SELECT token, account, newness, asked FROM (
      SELECT token, account, avg(time > fromUnixTimestamp64Milli(${integer(sinceMs)}, 'UTC')) AS newness
      FROM (
        SELECT account, time, arrayJoin(arrayFilter(token -> ${drawOf} % ${integer(oneIn)} = 0, template)) AS token FROM exchange
        PREWHERE ${within(window)}
        WHERE notEmpty(template) AND ${halfOf} = 0
      )
      GROUP BY token, account
    ) AS used
    INNER JOIN (SELECT account, count() AS asked FROM exchange PREWHERE ${within(window)} GROUP BY account) AS accounts USING account`);
  const rows = await store.rows<{ account: string }>(sql`
    SELECT account FROM (
      -- Of one place: together or not at all. An account of several parts comes, and counts, with the first of them.
      SELECT account, sum(asked) OVER (ORDER BY first_place) AS seen FROM (
        SELECT account, any(asked) AS asked, min(place) AS first_place
        FROM watch_part INNER JOIN (
          SELECT token, -log((toFloat64(${drawOf}) + 1) / pow(2, 64)) / avg(newness) AS place
          FROM watch_part
          GROUP BY token
          HAVING count() BETWEEN ${integer(partAccountsMin)} AND ${integer(partAccountsSeenMax * oneIn)}
            AND avg(newness) > 0 AND sum(asked) <= ${decimal(partShareMax * exchangesMax)}
        ) AS part USING token
        GROUP BY account
      )
    )
    WHERE seen <= ${integer(exchangesMax)} ORDER BY account`);
  return rows.map((row) => row.account);
}

/**
 * The accounts of the parts that campaigns have shown in: their members and all who carry one of their lines, as many as may be seen, members
 * first. What one account in so many has shown of a campaign is looked at once more with these, the strangers among them included.
 *
 * @param campaigns ids of live campaigns whose marks are learnt
 */
export async function partsOf(
  store: Store,
  window: Window,
  campaigns: readonly string[],
  exchangesMax: number,
): Promise<string[]> {
  const these = texts(campaigns);
  const rows = await store.rows<{ account: string }>(sql`
    SELECT account FROM (
      SELECT account, sum(asked) OVER (ORDER BY is_member DESC, sipHash64(account) ROWS UNBOUNDED PRECEDING) AS seen FROM (
        SELECT account, count() AS asked, account IN (SELECT account FROM watch_member WHERE has(${these}, campaign)) AS is_member,
          max(hasAny(template, (SELECT groupArray(token) FROM watch_line WHERE has(${these}, campaign)))) AS is_carrier
        FROM exchange PREWHERE ${within(window)}
        GROUP BY account HAVING is_member OR is_carrier
      )
    )
    WHERE seen <= ${integer(exchangesMax)} ORDER BY account`);
  return rows.map((row) => row.account);
}
