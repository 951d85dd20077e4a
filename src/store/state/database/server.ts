import { Pool } from "pg";
import type { PoolConfig } from "pg";
import { errorCode } from "../../../kit/error-code.ts";
import { UserError } from "../../../kit/user-error.ts";
import { readerOf, rethrow } from "./driver.ts";
import type { Driver } from "./driver.ts";

// Limits.
const connectionsMax = 8;
const connectMsMax = 5_000;
const idleConnectionMsMax = 30_000;
/** The server ends a statement that takes longer; the client waits a little more, then gives the connection up. */
const statementMsMax = 30_000;
const answerMsMax = 35_000;
const lockMsMax = 10_000;
/** Of a transaction between two statements. */
const idleTransactionMsMax = 30_000;
/** As PostgreSQL counts (server_version_num): the oldest that the contract suite is run on. */
const serverVersionMin = 150_000;

/**
 * Connects to a PostgreSQL server. Throws a `UserError` that names host and database, never the password, where the URL is
 * none, the server does not answer, refuses the user or is too old.
 */
export async function openServer(url: string): Promise<Driver> {
  const place = placeOf(url);
  const pool = new Pool(poolConfig(url));
  // A connection that fails while nobody waits for it leaves the pool by itself; the next statement says what is wrong.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  try {
    const { rows } = await pool.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
    const version = Number(rows[0]?.version);
    if (!(version >= serverVersionMin)) {
      throw new UserError(
        `the PostgreSQL server at ${place} is too old (${version})`,
        `use version ${serverVersionMin / 10_000} or newer`,
      );
    }
  } catch (error) {
    await pool.end();
    throw error instanceof UserError ? error : explained(error, place);
  }
  return serverDriver(pool);
}

function poolConfig(url: string): PoolConfig {
  return {
    connectionString: url,
    application_name: "stillwatch",
    max: connectionsMax,
    connectionTimeoutMillis: connectMsMax,
    idleTimeoutMillis: idleConnectionMsMax,
    query_timeout: answerMsMax,
    statement_timeout: statementMsMax,
    lock_timeout: lockMsMax,
    idle_in_transaction_session_timeout: idleTransactionMsMax,
    keepAlive: true,
    options: "-c TimeZone=UTC -c search_path=stillwatch",
    types: { getTypeParser: readerOf },
  };
}

function serverDriver(pool: Pool): Driver {
  return {
    vacuumsItself: true,
    async lease() {
      const client = await pool.connect().catch(rethrow);
      return {
        async run({ text, values }) {
          const answer = await client.query<Record<string, unknown>>(text, [...values]).catch(rethrow);
          return { rows: answer.rows, affected: answer.rowCount ?? 0, command: answer.command };
        },
        release: (isClean) => client.release(!isClean),
      };
    },
    close: () => pool.end(),
  };
}

/** Host and database of the URL: what may be shown. The error of a bad URL would hold the password, so it is not a cause. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw new UserError(
      "DATABASE_URL is not the URL of a PostgreSQL server",
      "it looks like postgresql://user:password@host:5432/database, with special characters of the password %-encoded",
    );
  }
  return `${parsed.host === "" ? (parsed.searchParams.get("host") ?? "localhost") : parsed.host}${parsed.pathname}`;
}

function explained(error: unknown, place: string): unknown {
  const refuse = (message: string, hint: string): UserError => new UserError(message, hint, { cause: error });
  switch (errorCode(error)) {
    case "28P01":
      return refuse(
        `the PostgreSQL server at ${place} does not take the password`,
        "check user and password in DATABASE_URL",
      );
    case "28000":
      return refuse(
        `the PostgreSQL server at ${place} does not let this user in`,
        "check the user in DATABASE_URL, and pg_hba.conf on the server",
      );
    case "3D000":
      return refuse(`the database ${place} does not exist`, "make it (createdb), or mend DATABASE_URL");
    case "53300":
      return refuse(
        `the PostgreSQL server at ${place} has no connection left`,
        `give it more (max_connections): one process uses up to ${connectionsMax}`,
      );
    default:
      return refuse(
        `the PostgreSQL server at ${place} does not answer`,
        "check host and port in DATABASE_URL, that the server runs, and that it can be reached from here",
      );
  }
}
