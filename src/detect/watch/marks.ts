import { decimal, integer, sql, texts } from "../../store/sql.ts";
import type { Bound } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { TRACE_KINDS } from "../observation/token-kinds.ts";
import type { CampaignMarks } from "./likelihood.ts";
import type { LiveCampaign } from "./live-campaign.ts";
import { templatesOfLines } from "./templates.ts";
import type { Combination } from "./templates.ts";

/*
 * What marks a live campaign, learnt at the end of a look from the tables that detection has just made: the lines of its
 * templates, the items that it asked, the payments and addresses of its members. It stays in the engine, in tables that every
 * tick compares the new exchanges with.
 */

// Limits.
/** A line must be in use at so many members, with so many fillings, to be a template's. */
const lineMembersMin = 3;
const lineItemsMin = 5;
/** And at no more strangers than this share of the members: what everybody uses marks nobody. */
const lineOthersShareMax = 0.2;
const linesMax = 200;
/** Sets of lines that are looked at, of each campaign, to find out which make up one template. */
const combinationsMax = 2_000;
/** What more strangers than this hold is no trace. */
const traceOthersMax = 3;

/** All that is known of live campaigns: `watch_member` of all of them, the rest of those that a look has found. */
export async function createWatchTables(store: Store): Promise<void> {
  for (const statement of [
    sql`CREATE TABLE IF NOT EXISTS watch_member (campaign String, account String) ENGINE = MergeTree ORDER BY account`,
    sql`
      CREATE TABLE IF NOT EXISTS watch_line (campaign String, token UInt64, template_number UInt16)
      ENGINE = MergeTree ORDER BY token`,
    sql`CREATE TABLE IF NOT EXISTS watch_item (campaign String, item UInt64) ENGINE = MergeTree ORDER BY item`,
    sql`
      CREATE TABLE IF NOT EXISTS watch_trace (campaign String, kind String, token String)
      ENGINE = MergeTree ORDER BY (kind, token)`,
  ])
    await store.run(statement);
}

/** Writes down who is a member of what. */
export async function writeMembers(store: Store, campaigns: readonly LiveCampaign[]): Promise<void> {
  await store.run(sql`TRUNCATE TABLE watch_member`);
  const rows = campaigns.flatMap(({ id, members }) =>
    [...members.keys()].map((account) => ({ campaign: id, account })),
  );
  if (rows.length > 0) await store.insert("watch_member", rows);
}

/** The members that the look could see, at their places in its tables. */
const members = sql`(SELECT campaign, account_index FROM watch_member INNER JOIN detect_account USING account) AS members`;

/**
 * Learns what marks the campaigns, from the tables of the look that was just made.
 *
 * @param ids campaigns that the look has found; what was known of others stays.
 */
export async function learnMarks(store: Store, ids: readonly string[]): Promise<Map<string, CampaignMarks>> {
  if (ids.length === 0) return new Map();
  const these = texts(ids);
  // Written anew, without what is known of campaigns that are gone: to delete rows takes the engine ten times as long.
  const kept = sql`NOT has(${these}, campaign) AND campaign IN (SELECT campaign FROM watch_member)`;
  for (const [table, order] of [
    [sql`watch_line`, sql`token`],
    [sql`watch_item`, sql`item`],
    [sql`watch_trace`, sql`(kind, token)`],
  ] as const)
    await store.run(sql`
      CREATE OR REPLACE TABLE ${table} ENGINE = MergeTree ORDER BY ${order} AS SELECT * FROM ${table} WHERE ${kept}`);
  await learnLines(store, these);
  await store.run(sql`
    INSERT INTO watch_item
    SELECT DISTINCT campaign, item FROM detect_sketch INNER JOIN ${members} USING account_index WHERE has(${these}, campaign)`);
  await store.run(sql`
    INSERT INTO watch_trace
    WITH inside AS (
      SELECT campaign, kind, token, count() AS held FROM detect_infrastructure INNER JOIN ${members} USING account_index
      WHERE has(${these}, campaign) AND has(${texts(TRACE_KINDS)}, kind) GROUP BY campaign, kind, token
    )
    SELECT campaign, kind, token FROM inside
    INNER JOIN (
      SELECT kind, token, count() AS accounts FROM detect_infrastructure
      WHERE (kind, token) IN (SELECT kind, token FROM inside) GROUP BY kind, token
    ) AS everywhere USING (kind, token)
    WHERE accounts - held <= ${integer(traceOthersMax)}`);
  return countMarks(store, ids);
}

