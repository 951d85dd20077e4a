import { join } from "node:path";
import type { Store } from "../../src/store/engine.ts";
import { sql, text } from "../../src/store/sql.ts";

/** What a campaign got before its accounts were acted on. */
export interface CampaignLeak {
  readonly campaign: string;
  readonly accounts: number;
  /** Accounts that something was done to at any time. */
  readonly affected: number;
  /** Answered requests, and those of them that came while nothing was done to their account. */
  readonly exchanges: number;
  readonly leaked: number;
}

export interface HonestTally {
  readonly accounts: number;
  /** That something was done to at any time. */
  readonly affected: number;
}

/** What a replay let through and whom it hit, by the labels. `decisions` is the path of its `decisions.ndjson`. */
export async function readLeaks(
  store: Store,
  world: string,
  decisions: string,
): Promise<{ readonly campaigns: CampaignLeak[]; readonly honest: HonestTally }> {
  const truth = sql`
    SELECT account, label, campaign
    FROM file(${text(join(world, "truth.ndjson*"))}, 'JSONEachRow', 'account String, label String, campaign Nullable(String)')`;
  const actions = sql`
    SELECT account, parseDateTime64BestEffort(time, 3, 'UTC') AS since, action != 'observe' AS acts
    FROM file(${text(decisions)}, 'JSONEachRow', 'account String, time String, action String')`;
  // A refused request gives its sender nothing.
  const answered = sql`
    SELECT account, parseDateTime64BestEffort(time, 3, 'UTC') AS at
    FROM file(
      ${text(join(world, "exchanges*"))}, 'JSONEachRow', 'account String, time String, status Nullable(UInt16)')
    WHERE ifNull(status, 200) < 400`;
  const affected = sql`SELECT DISTINCT account FROM (${actions}) WHERE acts`;
  const campaigns = await store.rows<CampaignLeak>(sql`
    SELECT
      assumeNotNull(campaign) AS campaign, uniqExact(account) AS accounts, uniqExactIf(account, account IN (${affected})) AS affected,
      count() AS exchanges, countIf(NOT acts) AS leaked
    FROM (
      SELECT account, campaign, acts
      FROM (
        SELECT account, at, campaign FROM (${answered}) AS exchange
        INNER JOIN (${truth}) AS label ON exchange.account = label.account WHERE label = 'distiller') AS own
      ASOF LEFT JOIN (${actions}) AS action ON own.account = action.account AND own.at >= action.since)
    GROUP BY campaign
    ORDER BY campaign`);
  const [honest] = await store.rows<HonestTally>(sql`
    SELECT count() AS accounts, countIf(account IN (${affected})) AS affected FROM (${truth}) WHERE label = 'honest'`);
  return { campaigns, honest: honest ?? { accounts: 0, affected: 0 } };
}
