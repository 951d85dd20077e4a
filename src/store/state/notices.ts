import { noticeSchema } from "../../model/notice.ts";
import type { Notice } from "../../model/notice.ts";
import { sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json } from "./database/values.ts";

/** What customers were told of decisions. Kept is the first time on each channel, however often it is told again. */
export interface Notices {
  record(notices: readonly Notice[]): Promise<void>;
  /** The earliest first. */
  ofDecision(decision: string): Promise<Notice[]>;
}

export function notices(connection: Connection): Notices {
  return {
    async record(given) {
      if (given.length === 0) return;
      await connection.run(sql`
        INSERT INTO notice (decision, channel, category, sent)
        SELECT decision, channel, category, sent
        FROM jsonb_to_recordset(${json(given)}) AS item (decision text, channel text, category text, sent timestamptz)
        ON CONFLICT DO NOTHING`);
    },
    ofDecision: (decision) =>
      connection.rows(
        sql`
          SELECT decision, channel, category, sent FROM notice WHERE decision = ${text(decision)}
          ORDER BY sent, channel`,
        noticeSchema,
      ),
  };
}
