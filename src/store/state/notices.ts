import { z } from "zod";
import { noticeSchema } from "../../model/notice.ts";
import type { Notice } from "../../model/notice.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, timeMs } from "./database/values.ts";

const pendingSchema = z.object({ decision: z.string(), attempts: z.int() });

/** A decision that somebody is to be told of on some channel. */
export type PendingNotice = z.infer<typeof pendingSchema>;

/** What customers were told of decisions, and are to be told. */
export interface Notices {
  /** Kept is the first time on each channel, however often it is told again. What waited there waits no longer. */
  record(notices: readonly Notice[]): Promise<void>;
  /** The earliest first. */
  ofDecision(decision: string): Promise<Notice[]>;
  /** Up to which change of the decisions a channel was looked after; null: never yet. */
  head(channel: string): Promise<number | null>;
  /** Has these decisions wait for the channel, but for those that were told there, and moves its head. Ids are unique. */
  enqueue(channel: string, decisions: readonly string[], sequence: number, nowMs: number): Promise<void>;
  /** Those that wait and are due, the longest due first. */
  due(channel: string, nowMs: number, limit: number): Promise<PendingNotice[]>;
  /** It was tried once more in vain, and is due again later. */
  postpone(channel: string, decision: string, dueMs: number): Promise<void>;
  /** It waits no longer, told or not. */
  drop(channel: string, decision: string): Promise<void>;
  /** When each of these decisions was first told, by its id; those that never were are absent. */
  firstSent(decisions: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function notices(connection: Connection): Notices {
  return {
    async record(given) {
      if (given.length === 0) return;
      const items = sql`
        jsonb_to_recordset(${json(given)}) AS item (decision text, channel text, category text, sent timestamptz)`;
      await connection.transaction(async (transaction) => {
        await transaction.run(sql`
          INSERT INTO notice (decision, channel, category, sent)
          SELECT decision, channel, category, sent FROM ${items} ON CONFLICT DO NOTHING`);
        await transaction.run(sql`
          DELETE FROM pending_notice WHERE (decision, channel) IN (SELECT decision, channel FROM ${items})`);
      });
    },
    ofDecision: (decision) =>
      connection.rows(
        sql`
          SELECT decision, channel, category, sent FROM notice WHERE decision = ${text(decision)}
          ORDER BY sent, channel`,
        noticeSchema,
      ),
    async head(channel) {
      const [found] = await connection.rows(
        sql`SELECT sequence FROM notice_head WHERE channel = ${text(channel)}`,
        z.object({ sequence: z.int() }),
      );
      return found?.sequence ?? null;
    },
    enqueue: (channel, decisions, sequence, nowMs) =>
      connection.transaction(async (transaction) => {
        await transaction.run(sql`
          INSERT INTO pending_notice (decision, channel, attempts, due)
          SELECT id, ${text(channel)}, 0, ${timeMs(nowMs)} FROM unnest(${texts(decisions)}) AS item (id)
          WHERE NOT EXISTS (SELECT FROM notice WHERE decision = id AND channel = ${text(channel)})
          ON CONFLICT DO NOTHING`);
        await transaction.run(sql`
          INSERT INTO notice_head (channel, sequence) VALUES (${text(channel)}, ${integer(sequence)})
          ON CONFLICT (channel) DO UPDATE SET sequence = EXCLUDED.sequence`);
      }),
    due: (channel, nowMs, limit) =>
      connection.rows(
        sql`
          SELECT decision, attempts FROM pending_notice WHERE channel = ${text(channel)} AND due <= ${timeMs(nowMs)}
          ORDER BY due, decision LIMIT ${integer(limit)}`,
        pendingSchema,
      ),
    async postpone(channel, decision, dueMs) {
      await connection.run(sql`
        UPDATE pending_notice SET attempts = attempts + 1, due = ${timeMs(dueMs)}
        WHERE channel = ${text(channel)} AND decision = ${text(decision)}`);
    },
    async drop(channel, decision) {
      await connection.run(sql`
        DELETE FROM pending_notice WHERE channel = ${text(channel)} AND decision = ${text(decision)}`);
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
