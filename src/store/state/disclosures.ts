import { z } from "zod";
import { disclosedCountSchema } from "../../model/sharing.ts";
import type { DisclosedCount } from "../../model/sharing.ts";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { timeMs } from "./database/values.ts";
import { byId, byTime, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

/** Who was told what, in which period (a calendar month, say). */
export interface Disclosure {
  readonly recipient: string;
  readonly question: string;
  readonly period: string;
}

/** A noised value, and what it costs: millionths of an epsilon. */
export interface NoisedValue {
  readonly value: number;
  readonly millionths: number;
}

/** What was disclosed of counts, and the privacy that it has cost with each recipient. It is kept. */
export interface Disclosures {
  /**
   * The value that the question has in this period: what was disclosed first, to whomever; `offered` where nothing was. Counts its
   * cost once a recipient, question and period. Null, and nothing happens: the recipient would be over `millionthsMax`.
   */
  release(of: Disclosure, offered: NoisedValue, millionthsMax: number, nowMs: number): Promise<number | null>;
  /** Millionths of an epsilon. */
  spent(recipient: string, period: string): Promise<number>;
  /** Everything that was told, the oldest first. */
  list(page?: PageRequest): Promise<Page<DisclosedCount>>;
}

const sumSchema = z.object({ millionths: z.int() });

export function disclosures(connection: Connection): Disclosures {
  return {
    release: (of, offered, millionthsMax, nowMs) =>
      connection.transaction(async (transaction) => {
        const { recipient, question, period } = of;
        const [told] = await transaction.rows(
          sql`
            INSERT INTO disclosure_recipient (recipient) VALUES (${text(recipient)})
            ON CONFLICT (recipient) DO UPDATE SET recipient = excluded.recipient
            RETURNING EXISTS (
              SELECT FROM disclosure
              WHERE recipient = ${text(recipient)} AND question = ${text(question)} AND period = ${text(period)}) AS already`,
          z.object({ already: z.boolean() }),
        );
        if (told?.already !== true) {
          const spent = await spentBy(transaction, recipient, period);
          if (spent + offered.millionths > millionthsMax) return null;
        }
        await transaction.run(sql`
          INSERT INTO noised_count (question, period, value) VALUES (${text(question)}, ${text(period)}, ${integer(offered.value)})
          ON CONFLICT DO NOTHING`);
        await transaction.run(sql`
          INSERT INTO disclosure (recipient, question, period, millionths, at)
          VALUES (
            ${text(recipient)}, ${text(question)}, ${text(period)}, ${integer(offered.millionths)}, ${timeMs(nowMs)})
          ON CONFLICT DO NOTHING`);
        const [row] = await transaction.rows(
          sql`SELECT value FROM noised_count WHERE question = ${text(question)} AND period = ${text(period)}`,
          z.object({ value: z.int() }),
        );
        if (row === undefined) throw new Error("a value that was just kept is gone");
        return row.value;
      }),
    spent: (recipient, period) => spentBy(connection, recipient, period),
    list: (page = {}) => {
      const select = sql`
        SELECT recipient, question, period, value AS count, millionths, at
        FROM disclosure INNER JOIN noised_count USING (question, period)`;
      const order = [...byTime("at", "recipient"), ...byId("period"), ...byId("question")];
      return readPage(connection, { select, order, row: disclosedCountSchema }, page);
    },
  };
}

async function spentBy(connection: Connection, recipient: string, period: string): Promise<number> {
  const [row] = await connection.rows(
    sql`
      SELECT coalesce(sum(millionths), 0)::bigint AS millionths FROM disclosure
      WHERE recipient = ${text(recipient)} AND period = ${text(period)}`,
    sumSchema,
  );
  return row?.millionths ?? 0;
}
