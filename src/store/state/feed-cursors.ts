import { z } from "zod";
import { optional, time } from "./database/values.ts";
import { sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";

/** How far a feed of somebody else has been read. */
export const feedCursorSchema = z.object({
  /** All that was added up to here has been taken; as the server writes it. Null: nothing yet. */
  addedAfter: z.string().nullable(),
  /** The server's own place behind that, in the middle of a reading. */
  next: z.string().nullable(),
});

export type FeedCursor = z.infer<typeof feedCursorSchema>;

export interface FeedCursors {
  find(feed: string): Promise<FeedCursor | null>;
  put(feed: string, cursor: FeedCursor, at: string): Promise<void>;
  /** The next reading starts at the beginning. */
  forget(feed: string): Promise<void>;
}

export function feedCursors(connection: Connection): FeedCursors {
  return {
    async find(feed) {
      const [found] = await connection.rows(
        sql`SELECT added_after AS "addedAfter", next FROM feed_cursor WHERE feed = ${text(feed)}`,
        feedCursorSchema,
      );
      return found ?? null;
    },
    async put(feed, { addedAfter, next }, at) {
      await connection.run(sql`
        INSERT INTO feed_cursor (feed, added_after, next, at)
        VALUES (${text(feed)}, ${optional(addedAfter, text)}, ${optional(next, text)}, ${time(at)})
        ON CONFLICT (feed) DO UPDATE SET
          added_after = EXCLUDED.added_after, next = EXCLUDED.next, at = EXCLUDED.at`);
    },
    async forget(feed) {
      await connection.run(sql`DELETE FROM feed_cursor WHERE feed = ${text(feed)}`);
    },
  };
}
