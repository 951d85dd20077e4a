import { z } from "zod";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { optional } from "./database/values.ts";

const headSchema = z.object({ size: z.int(), root: z.string(), checkpoint: z.string().nullable() });
/**
 * How long a log was when we last cosigned it, its root (base64), and the checkpoint as the log had signed it: evidence, should it show
 * another past one day. Null: it was cosigned before that was kept.
 */
export type WitnessedHead = Readonly<z.infer<typeof headSchema>>;

/** The logs of others that we are a witness of, by their origin. What was seen is never taken back. */
export interface WitnessedHeads {
  find(origin: string): Promise<WitnessedHead | null>;
  /** False, and nothing happens: the head is not of the size `from` (0: there is none), or the new one is smaller. */
  advance(origin: string, from: number, head: WitnessedHead): Promise<boolean>;
}

export function witnessedHeads(connection: Connection): WitnessedHeads {
  return {
    async find(origin) {
      const [head] = await connection.rows(
        sql`SELECT size, root, checkpoint FROM witnessed_head WHERE origin = ${text(origin)}`,
        headSchema,
      );
      return head ?? null;
    },
    // A root is only ever replaced by that of a larger tree: the same size with another root is a fork.
    advance: async (origin, from, { size, root, checkpoint }) =>
      (await connection.run(sql`
        INSERT INTO witnessed_head AS head (origin, size, root, checkpoint)
        SELECT ${text(origin)}, ${integer(size)}, ${text(root)}, ${optional(checkpoint, text)}
        WHERE ${integer(from)} = 0 OR EXISTS (SELECT FROM witnessed_head WHERE origin = ${text(origin)})
        ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, checkpoint = excluded.checkpoint
        WHERE head.size = ${integer(from)} AND (excluded.size > head.size OR excluded.root = head.root)`)) > 0,
  };
}
