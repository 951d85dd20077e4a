import type { Evidence } from "../../model/report.ts";
import { integer, integers, sql, texts } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { outOf } from "../family.ts";
import { refusals, request, resumeMsMax } from "../refusals.ts";
import { itemOf, taskOf } from "../tasks/items.ts";
import { within } from "../window.ts";
import type { Window } from "../window.ts";
import { isMember, marksLogE, sumOf } from "./likelihood.ts";
import type { CampaignMarks, NewcomerFamily, Shown } from "./likelihood.ts";
import type { LiveCampaign, LiveMember } from "./live-campaign.ts";

// Limits and defaults.
/** Accounts that are looked at in one tick, other ones each time; who is left out comes with what he asks next, or with the next look. */
const suspectsMax = 2_000;
/** A newcomer must have done this much of the work. */
const harvestTasksMin = 2;
/** Who asks what members have asked is fed from no queue, but evaluates the same benchmark. */
const itemsSharedMax = 0.3;

/** Exchanges of a window, and those that came late: so long before it at most (milliseconds), but in a file after this one. */
export interface Fresh extends Window {
  readonly lateMs: number;
  readonly afterFile: number;
}

export interface Newcomer {
  readonly account: string;
  readonly campaign: string;
  readonly member: LiveMember;
}

interface Row {
  readonly account: string;
  readonly campaign: string;
  /** All that it asked in the window, what of that carries a line of the campaign, and what of this members have asked too. */
  readonly tasks: number;
  readonly harvest: number;
  readonly items_shared: number;
  /** Templates of the campaign that it uses. */
  readonly templates: number;
  readonly resumed: number;
  /** 1: an address, 2: something else, too. */
  readonly traced: number;
}

/**
 * Accounts that carried the work of a live campaign in the new exchanges and are members by all that they have shown so far.
 *
 * @param fresh the exchanges that came since the last step; `memory` what may be looked at of an account's past.
 */
export async function findNewcomers(
  store: Store,
  fresh: Fresh,
  memory: Window,
  campaigns: readonly LiveCampaign[],
): Promise<Newcomer[]> {
  if (campaigns.length === 0) return [];
  const marks = new Map(campaigns.map((campaign) => [campaign.id, campaign.marks]));
  const suspects = await suspectsIn(store, fresh);
  if (suspects.length === 0) return [];
  const rows = await lookUp(store, suspects, memory);
  const best = new Map<string, { newcomer: Newcomer; sum: number }>();
  for (const row of rows) {
    const known = marks.get(row.campaign);
    if (
      known === undefined ||
      known === null ||
      row.harvest < harvestTasksMin ||
      row.items_shared > itemsSharedMax * row.harvest
    )
      continue;
    const families = marksLogE(known, shownBy(row));
    if (!isMember(known, families)) continue;
    const sum = sumOf(families);
    if (sum > (best.get(row.account)?.sum ?? Number.NEGATIVE_INFINITY))
      best.set(row.account, { newcomer: newcomerOf(row, known, families), sum });
  }
  return [...best.values()].map(({ newcomer }) => newcomer);
}

/** No members, and in the new exchanges a line of a live campaign or a request that was refused at one of its members. */
async function suspectsIn(store: Store, { sinceMs, untilMs, lateMs, afterFile }: Fresh): Promise<string[]> {
  const rows = await store.rows<{ account: string }>(sql`
    SELECT DISTINCT account FROM exchange
    -- By itself the engine reads the templates of the whole log before it looks at the time.
    PREWHERE ${within({ sinceMs: sinceMs - lateMs, untilMs })}
      AND (time > fromUnixTimestamp64Milli(${integer(sinceMs)}, 'UTC') OR file > ${integer(afterFile)})
    WHERE message_count > 0 AND account NOT IN (SELECT account FROM watch_member) AND (
      hasAny(template, (SELECT groupArray(token) FROM watch_line))
      OR ${request} IN (
        SELECT ${request} FROM exchange
        WHERE account IN (SELECT account FROM watch_member) AND status IN ${integers(refusals)}
          AND ${within({ sinceMs: sinceMs - lateMs - resumeMsMax, untilMs })}
      )
    )
    ORDER BY sipHash64(account, ${integer(untilMs)}), account LIMIT ${integer(suspectsMax)}`);
  return rows.map((row) => row.account);
}

