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
      await keepOneOfLine(store, table);
    }
    await store.run(sql`TRUNCATE TABLE repeated_id`);
  }
  return extra;
}

/**
 * Where records stand on one line, as in an array or an export, those of one id may have the same time and place, and nothing else
 * tells their rows apart. The copy that stays for them goes by line 0, which no row has.
 */
async function keepOneOfLine(store: Store, table: string): Promise<void> {
  const tied = sql`
    SELECT id_hash FROM ${identifier(table)} WHERE id_hash IN (SELECT id_hash FROM repeated_id)
    GROUP BY id_hash HAVING count() > 1`;
  const [row] = await store.rows<{ tied: number }>(sql`SELECT toUInt32(count()) AS tied FROM (${tied})`);
  if ((row?.tied ?? 0) === 0) return;
  await store.run(sql`
    INSERT INTO ${identifier(table)}
    SELECT * REPLACE (toUInt32(0) AS line) FROM ${identifier(table)} WHERE id_hash IN (${tied}) LIMIT 1 BY id_hash`);
  await store.run(sql`DELETE FROM ${identifier(table)} WHERE line > 0 AND id_hash IN (${tied})`);
}
