import { z } from "zod";
import { decisionDeltaSchema } from "../../model/decision.ts";
import type { Decision, DecisionDelta } from "../../model/decision.ts";
import { integer, sql, text } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, timeMs } from "./database/values.ts";

/**
 * Statements that change decisions. Each of them names the changes as `entry (position, id, kind, cause, body)`, and this
 * writes them to the log with the next numbers. The head's row stays locked until the transaction ends: that is why numbers
 * have no gap and come in the order of the commits.
 */
function logOf(nowMs: number): { readonly head: Sql; readonly insert: Sql } {
  return {
    head: sql`
      head AS (
        UPDATE delta_head SET sequence = sequence + given.entries FROM (SELECT count(*) AS entries FROM entry) AS given
        RETURNING sequence - given.entries AS before)`,
    insert: sql`
      INSERT INTO delta (sequence, at, kind, cause, body)
      SELECT
        head.before + row_number() OVER (ORDER BY entry.position, entry.id),
        ${timeMs(nowMs)}, entry.kind, entry.cause, entry.body
      FROM head, entry`,
  };
}

const enforced = json({ held: null, simulated: false });
const suspended = json({ held: "suspended", simulated: true });

export function putStatement(decisions: readonly Decision[], nowMs: number): Sql {
  const log = logOf(nowMs);
  return sql`
    WITH given AS (SELECT body, position FROM jsonb_array_elements(${json(decisions)}) WITH ORDINALITY AS item (body, position)),
    stored AS (
      INSERT INTO decision (id, account, campaign, scope_kind, scope_value, held, took_effect, created, expires, body)
      SELECT
        body ->> 'id', body ->> 'account', body ->> 'campaign', body #>> '{scope,kind}', body #>> '{scope,value}',
        body ->> 'held', body ->> 'held' IS NULL, (body ->> 'created')::timestamptz, (body ->> 'expires')::timestamptz, body
      FROM given
      ON CONFLICT (id) DO UPDATE SET
        account = EXCLUDED.account, campaign = EXCLUDED.campaign, scope_kind = EXCLUDED.scope_kind,
        scope_value = EXCLUDED.scope_value, held = EXCLUDED.held,
        took_effect = decision.took_effect OR EXCLUDED.took_effect, created = EXCLUDED.created,
        expires = EXCLUDED.expires, ended = NULL, cause = NULL, body = EXCLUDED.body),
    entry AS (SELECT position, body ->> 'id' AS id, 'new' AS kind, NULL AS cause, body FROM given),
    ${log.head}
    ${log.insert}`;
}

/** Ends those in force that `condition` names, at `ended`; the answer is their bodies. */
export function endStatement(condition: Sql, ended: Sql, cause: string, nowMs: number): Sql {
  const log = logOf(nowMs);
  return sql`
    WITH done AS (
      UPDATE decision SET ended = ${ended}, cause = ${text(cause)} WHERE ended IS NULL AND ${condition} RETURNING id, body),
    entry AS (SELECT 0 AS position, id, 'deleted' AS kind, ${text(cause)} AS cause, body FROM done),
    ${log.head},
    logged AS (${log.insert})
    SELECT body FROM done ORDER BY id`;
}

/** Followers are told to take off what they enforce, and then shown it held. */
export function suspendStatement(nowMs: number): Sql {
  const log = logOf(nowMs);
  return sql`
    WITH changed AS (
      UPDATE decision SET held = 'suspended', body = body || ${suspended}
      WHERE ended IS NULL AND held IS NULL AND expires > ${timeMs(nowMs)}
      RETURNING id, body),
    entry AS (
      SELECT 0 AS position, id, 'deleted' AS kind, 'kill-switch' AS cause, body || ${enforced} AS body FROM changed
      UNION ALL
      SELECT 1, id, 'new', NULL, body FROM changed),
    ${log.head}
    ${log.insert}`;
}

/** What was made under the kill switch takes effect only now. */
export function resumeStatement(nowMs: number): Sql {
  const log = logOf(nowMs);
  const created = json({ created: new Date(nowMs).toISOString() });
  return sql`
    WITH changed AS (
      UPDATE decision SET
        held = NULL, took_effect = TRUE, created = CASE WHEN took_effect THEN created ELSE ${timeMs(nowMs)} END,
        body = body || ${enforced} || CASE WHEN took_effect THEN '{}' ELSE ${created} END
      WHERE ended IS NULL AND held = 'suspended' AND expires > ${timeMs(nowMs)}
      RETURNING id, body),
    entry AS (SELECT 0 AS position, id, 'new' AS kind, NULL AS cause, body FROM changed),
    ${log.head}
    ${log.insert}`;
}

const deltaRow = z
  .object({
    head: z.int(),
    sequence: z.int().nullable(),
    kind: decisionDeltaSchema.shape.kind.nullable(),
    cause: decisionDeltaSchema.shape.cause.nullable(),
    body: decisionDeltaSchema.shape.decision.nullable(),
  })
  .transform(({ head, sequence, kind, cause, body }) => ({
    head,
    delta:
      sequence === null || kind === null || body === null
        ? null
        : { sequence, kind, decision: body, ...(cause === null || cause === undefined ? {} : { cause }) },
  }));

/** Head and log are read by one statement, or a delta that comes between two would look like a gap. */
export async function deltasAfter(
  connection: Connection,
  sequence: number,
  limit: number,
): Promise<DecisionDelta[] | null> {
  const rows = await connection.rows(
    sql`
      SELECT delta_head.sequence AS head, page.sequence, page.kind, page.cause, page.body
      FROM delta_head LEFT JOIN (
        SELECT sequence, kind, cause, body FROM delta WHERE sequence > ${integer(sequence)}
        ORDER BY sequence LIMIT ${integer(limit)}) AS page ON TRUE
      ORDER BY page.sequence`,
    deltaRow,
  );
  const deltas = rows.flatMap(({ delta }) => (delta === null ? [] : [delta]));
  const [first] = deltas;
  if (first !== undefined) return first.sequence === sequence + 1 ? deltas : null;
  return rows[0]?.head === sequence ? [] : null;
}
