import { z } from "zod";
import { decisionDeltaSchema } from "../../model/decision.ts";
import { noticeKindSchema, noticeSchema } from "../../model/notice.ts";
import type { Notice } from "../../model/notice.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, timeMs } from "./database/values.ts";
import { byId, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

// Limits.
/** Nothing is put off for longer: what seems to be was so by a clock that has come back since (milliseconds). */
const putOffMsMax = 86_400_000;

const topicSchema = z.object({ decision: z.string(), kind: noticeKindSchema });
const pendingSchema = topicSchema.extend({ attempts: z.int() });

/** What somebody is told of: a decision, or its end. */
export type NoticeTopic = z.infer<typeof topicSchema>;
/** And is still to be told on some channel. */
export type PendingNotice = z.infer<typeof pendingSchema>;

const endSchema = z.object({ decision: z.string(), cause: decisionDeltaSchema.shape.cause.unwrap() });

/** That a decision has ended, and why. */
export type DecisionEnd = z.infer<typeof endSchema>;

/** What customers were told of decisions, and are to be told. */
export interface Notices {
  /** Kept is the first time on each channel, however often it is told again. What waited there waits no longer. */
  record(notices: readonly Notice[]): Promise<void>;
  /** The earliest first. */
  ofDecision(decision: string): Promise<Notice[]>;
  /** Up to which change of the decisions a channel was looked after; null: never yet. */
  head(channel: string): Promise<number | null>;
  /** Has these wait for the channel, but for those that were told there, and moves its head. */
  enqueue(channel: string, topics: readonly NoticeTopic[], sequence: number, nowMs: number): Promise<void>;
  /** Of the decisions that were told on the channel those that have ended while nothing of that was told there, by id. */
  untoldEnds(channel: string, page?: PageRequest): Promise<Page<DecisionEnd>>;
  /** Those that wait and are due, the longest due first. */
  due(channel: string, nowMs: number, limit: number): Promise<PendingNotice[]>;
  /** It was tried once more in vain, and is due again later. */
  postpone(channel: string, topic: NoticeTopic, dueMs: number): Promise<void>;
  /** It waits no longer, told or not. */
  drop(channel: string, topic: NoticeTopic): Promise<void>;
  /** When each of these decisions was first told, by its id; those that never were are absent. */
  firstSent(decisions: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function notices(connection: Connection): Notices {
  return {
    async record(given) {
      if (given.length === 0) return;
      const items = sql`
        jsonb_to_recordset(${json(given)}) AS item (decision text, kind text, channel text, category text, sent timestamptz)`;
      await connection.transaction(async (transaction) => {
        await transaction.run(sql`
          INSERT INTO notice (decision, kind, channel, category, sent)
          SELECT decision, kind, channel, category, sent FROM ${items} ON CONFLICT DO NOTHING`);
        await transaction.run(sql`
          DELETE FROM pending_notice
          WHERE (decision, channel, kind) IN (SELECT decision, channel, kind FROM ${items})`);
      });
    },
    ofDecision: (decision) =>
      connection.rows(
        sql`
          SELECT decision, kind, channel, category, sent FROM notice WHERE decision = ${text(decision)}
          ORDER BY sent, channel, kind`,
        noticeSchema,
      ),
    async head(channel) {
      const [found] = await connection.rows(
        sql`SELECT sequence FROM notice_head WHERE channel = ${text(channel)}`,
        z.object({ sequence: z.int() }),
      );
      return found?.sequence ?? null;
    },
    enqueue: (channel, topics, sequence, nowMs) =>
      connection.transaction(async (transaction) => {
        await transaction.run(sql`
          INSERT INTO pending_notice (decision, kind, channel, attempts, due)
          SELECT item.decision, item.kind, ${text(channel)}, 0, ${timeMs(nowMs)}
          FROM jsonb_to_recordset(${json(topics)}) AS item (decision text, kind text)
          WHERE NOT EXISTS (SELECT FROM notice AS told
            WHERE told.decision = item.decision AND told.kind = item.kind AND told.channel = ${text(channel)})
          ON CONFLICT DO NOTHING`);
        await transaction.run(sql`
          INSERT INTO notice_head (channel, sequence) VALUES (${text(channel)}, ${integer(sequence)})
          ON CONFLICT (channel) DO UPDATE SET sequence = EXCLUDED.sequence`);
      }),
    untoldEnds: (channel, page = {}) => {
      const select = sql`
        SELECT decided.decision, decision.cause FROM notice AS decided INNER JOIN decision ON decision.id = decided.decision
        WHERE decided.channel = ${text(channel)} AND decided.kind = 'decided' AND decision.ended IS NOT NULL
          AND NOT EXISTS (SELECT FROM notice AS told
            WHERE told.decision = decided.decision AND told.channel = decided.channel AND told.kind = 'ended')`;
      return readPage(connection, { select, order: byId("decision"), row: endSchema }, page);
    },
    due: (channel, nowMs, limit) =>
      connection.rows(
        sql`
          SELECT decision, kind, attempts FROM pending_notice
          WHERE channel = ${text(channel)} AND (due <= ${timeMs(nowMs)} OR due > ${timeMs(nowMs + putOffMsMax)})
          ORDER BY due, decision, kind LIMIT ${integer(limit)}`,
        pendingSchema,
      ),
    async postpone(channel, { decision, kind }, dueMs) {
      await connection.run(sql`
        UPDATE pending_notice SET attempts = attempts + 1, due = ${timeMs(dueMs)}
        WHERE channel = ${text(channel)} AND decision = ${text(decision)} AND kind = ${text(kind)}`);
    },
    async drop(channel, { decision, kind }) {
      await connection.run(sql`
        DELETE FROM pending_notice
        WHERE channel = ${text(channel)} AND decision = ${text(decision)} AND kind = ${text(kind)}`);
    },
    async firstSent(decisions) {
      const rows = await connection.rows(
        sql`SELECT decision, min(sent) AS sent FROM notice WHERE decision = ANY(${texts(decisions)}) GROUP BY decision`,
        z.object({ decision: z.string(), sent: z.string() }),
      );
      return new Map(rows.map(({ decision, sent }) => [decision, sent]));
    },
  };
}
