import { dayMs } from "../../kit/time-units.ts";
import { integer, sql } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { timeMs } from "./database/values.ts";

// Limits.
/** Rows that one statement deletes, so that nobody waits long for it. */
const rowsPerStatementMax = 5_000;

/** How long each kind is kept after it has ended, in days. The audit log is kept for good. */
export interface RetentionDays {
  /** Decisions after their end, with the notices of them. */
  readonly decisions: number;
  /** Changes that a follower can still catch up with. */
  readonly deltas: number;
  readonly standings: number;
  /** Campaigns that are closed, since they were last seen. */
  readonly campaigns: number;
  /** Exemptions and entries of the allow-list after their end. */
  readonly exemptions: number;
  /** Appeals after their last change, if that was final. */
  readonly appeals: number;
  /** What the customer wrote in such an appeal. */
  readonly statements: number;
  /** What upheld appeals taught. */
  readonly lessons: number;
  /** What became of objects that were handed in to be shared, once all of a submission is done. */
  readonly submissions: number;
  /** What others have said, since its last version; also that they took it back. */
  readonly received: number;
  /** What came from others and was not taken. */
  readonly quarantined: number;
  /** What was refused to leave, and what has left once it was taken back. The ledger of what left is kept for good. */
  readonly outbox: number;
  /** What overlaps have found, with our sets. That they took place stays, as do the commitments. */
  readonly overlaps: number;
}

/** How many rows went. */
export type Forgotten = Readonly<Record<keyof RetentionDays | "affected", number>>;

/** Deletes what is older than the policy says, in small steps. It may be stopped at any time and run again. */
export async function forget(connection: Connection, days: RetentionDays, nowMs: number): Promise<Forgotten> {
  const before = (age: number): Sql => timeMs(nowMs - age * dayMs);
  const remove = (table: Sql, key: Sql, condition: Sql): Promise<number> =>
    inSteps(
      connection,
      sql`
      DELETE FROM ${table} WHERE (${key}) IN (
        SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${integer(rowsPerStatementMax)})`,
    );
  const isOver = (age: number): Sql => sql`least(expires, revoked) < ${before(age)}`;
  await remove(
    sql`notice`,
    sql`decision, channel, kind`,
    sql`sent < ${before(days.decisions)} AND NOT EXISTS (
    SELECT FROM decision WHERE decision.id = notice.decision AND decision.ended IS NULL)`,
  );
  await remove(sql`campaign_lead`, sql`campaign, member, lead`, sql`at < ${before(days.received)}`);
  // What is over is told nobody any more, but that it is; where no channel is left, nobody else would take it out.
  await remove(
    sql`pending_notice`,
    sql`decision, channel, kind`,
    sql`NOT EXISTS (SELECT FROM decision
      WHERE decision.id = pending_notice.decision AND (decision.ended IS NULL OR pending_notice.kind = 'ended'))`,
  );
  await remove(sql`received_commitment`, sql`member, object`, sql`at < ${before(days.received)}`);
  // Sets that nobody may be compared with any more.
  await remove(sql`overlap_offer`, sql`peer`, sql`expires < ${timeMs(nowMs)}`);
  return {
    decisions: await remove(sql`decision`, sql`id`, sql`ended < ${before(days.decisions)}`),
    deltas: await forgetDeltas(connection, before(days.deltas)),
    standings: await remove(sql`standing`, sql`account, hour`, sql`time < ${before(days.standings)}`),
    campaigns: await remove(sql`campaign`, sql`id`, sql`state = 'closed' AND last_seen < ${before(days.campaigns)}`),
    exemptions:
      (await remove(sql`exemption`, sql`id`, isOver(days.exemptions))) +
      (await remove(sql`allowance`, sql`id`, isOver(days.exemptions))),
    statements: await remove(
      sql`appeal_statement`,
      sql`appeal`,
      sql`appeal IN (
      SELECT id FROM appeal WHERE ${isFinal} AND changed < ${before(days.statements)})`,
    ),
    appeals: await remove(sql`appeal`, sql`id`, sql`${isFinal} AND changed < ${before(days.appeals)}`),
    lessons: await remove(sql`lesson`, sql`appeal`, sql`at < ${before(days.lessons)}`),
    submissions: await remove(
      sql`submission`,
      sql`id`,
      sql`at < ${before(days.submissions)} AND NOT EXISTS (
      SELECT FROM submitted_object WHERE submission = submission.id AND state = 'pending')`,
    ),
    received: await remove(sql`received_object`, sql`member, id`, sql`received < ${before(days.received)}`),
    quarantined: await remove(sql`quarantined_object`, sql`digest`, sql`at < ${before(days.quarantined)}`),
    outbox:
      (await remove(sql`outbox_item`, sql`id`, isRefused(before(days.outbox)))) +
      (await emptyOutbox(connection, before(days.outbox))),
    overlaps: await remove(sql`overlap_result`, sql`session`, sql`at < ${before(days.overlaps)}`),
    // Counted by the hour, so that a day is more than is ever asked for.
    affected: await remove(sql`affected`, sql`policy, at, account`, sql`at < ${before(1)}`),
  };
}

const isFinal = sql`state NOT IN ('open', 'under-review')`;

const isRefused = (before: Sql): Sql => sql`state = 'refused' AND decided < ${before}`;

/**
 * Takes the objects out of what was sent and nobody can take back any more: reactions, what was taken back, and the retraction of it, and what was told anew since. That it was
 * sent, and what it was about, stays, since the ledger names it. What holds keeps its objects: it may have to be taken back.
 */
async function emptyOutbox(connection: Connection, before: Sql): Promise<number> {
  const isOver = sql`
    outbox_item.state = 'sent' AND outbox_item.sent < ${before} AND (
      outbox_item.kind NOT IN ('proposal', 'update')
      OR EXISTS (
        SELECT FROM outbox_item AS retraction
        WHERE retraction.kind = 'retraction' AND retraction.about = outbox_item.id AND retraction.sent < ${before})
      OR EXISTS (
        SELECT FROM outbox_item AS later
        WHERE later.kind = 'update' AND later.about = outbox_item.about AND later.flow = outbox_item.flow
          AND later.sent > outbox_item.sent AND later.sent < ${before}))`;
  // After so long a member that was never reached is not waited for.
  await inSteps(
    connection,
    sql`
    DELETE FROM outbox_push WHERE (item, member) IN (
      SELECT item, member FROM outbox_push JOIN outbox_item ON outbox_item.id = item
      WHERE ${isOver} LIMIT ${integer(rowsPerStatementMax)})`,
  );
  return inSteps(
    connection,
    sql`
    UPDATE outbox_item SET objects = '[]' WHERE id IN (
      SELECT id FROM outbox_item WHERE ${isOver} AND objects <> '[]' LIMIT ${integer(rowsPerStatementMax)})`,
  );
}

/** From the front only: a clock that was turned back must not leave a hole in the numbers. */
function forgetDeltas(connection: Connection, before: Sql): Promise<number> {
  return inSteps(
    connection,
    sql`
    DELETE FROM delta WHERE sequence IN (
      SELECT sequence FROM delta
      WHERE sequence < coalesce((SELECT min(sequence) FROM delta WHERE at >= ${before}), ${integer(Number.MAX_SAFE_INTEGER)})
      ORDER BY sequence LIMIT ${integer(rowsPerStatementMax)})`,
  );
}

async function inSteps(connection: Connection, statement: Sql): Promise<number> {
  let removed = 0;
  for (;;) {
    const step = await connection.run(statement);
    removed += step;
    if (step < rowsPerStatementMax) return removed;
  }
}
