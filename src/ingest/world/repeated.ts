import type { Store } from "../../store/engine.ts";
import { identifier, sql } from "../../store/sql.ts";

/**
 * Keeps the earliest delivery of every id, and returns how many others were dropped. Ids are told apart by 64 bits: among a
 * hundred million of them one pair is taken for one with probability 3e-4.
 */
export async function dropRepeated(store: Store, tables: readonly string[]): Promise<number> {
  await store.run(sql`TRUNCATE TABLE repeated_id`);
  await store.run(sql`
    INSERT INTO repeated_id
    SELECT id_hash, min((time, file, line)) AS first, count() - 1 AS extra
    FROM exchange
    WHERE id_hash IN (SELECT id_hash FROM exchange GROUP BY id_hash HAVING count() > 1)
    GROUP BY id_hash`);
  const [row] = await store.rows<{ extra: number }>(sql`SELECT sum(extra) AS extra FROM repeated_id`);
  const extra = row?.extra ?? 0;
  if (extra > 0) {
    for (const table of tables) {
      await store.run(sql`
        DELETE FROM ${identifier(table)}
        WHERE id_hash IN (SELECT id_hash FROM repeated_id)
          AND (id_hash, time, file, line) NOT IN (SELECT id_hash, first.1, first.2, first.3 FROM repeated_id)`);
    }
    await store.run(sql`TRUNCATE TABLE repeated_id`);
  }
  return extra;
}
