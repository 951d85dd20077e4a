import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";

/** How many identifiers members have had evaluated, each in each epoch of the key. */
export interface QueryQuotas {
  /** False, and nothing is spent: it would be more than `max` in all. */
  spend(of: { readonly member: string; readonly epoch: number }, count: number, max: number): Promise<boolean>;
}

export function queryQuotas(connection: Connection): QueryQuotas {
  return {
    spend: async ({ member, epoch }, count, max) =>
      count <= max &&
      (await connection.run(sql`
        INSERT INTO query_quota AS quota (member, epoch, spent) VALUES (${text(member)}, ${integer(epoch)}, ${integer(count)})
        ON CONFLICT (member, epoch) DO UPDATE SET spent = quota.spent + excluded.spent
        WHERE quota.spent + excluded.spent <= ${integer(max)}`)) > 0,
  };
}
