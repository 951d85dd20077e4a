import { z } from "zod";
import { errorCode } from "../../../kit/error-code.ts";
import { mapInTurns } from "../../../kit/turns.ts";
import { UserError } from "../../../kit/user-error.ts";
import { identifier, renderForPostgres, sql } from "../../sql.ts";
import type { Sql } from "../../sql.ts";
import { DatabaseUnavailableError } from "./driver.ts";
import type { Answer, Driver, Lease, Session } from "./driver.ts";
import { openEmbedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import type { Migration } from "./migrate.ts";
import { openServer } from "./server.ts";

// Limits.
/** Statements and transactions that wait for their turn or run. */
const pendingMax = 1_000;
/** How often a transaction is run in all that others got in the way of. */
const attemptsMax = 5;

const insufficientPrivilege = "42501";
/** serialization_failure, deadlock_detected: the other one got through, so it helps to try again at once. */
const inTheWay = new Set(["40001", "40P01"]);

/**
 * Where statements are run: the database, or one transaction of it. Isolation is READ COMMITTED; who reads to write locks
 * the row. Throws `DatabaseUnavailableError` where the engine can't be reached or can't go on.
 */
export interface Connection {
  /** The rows of an answer, each checked by `row`. */
  rows<Row>(statement: Sql, row: z.ZodType<Row>): Promise<Row[]>;
  /** How many rows the statement wrote. */
  run(statement: Sql): Promise<number>;
  /**
   * All of `work` or nothing. Within a transaction it joins that one. `work` may be run again from its start, so it does
   * nothing besides; and it uses only the connection that it is given, since waiting for another may never end.
   */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
}

export interface Database extends Connection {
  /** `work` reads the state as it was at one moment, however many statements it takes. */
  snapshot<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Makes the room of deleted rows usable again, where the engine does not by itself: one table, then others have a turn. */
  vacuum(): Promise<void>;
  close(): Promise<void>;
}

/** Neither: PGlite in memory. */
export interface DatabaseOptions {
  /** Folder of the embedded PostgreSQL (PGlite). */
  readonly path?: string;
  /** A PostgreSQL server instead: postgresql://user:password@host:port/database */
  readonly url?: string;
}

/** Opens the database and brings its tables up to date. Throws a `UserError` where a person has to mend something first. */
export async function openDatabase(options: DatabaseOptions, migrations: readonly Migration[]): Promise<Database> {
  if (options.url !== undefined && options.path !== undefined) {
    throw new UserError("the state is either in a directory or on a server", "leave out one of the two");
  }
  const driver = options.url === undefined ? await openEmbedded(options.path) : await openServer(options.url);
  try {
    await inTransaction(driver, begin, (connection) => migrate(connection, migrations));
  } catch (error) {
    await driver.close();
    if (errorCode(error) !== insufficientPrivilege) throw error;
    throw new UserError(
      "the user of DATABASE_URL may not make the tables",
      "give it the right to: GRANT CREATE ON DATABASE ... TO ...; or let its owner start Stillwatch once",
      { cause: error },
    );
  }
  return databaseOn(driver);
}

const begin = sql`BEGIN`;
const beginSnapshot = sql`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`;

const ownTables = sql`SELECT tablename FROM pg_tables WHERE schemaname = 'stillwatch'`;
const tableSchema = z.object({ tablename: z.string() });

function databaseOn(driver: Driver): Database {
  let pending = 0;
  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (pending >= pendingMax)
      throw new DatabaseUnavailableError(
        "the state's database is behind: too much waits for it",
        "see what keeps it, or its disk, busy",
      );
    pending++;
    try {
      return await again(work);
    } finally {
      pending--;
    }
  };
  // A statement by itself is a transaction by itself.
  const single = <T>(work: (lease: Lease) => Promise<T>): Promise<T> =>
    bounded(async () => {
      const lease = await driver.lease();
      let isClean = true;
      try {
        return await work(lease);
      } catch (error) {
        // Nobody may be left to read what it still answers.
        isClean = !(error instanceof DatabaseUnavailableError);
        throw error;
      } finally {
        lease.release(isClean);
      }
    });
  const rows: Connection["rows"] = (statement, row) => single((lease) => statements(lease).rows(statement, row));
  const run: Connection["run"] = (statement) => single((lease) => statements(lease).run(statement));
  return {
    rows,
    run,
    transaction: (work) => bounded(() => inTransaction(driver, begin, work)),
    snapshot: (work) => bounded(() => inTransaction(driver, beginSnapshot, work)),
    async vacuum() {
      if (driver.vacuumsItself) return;
      for (const { tablename } of await rows(ownTables, tableSchema)) {
        await run(sql`VACUUM (ANALYZE) ${identifier(tablename)}`);
      }
    },
    close: () => driver.close(),
  };
}

async function inTransaction<T>(driver: Driver, start: Sql, work: (connection: Connection) => Promise<T>): Promise<T> {
  const lease = await driver.lease();
  const run = (statement: Sql): Promise<Answer> => lease.run(renderForPostgres(statement));
  let isClean = true;
  try {
    await run(start);
    const result = await work(joined(lease));
    const { command } = await run(sql`COMMIT`);
    // PostgreSQL answers so, and not with an error, where a statement had failed and its error was caught.
    if (command === "ROLLBACK") throw new Error("the transaction was rolled back: one of its statements had failed");
    return result;
  } catch (error) {
    isClean = await run(sql`ROLLBACK`).then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    lease.release(isClean);
  }
}

function joined(session: Session): Connection {
  const connection: Connection = { ...statements(session), transaction: (work) => work(connection) };
  return connection;
}

function statements(session: Session): Pick<Connection, "rows" | "run"> {
  return {
    async rows(statement, row) {
      const answer = await session.run(renderForPostgres(statement));
      return mapInTurns(answer.rows, (found) => row.parse(found));
    },
    run: async (statement) => (await session.run(renderForPostgres(statement))).affected,
  };
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attemptsMax || !inTheWay.has(errorCode(error) ?? "")) throw error;
    }
  }
}
