import { z } from "zod";
import { UserError } from "../../../kit/user-error.ts";
import { integer, sql, text } from "../../sql.ts";
import type { Sql } from "../../sql.ts";
import type { Connection } from "./database.ts";

/** A numbered step; each is applied once and never edited after a release, only followed. */
export interface Migration {
  readonly number: number;
  readonly title: string;
  readonly statements: readonly Sql[];
}

/** Any number that no other program uses on the same server: "stillwat" in ASCII. */
const advisoryLock = sql`SELECT pg_advisory_xact_lock(8319104457171427700)`;

/**
 * Applies what is missing, in the caller's transaction: all of it or nothing. Of several processes that start at once one
 * does it, the others wait. Throws a `UserError` where a newer program made the tables.
 */
export async function migrate(connection: Connection, migrations: readonly Migration[]): Promise<void> {
  await connection.run(advisoryLock);
  // Asked for first, since to make a schema takes a right that the program does not need later.
  const [schema] = await connection.rows(
    sql`SELECT to_regnamespace('stillwatch') IS NOT NULL AS exists`,
    z.object({ exists: z.boolean() }),
  );
  if (schema?.exists !== true) {
    await connection.run(sql`CREATE SCHEMA stillwatch`);
    await connection.run(sql`CREATE TABLE migration (number integer PRIMARY KEY, title text NOT NULL)`);
  }
  const applied = await connection.rows(sql`SELECT number FROM migration`, z.object({ number: z.int() }));
  const newest = Math.max(0, ...applied.map(({ number }) => number));
  if (newest > migrations.length) {
    throw new UserError(
      `the state was written by a newer version (its tables are at ${newest}, this version knows ${migrations.length})`,
      "install that version again; an older one would misread what it wrote",
    );
  }
  for (const migration of migrations.slice(newest)) {
    for (const statement of migration.statements) await connection.run(statement);
    await connection.run(
      sql`INSERT INTO migration (number, title) VALUES (${integer(migration.number)}, ${text(migration.title)})`,
    );
  }
}
