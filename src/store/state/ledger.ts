import { z } from "zod";
import { invariant } from "../../kit/assert.ts";
import { ledgerEntrySchema } from "../../model/sharing.ts";
import type { LedgerEntry } from "../../model/sharing.ts";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, timeMs } from "./database/values.ts";

// Limits.
/** Entries of one page. */
const pageRowsMax = 1_000;

export type NewLedgerEntry = Omit<LedgerEntry, "sequence" | "at">;

/** Everything that was ever shared: numbered without a gap, never changed, never forgotten. */
export interface Ledger {
  append(entries: readonly NewLedgerEntry[], nowMs: number): Promise<void>;
  /** Those after a number, in order; of one object, where one is given. */
  after(sequence: number, object?: string): Promise<LedgerEntry[]>;
  /** Those after a number that left because of a campaign of ours, what was taken back of it too, in order. */
  ofCampaign(campaign: string, sequence: number): Promise<LedgerEntry[]>;
}

export function ledger(connection: Connection): Ledger {
  return {
    append: (entries, nowMs) =>
      connection.transaction(async (transaction) => {
        // Writers take turns at this row, so that numbers have no gap.
        const [head] = await transaction.rows(
          sql`UPDATE ledger_head SET sequence = sequence + ${integer(entries.length)} RETURNING sequence`,
          z.object({ sequence: z.int() }),
        );
        invariant(head !== undefined, "the ledger has a head");
        await transaction.run(sql`
          INSERT INTO ledger_entry (
            sequence, at, item, object, type, version, flow, way, recipients, released_by, log_index, salt)
          SELECT
            ${integer(head.sequence - entries.length)} + position, ${timeMs(nowMs)}, entry ->> 'item',
            entry ->> 'object', entry ->> 'type', entry ->> 'version', entry ->> 'flow', entry ->> 'way',
            entry -> 'recipients', entry ->> 'released_by', (entry ->> 'log_index')::bigint, entry ->> 'salt'
          FROM jsonb_array_elements(${json(entries)}) WITH ORDINALITY AS given (entry, position)`);
      }),
    after: (sequence, object) =>
      connection.rows(
        sql`
          SELECT sequence, at, item, object, type, version, flow, way, recipients, released_by, log_index, salt
          FROM ledger_entry WHERE sequence > ${integer(sequence)} AND ${object === undefined ? sql`TRUE` : sql`object = ${text(object)}`}
          ORDER BY sequence LIMIT ${integer(pageRowsMax)}`,
        ledgerEntrySchema,
      ),
    ofCampaign: (campaign, sequence) =>
      connection.rows(
        sql`
          SELECT sequence, at, item, object, type, version, flow, way, recipients, released_by, log_index, salt
          FROM ledger_entry WHERE sequence > ${integer(sequence)} AND item IN (
            SELECT id FROM outbox_item WHERE about = ${text(campaign)}
            UNION SELECT later.id FROM outbox_item AS later JOIN outbox_item AS first ON later.about = first.id
            WHERE first.about = ${text(campaign)})
          ORDER BY sequence LIMIT ${integer(pageRowsMax)}`,
        ledgerEntrySchema,
      ),
  };
}
