import { z } from "zod";
import { outboxItemSchema, outboxSummarySchema } from "../../model/sharing.ts";
import type { Flow, OutboxItem, OutboxState, OutboxSummary } from "../../model/sharing.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, time, timeMs } from "./database/values.ts";
import { byTime, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

// Limits.
/** The objects of one item, as JSON: so much a person can look through. */
const objectsBytesMax = 2 * 2 ** 20;
/** Items that wait for a person. */
const proposedMax = 1_000;
/** What a campaign was told as: more often it is not looked back. */
const standingMax = 100;

export type NewOutboxItem = Pick<OutboxItem, "id" | "flow" | "kind" | "about" | "proposed" | "proposed_by" | "objects">;

/** What is to leave: proposed, then released or refused by a person, then sent. */
export interface Outbox {
  /** Throws a `RangeError` where it is too large, or too much waits. */
  propose(item: NewOutboxItem): Promise<void>;
  find(id: string): Promise<OutboxItem | null>;
  /** The oldest first. */
  inState(state: OutboxState, page?: PageRequest): Promise<Page<OutboxSummary>>;
  /** What is told, or told anew, of a campaign and has neither left nor been refused yet. */
  waiting(campaign: string): Promise<OutboxSummary | null>;
  /**
   * What was told of a campaign and holds, the oldest first: of each flow all since it was last taken back, and the last hundred at most.
   * Who takes back the last of a flow takes back those before it.
   */
  standing(campaign: string, itemsMax?: number): Promise<OutboxItem[]>;
  /** Of these campaigns, those of which something was told in the flow, and nothing more was proposed since. The longest ago comes first. */
  notToldSince(campaigns: readonly string[], flow: Flow, ms: number): Promise<string[]>;
  /** The last retraction of an item, unless that was refused. */
  retractionOf(item: string): Promise<OutboxSummary | null>;
  /** False: there is none with this id that waits for it. */
  decide(id: string, verdict: "released" | "refused", by: string, nowMs: number): Promise<boolean>;
  /** Writes down that it has left, as what, and to whom it is still to be handed. False: it was not released. */
  send(id: string, objects: OutboxItem["objects"], pushTo: readonly string[], nowMs: number): Promise<boolean>;
  /** The oldest sent item that is still to be handed to the member. */
  nextPush(member: string): Promise<OutboxItem | null>;
  pushed(id: string, member: string, nowMs: number): Promise<void>;
}

const summary = sql`id, flow, kind, about, state, proposed, proposed_by, decided, decided_by, sent`;

export function outbox(connection: Connection): Outbox {
  const find = async (id: string): Promise<OutboxItem | null> => {
    const [found] = await connection.rows(
      sql`SELECT ${summary}, objects FROM outbox_item WHERE id = ${text(id)}`,
      outboxItemSchema,
    );
    return found ?? null;
  };
  return {
    async propose(item) {
      if (Buffer.byteLength(JSON.stringify(item.objects)) > objectsBytesMax)
        throw new RangeError(`the objects of one item are over ${objectsBytesMax} bytes`);
      const added = await connection.run(sql`
        INSERT INTO outbox_item (id, flow, kind, about, state, proposed, proposed_by, objects)
        SELECT
          ${text(item.id)}, ${text(item.flow)}, ${text(item.kind)}, ${text(item.about)}, 'proposed', ${time(item.proposed)},
          ${text(item.proposed_by)}, ${json(item.objects)}
        WHERE (SELECT count(*) FROM outbox_item WHERE state = 'proposed') < ${integer(proposedMax)}`);
      if (added === 0) throw new RangeError(`more than ${proposedMax} items wait in the outbox`);
    },
    find,
    inState: (state, page = {}) => {
      const select = sql`SELECT ${summary} FROM outbox_item WHERE state = ${text(state)}`;
      return readPage(connection, { select, order: byTime("proposed", "id"), row: outboxSummarySchema }, page);
    },
    waiting: (campaign) => last(connection, sql`${tellsOf(campaign)} AND state IN ('proposed', 'released')`),
    standing: (campaign, itemsMax = standingMax) => standing(connection, campaign, itemsMax),
    async notToldSince(campaigns, flow, ms) {
      const found = await connection.rows(
        sql`
          SELECT about FROM outbox_item
          WHERE kind IN ('proposal', 'update') AND about = ANY(${texts(campaigns)}) AND flow = ${text(flow)}
          GROUP BY about HAVING max(proposed) < ${timeMs(ms)} AND bool_or(state = 'sent') ORDER BY max(proposed), about`,
        z.object({ about: z.string() }),
      );
      return found.map(({ about }) => about);
    },
    retractionOf: (item) => last(connection, sql`kind = 'retraction' AND about = ${text(item)} AND state <> 'refused'`),
    decide: async (id, verdict, by, nowMs) =>
      (await connection.run(sql`
        UPDATE outbox_item SET state = ${text(verdict)}, decided = ${timeMs(nowMs)}, decided_by = ${text(by)}
        WHERE id = ${text(id)} AND state = 'proposed'`)) > 0,
    send: (id, objects, pushTo, nowMs) =>
      connection.transaction(async (transaction) => {
        const sent = await transaction.run(sql`
          UPDATE outbox_item SET state = 'sent', sent = ${timeMs(nowMs)}, objects = ${json(objects)}
          WHERE id = ${text(id)} AND state = 'released'`);
        for (const member of sent === 0 ? [] : pushTo) {
          await transaction.run(
            sql`INSERT INTO outbox_push (item, member, sent) VALUES (${text(id)}, ${text(member)}, ${timeMs(nowMs)})`,
          );
        }
        return sent > 0;
      }),
    async nextPush(member) {
      const [found] = await connection.rows(
        sql`
          SELECT item FROM outbox_push WHERE member = ${text(member)} AND pushed IS NULL ORDER BY sent, item LIMIT 1`,
        z.object({ item: z.string() }),
      );
      return found === undefined ? null : find(found.item);
    },
    async pushed(id, member, nowMs) {
      await connection.run(sql`
        UPDATE outbox_push SET pushed = ${timeMs(nowMs)}
        WHERE item = ${text(id)} AND member = ${text(member)} AND pushed IS NULL`);
    },
  };
}

function tellsOf(campaign: string): Sql {
  return sql`kind IN ('proposal', 'update') AND about = ${text(campaign)}`;
}

async function last(connection: Connection, condition: Sql): Promise<OutboxSummary | null> {
  const [found] = await connection.rows(
    sql`SELECT ${summary} FROM outbox_item WHERE ${condition} ORDER BY proposed DESC, id DESC LIMIT 1`,
    outboxSummarySchema,
  );
  return found ?? null;
}

async function standing(connection: Connection, campaign: string, itemsMax: number): Promise<OutboxItem[]> {
  const sent = sql`${tellsOf(campaign)} AND state = 'sent'`;
  const latestFirst = await connection.rows(
    sql`
      SELECT ${summary}, objects FROM outbox_item WHERE ${sent} AND NOT EXISTS (
        SELECT FROM (SELECT id, flow, sent FROM outbox_item WHERE ${sent}) AS later
        JOIN outbox_item AS retraction ON retraction.about = later.id
        WHERE retraction.kind = 'retraction' AND retraction.state = 'sent'
          AND later.flow = outbox_item.flow AND later.sent >= outbox_item.sent)
      ORDER BY sent DESC, proposed DESC, id DESC LIMIT ${integer(itemsMax)}`,
    outboxItemSchema,
  );
  return latestFirst.toReversed();
}
