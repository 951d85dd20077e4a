import { z } from "zod";
import { sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { timeMs } from "./database/values.ts";

/** How far feeds of others have been read: all that was added up to that time, as their server writes it, has been taken. */
export interface FeedCursors {
  /** Null: nothing yet. */
  find(feed: string): Promise<string | null>;
  put(feed: string, addedAfter: string, nowMs: number): Promise<void>;
  /** The next reading starts at the beginning. */
  forget(feed: string): Promise<void>;
}

export function feedCursors(connection: Connection): FeedCursors {
  return {
    async find(feed) {
      const [found] = await connection.rows(
        sql`SELECT added_after AS "addedAfter" FROM feed_cursor WHERE feed = ${text(feed)}`,
        z.object({ addedAfter: z.string() }),
      );
      return found?.addedAfter ?? null;
    },
    async put(feed, addedAfter, nowMs) {
      await connection.run(sql`
        INSERT INTO feed_cursor (feed, added_after, at) VALUES (${text(feed)}, ${text(addedAfter)}, ${timeMs(nowMs)})
        ON CONFLICT (feed) DO UPDATE SET added_after = EXCLUDED.added_after, at = EXCLUDED.at`);
    },
    async forget(feed) {
      await connection.run(sql`DELETE FROM feed_cursor WHERE feed = ${text(feed)}`);
    },
  };
}
