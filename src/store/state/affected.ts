import { z } from "zod";
import { sql, text, texts } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { timeMs } from "./database/values.ts";

/** Which accounts a policy came to touch, and when: the ground of its cap an hour. */
export interface Affected {
  record(policy: string, accounts: readonly string[], nowMs: number): Promise<void>;
  /** Accounts that the policy (by name) came to touch after `sinceMs` and up to `untilMs`, each once. */
  countWithin(policy: string, sinceMs: number, untilMs: number): Promise<number>;
}

export function affected(connection: Connection): Affected {
  return {
    async record(policy, accounts, nowMs) {
      await connection.run(sql`
        INSERT INTO affected (policy, at, account)
        SELECT ${text(policy)}, ${timeMs(nowMs)}, account FROM unnest(${texts(accounts)}) AS given (account)
        ON CONFLICT DO NOTHING`);
    },
    async countWithin(policy, sinceMs, untilMs) {
      const [row] = await connection.rows(
        sql`
          SELECT count(DISTINCT account) AS accounts FROM affected
          WHERE policy = ${text(policy)} AND at > ${timeMs(sinceMs)} AND at <= ${timeMs(untilMs)}`,
        z.object({ accounts: z.int() }),
      );
      return row?.accounts ?? 0;
    },
  };
}
