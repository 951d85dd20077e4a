import type { PostgresStatement } from "../../sql.ts";

/** What both engines can do. Everything above it (transactions that join, retries, migrations) is written once. */
export interface Driver extends Session {
  /** Runs `work` between BEGIN and COMMIT on one connection; ROLLBACK if it throws or a statement of it failed. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One connection, or any of them. Throws `DatabaseUnavailableError` where the engine can't be reached or can't go on. */
export interface Session {
  run(statement: PostgresStatement): Promise<Answer>;
}

export interface Answer {
  readonly rows: readonly unknown[];
  /** Rows that a writing statement touched. */
  readonly affected: number;
}

/** The state can't be read or written at this time: no connection, no space, no answer in time. It may pass by itself. */
export class DatabaseUnavailableError extends Error {
  override readonly name = "DatabaseUnavailableError";
}

/** Types (by OID of pg_type) that the engines' clients would read in different ways, or lossily. */
export const typeParsers: Readonly<Record<number, (text: string) => unknown>> = {
  /** bigint */
  20: (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact integer: ${text}`);
    return value;
  },
  /** timestamptz; sessions are in UTC, so that the text ends in `+00`. */
  1184: (text) => new Date(`${text.replace(" ", "T").slice(0, -"+00".length)}Z`).toISOString(),
};

/** The code of an error of PostgreSQL (SQLSTATE, appendix A of its manual), or of the operating system. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
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

export function isCondition(sqlState: string): boolean {
  return conditions.some((prefix) => sqlState.startsWith(prefix));
}
