import { z } from "zod";
import { identifier, join, sql, text } from "../sql.ts";
import { openDatabase } from "./database/database.ts";
import type { Connection, Database } from "./database/database.ts";
import { DatabaseUnavailableError } from "./database/driver.ts";
import { migrations } from "./migrations.ts";
import { stateOn } from "./state.ts";
import type { State } from "./state.ts";

/** A database of the process, with the tables that are not empty in a new state. */
interface Kept {
  readonly database: Database;
  readonly begunWith: readonly string[];
}

/** Those that no test holds. */
const free: Kept[] = [];

/**
 * A state in memory as a new one is. To open one takes seconds, so that the tests of a process hand on the same databases,
 * each emptied before it is used again. They end with the process.
 */
export async function emptyState(): Promise<State> {
  const kept = free.pop();
  const lent = kept ?? (await openKept());
  if (kept !== undefined) await kept.database.transaction((connection) => makeNew(connection, kept.begunWith));
  return stateOn(untilClosed(lent));
}

/** Keeps a copy of the rows that a new state has. */
async function openKept(): Promise<Kept> {
  const database = await openDatabase({}, migrations);
  const begunWith = await database.transaction(async (connection) => {
    const names = await occupiedTables(connection);
    await connection.run(sql`CREATE SCHEMA begun_with`);
    for (const name of names)
      await connection.run(sql`CREATE TABLE begun_with.${identifier(name)} AS TABLE ${identifier(name)}`);
    return names;
  });
  return { database, begunWith };
}

async function makeNew(connection: Connection, begunWith: readonly string[]): Promise<void> {
  const occupied = await occupiedTables(connection);
  // Some refuse to lose rows.
  await connection.run(sql`SET LOCAL session_replication_role = replica`);
  await connection.run(
    sql`TRUNCATE ${join(
      occupied.map((name) => sql`${identifier(name)}`),
      sql`, `,
    )} CASCADE`,
  );
  for (const name of begunWith)
    await connection.run(sql`INSERT INTO ${identifier(name)} TABLE begun_with.${identifier(name)}`);
}

const tableSchema = z.object({ name: z.string() });

async function occupiedTables(connection: Connection): Promise<string[]> {
  const tables = await connection.rows(
    sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'stillwatch'`,
    tableSchema,
  );
  const ifOccupied = tables.map(
    ({ name }) => sql`SELECT ${text(name)} AS name WHERE EXISTS (SELECT FROM ${identifier(name)})`,
  );
  return (await connection.rows(join(ifOccupied, sql` UNION ALL `), tableSchema)).map(({ name }) => name);
}

/** What is closed answers nobody, as if it had ended; the database is there for the next. */
function untilClosed(kept: Kept): Database {
  let isClosed = false;
  const open = (): Database => {
    if (isClosed) throw new DatabaseUnavailableError("the state was closed", "open another");
    return kept.database;
  };
  return {
    rows: async (statement, row) => open().rows(statement, row),
    run: async (statement) => open().run(statement),
    transaction: async (work) => open().transaction(work),
    snapshot: async (work) => open().snapshot(work),
    vacuum: async () => open().vacuum(),
    async close() {
      if (!isClosed) free.push(kept);
      isClosed = true;
    },
  };
}
