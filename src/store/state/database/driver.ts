import { DatabaseError } from "pg";
import { errorCode } from "../../../kit/error-code.ts";
import { UnavailableError } from "../../../kit/unavailable-error.ts";
import type { PostgresStatement } from "../../sql.ts";

/** What both engines can do. Everything above it (transactions, retries, migrations) is written once. */
export interface Driver {
  /** Whether the engine makes the room of deleted rows usable again by itself (autovacuum). */
  readonly vacuumsItself: boolean;
  /** One connection for the caller alone, as soon as one is free. It has to be given back. */
  lease(): Promise<Lease>;
  close(): Promise<void>;
}

/** Where statements are run. Throws `DatabaseUnavailableError` where the engine can't be reached or can't go on. */
export interface Session {
  run(statement: PostgresStatement): Promise<Answer>;
}

export interface Lease extends Session {
  /** Not clean: a transaction may be open on it, so it is not used again. */
  release(isClean: boolean): void;
}

export interface Answer {
  readonly rows: readonly unknown[];
  /** Rows that a writing statement touched. */
  readonly affected: number;
  /** What was done, as PostgreSQL says it: INSERT, COMMIT, ROLLBACK. */
  readonly command: string;
}

/** The state can't be read or written at this time: no connection, no space, no answer in time. It may pass by itself. */
export class DatabaseUnavailableError extends UnavailableError {
  override readonly name = "DatabaseUnavailableError";
}

/** How a value is read from the text that PostgreSQL writes, by the OID of its type (pg_type); others stay text. */
const readers: Readonly<Record<number, (text: string) => unknown>> = {
  /** boolean */
  16: (text) => text === "t",
  /** bigint, integer */
  20: exactInteger,
  23: exactInteger,
  /** double precision */
  701: Number,
  /** json, jsonb */
  114: JSON.parse,
  3802: JSON.parse,
  /** timestamptz; sessions are in UTC, so that the text ends in `+00` */
  1184: (text) => new Date(`${text.replace(" ", "T").slice(0, -"+00".length)}Z`).toISOString(),
};

export function readerOf(type: number): (text: string) => unknown {
  return readers[type] ?? ((text) => text);
}

function exactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact integer: ${text}`);
  return value;
}

/** SQLSTATE classes and codes that speak of the engine's condition and not of the statement. */
const conditions = [
  /** connection exception */
  "08",
  /** insufficient resources: disk full, out of memory, too many connections */
  "53",
  /** statement or idle time-out, or cancelled by an operator */
  "57014",
  "25P03",
  /** shutdown, crash, starting up */
  "57P",
  /** no lock in time */
  "55P03",
  /** the file system failed */
  "58",
];

/** disk_full */
const diskFull = "53100";

/** For the error of a driver: what is no answer to the statement is a failure of the engine or of the way to it. */
export function rethrow(error: unknown): never {
  const sqlState = error instanceof DatabaseError ? (error.code ?? "") : null;
  if (sqlState !== null && !conditions.some((prefix) => sqlState.startsWith(prefix))) throw error;
  if (errorCode(error) === diskFull)
    throw new DatabaseUnavailableError("the disk of the state's database is full", "make room there", { cause: error });
  const hint = "see that the PostgreSQL server runs and can be reached: it is asked again by itself";
  throw new DatabaseUnavailableError("the state's database can't be used", hint, { cause: error });
}