/** What the suspects have shown so far, a row for each campaign whose templates they use. */
async function lookUp(store: Store, suspects: readonly string[], memory: Window): Promise<Row[]> {
  const these = texts(suspects);
  const asked = sql`FROM exchange PREWHERE account IN ${these} AND ${within(memory)} WHERE message_count > 0`;
  return store.rows<Row>(sql`
    SELECT account, campaign, max(all_tasks) AS tasks, max(harvest_tasks) AS harvest, max(items) AS items_shared,
      max(template_count) AS templates, max(resumed_any) AS resumed, max(traced_any) AS traced
    FROM (
      SELECT account, campaign, toUInt32(uniqExact(task)) AS harvest_tasks, toUInt32(uniqExact(template_number)) AS template_count,
        toUInt32(uniqExactIf(item, (campaign, item) IN (SELECT campaign, item FROM watch_item))) AS items,
        toUInt8(0) AS resumed_any, toUInt8(0) AS traced_any
      FROM (SELECT account, ${taskOf} AS task, ${itemOf} AS item, arrayJoin(template) AS token ${asked}) AS used
      INNER JOIN watch_line USING token
      GROUP BY account, campaign
      UNION ALL
      SELECT account, campaign, 0, 0, 0, 1, 0
      FROM (SELECT account, ${request} AS asked_request, time AS asked_at ${asked}) AS again
      INNER JOIN (
        SELECT campaign, ${request} AS asked_request, time AS refused_at, organization
        FROM exchange INNER JOIN watch_member USING account LEFT JOIN account_facts USING account
        WHERE status IN ${integers(refusals)} AND message_count > 0 AND ${within(memory)}
      ) AS refused USING asked_request
      LEFT JOIN (SELECT account, organization AS own_name FROM account_facts) AS facts USING account
      WHERE asked_at > refused_at AND asked_at <= refused_at + toIntervalMillisecond(${integer(resumeMsMax)})
        AND (own_name = '' OR own_name != organization)
      UNION ALL
      SELECT account, campaign, 0, 0, 0, 0, if(kind IN ('ip', 'signup_ip'), 1, 2)
      FROM (
        SELECT account, 'ip' AS kind, ip AS token ${asked}
        UNION ALL
        SELECT account, 'end_user' AS kind, end_user AS token ${asked}
        UNION ALL
        SELECT account, pair.1 AS kind, pair.2 AS token FROM (
          SELECT account, arrayJoin([('payment', payment), ('device', device), ('phone', phone), ('signup_ip', signup_ip)]) AS pair
          FROM account_facts WHERE account IN ${these}
        )
      ) AS held
      INNER JOIN watch_trace USING (kind, token)
    ) AS shown
    INNER JOIN (SELECT account, toUInt32(uniqExact(${taskOf})) AS all_tasks ${asked} GROUP BY account) AS everything USING account
    GROUP BY account, campaign`);
}

const shownBy = (row: Row): Shown => ({
  templates: row.templates,
  resumed: row.resumed === 1,
  traced: row.traced === 0 ? null : row.traced === 1 ? "address" : "identity",
});

function newcomerOf(row: Row, marks: CampaignMarks, families: Readonly<Record<NewcomerFamily, number>>): Newcomer {
  const sum = sumOf(families);
  return {
    account: row.account,
    campaign: row.campaign,
    member: {
      joined: "later",
      alone: true,
      looks: 0,
      missed: 0,
      tasks: row.tasks,
      harvest: { tasks: row.harvest, share: row.harvest / Math.max(row.tasks, 1) },
      score: 1 - 0.5 * 10 ** -Math.max(sum - Math.log10(marks.others + 1), 0),
      seenMs: null,
      own: { families, evidence: evidenceOf(row, marks, families) },
    },
  };
}

function evidenceOf(row: Row, marks: CampaignMarks, families: Readonly<Record<NewcomerFamily, number>>): Evidence[] {
  const say = (signal: NewcomerFamily, summary: string): Evidence => ({
    signal,
    summary,
    strength: Math.max(families[signal], 0),
    accounts: 1,
    against: false,
  });
  const evidence: Evidence[] = [];
  if (row.templates > 0) {
    const others = marks.othersByTemplates[row.templates] ?? 0;
    evidence.push(
      say(
        "partition",
        `${outOf(row.harvest, row.tasks)} tasks carry ${row.templates} of the campaign's templates; so do ${outOf(others, marks.others)} accounts outside it`,
      ),
    );
  }
  if (row.resumed === 1)
    evidence.push(
      say(
        "continuation",
        `sent a request that was refused at a member shortly before; so did ${outOf(marks.othersResumed, marks.others)} accounts outside the campaign`,
      ),
    );
  if (families.infrastructure !== undefined)
    evidence.push(
      say(
        "infrastructure",
        `shares a rare payment, device, phone or address with a member; so do ${outOf(marks.othersTraced, marks.others)} accounts outside the campaign`,
      ),
    );
  return evidence;
}