async function learnLines(store: Store, these: Bound): Promise<void> {
  // Members' tasks first, and strangers' for lines of theirs alone: most lines stand in one prompt and nowhere else.
  await store.run(sql`
    CREATE OR REPLACE TABLE watch_line_found ENGINE = MergeTree ORDER BY (campaign, token) AS
    WITH inside AS (
      SELECT campaign, token, uniqExact(account_index) AS held
      FROM (
        SELECT campaign, account_index, item, arrayJoin(template) AS token
        FROM detect_sketch INNER JOIN ${members} USING account_index WHERE has(${these}, campaign)
      )
      GROUP BY campaign, token HAVING held >= ${integer(lineMembersMin)} AND uniqExact(item) >= ${integer(lineItemsMin)}
    )
    SELECT campaign, token FROM inside
    INNER JOIN (
      SELECT token, uniqExact(account_index) AS accounts
      FROM (
        SELECT account_index, arrayJoin(arrayFilter(token -> token IN (SELECT token FROM inside), template)) AS token
        FROM detect_sketch
      )
      GROUP BY token
    ) AS everywhere USING token
    WHERE accounts - held <= ${decimal(lineOthersShareMax)} * held
    ORDER BY held DESC, token LIMIT ${integer(linesMax)} BY campaign`);
  const rows = await store.rows<Combination & { campaign: string }>(sql`
    SELECT campaign, lines, toUInt32(count()) AS tasks FROM (
      SELECT campaign, account_index, task, arraySort(groupUniqArray(toString(token))) AS lines
      FROM (
        SELECT campaign, account_index, task, arrayJoin(template) AS token
        FROM detect_sketch INNER JOIN ${members} USING account_index
      ) AS used
      INNER JOIN watch_line_found USING (campaign, token)
      GROUP BY campaign, account_index, task
    )
    GROUP BY campaign, lines ORDER BY tasks DESC, lines LIMIT ${integer(combinationsMax)} BY campaign`);
  const lines = [...new Set(rows.map((row) => row.campaign))].flatMap((campaign) =>
    [...templatesOfLines(rows.filter((row) => row.campaign === campaign))].map(([token, number]) => ({
      campaign,
      token,
      template_number: number,
    })),
  );
  if (lines.length > 0) await store.insert("watch_line", lines);
}

interface MarkedAccount {
  readonly campaign: string;
  readonly account_index: number;
  readonly member: number;
  readonly templates: number;
  readonly resumed: number;
  readonly traced: number;
}

/** Who, among all accounts of the look, shows how much of what marks a campaign. */
async function countMarks(store: Store, ids: readonly string[]): Promise<Map<string, CampaignMarks>> {
  const these = texts(ids);
  const rows = await store.rows<MarkedAccount>(sql`
    SELECT campaign, account_index, max(is_member) AS member, max(templates) AS templates, max(resumed) AS resumed, max(traced) AS traced
    FROM (
      SELECT campaign, account_index, 0 AS is_member, toUInt32(uniqExact(template_number)) AS templates, 0 AS resumed, 0 AS traced
      FROM detect_sketch ARRAY JOIN template AS token
      INNER JOIN (SELECT * FROM watch_line WHERE has(${these}, campaign)) AS line USING token
      GROUP BY campaign, account_index
      UNION ALL
      SELECT campaign, to_index AS account_index, 0, 0, 1, 0
      FROM detect_handover INNER JOIN ${members} ON members.account_index = from_index WHERE has(${these}, campaign)
      UNION ALL
      -- A member is traced by what another one holds.
      SELECT campaign, account_index, 0, 0, 0, 1
      FROM detect_infrastructure
      INNER JOIN (SELECT * FROM watch_trace WHERE has(${these}, campaign)) AS trace USING (kind, token)
      INNER JOIN (SELECT campaign, kind, token, count() AS held FROM detect_infrastructure INNER JOIN ${members} USING account_index
        GROUP BY campaign, kind, token) AS inside USING (campaign, kind, token)
      WHERE held > toUInt8((campaign, account_index) IN (SELECT campaign, account_index FROM ${members}))
      UNION ALL
      SELECT campaign, account_index, 1, 0, 0, 0 FROM ${members} WHERE has(${these}, campaign)
    )
    GROUP BY campaign, account_index`);
  const [size] = await store.rows<{ accounts: number }>(sql`SELECT count() AS accounts FROM detect_account`);
  const marksIn = (id: string): CampaignMarks =>
    marksOf(
      rows.filter((row) => row.campaign === id),
      size?.accounts ?? 0,
    );
  return new Map(ids.map((id) => [id, marksIn(id)]));
}

function marksOf(rows: readonly MarkedAccount[], accounts: number): CampaignMarks {
  const inside = rows.filter((row) => row.member === 1);
  const outside = rows.filter((row) => row.member === 0);
  const most = Math.max(0, ...rows.map((row) => row.templates));
  const byTemplates = (some: readonly MarkedAccount[], all: number): number[] =>
    Array.from({ length: most + 1 }, (_, g) => (g === 0 ? all : some.filter((row) => row.templates >= g).length));
  const others = accounts - inside.length;
  return {
    members: inside.length,
    others,
    membersByTemplates: byTemplates(inside, inside.length),
    othersByTemplates: byTemplates(outside, others),
    membersResumed: inside.filter((row) => row.resumed === 1).length,
    othersResumed: outside.filter((row) => row.resumed === 1).length,
    membersTraced: inside.filter((row) => row.traced === 1).length,
    othersTraced: outside.filter((row) => row.traced === 1).length,
  };
}
