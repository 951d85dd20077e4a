import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { identifier, renderForPostgres, sql } from "../../sql.ts";
import type { Sql } from "../../sql.ts";

/** A PostgreSQL server of our own for a test: a fresh cluster in a temporary folder, on a Unix socket only. */
export interface Cluster {
  /** Makes an empty database; the URL connects to it as its owner, who is no superuser. */
  createDatabase(): Promise<string>;
  /** Connects to a database with any user and password; nothing has to exist. */
  urlOf(database: string, user: string, password?: string): string;
  /** Runs a statement as the superuser. */
  run(statement: Sql, database?: string): Promise<void>;
  /** Ends the server, whoever is connected, and leaves the data. */
  halt(): Promise<void>;
  /** Starts it again. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const superuser = "postgres";
/** The one role that is asked for its password. */
export const withPassword = "keyholder";

/** Where Debian keeps the programs, else wherever they are found by name. */
const folders = [
  ...(existsSync("/usr/lib/postgresql")
    ? readdirSync("/usr/lib/postgresql").map((version) => `/usr/lib/postgresql/${version}/bin`)
    : []),
  ...(process.env.PATH ?? "").split(delimiter),
];
const programs = folders.find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));

/** Why the tests on a server are skipped, if they are. In CI they are not: .ci/install-postgresql has to have run. */
export const serverMissing =
  programs === undefined && process.env.CI !== "true" ? "PostgreSQL is not installed" : undefined;

export async function startCluster(): Promise<Cluster> {
  if (programs === undefined) throw new Error("PostgreSQL is not installed: run .ci/install-postgresql");
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-pg-"));
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o755);
  const data = join(folder, "data");
  const made = spawnSync(
    join(programs, "initdb"),
    ["-D", data, "-U", superuser, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"],
    { ...user, cwd: folder, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  await appendFile(
    join(data, "postgresql.conf"),
    `listen_addresses = ''\nunix_socket_directories = '${folder}'\nfsync = off\nmax_connections = 40\n`,
  );
  await writeFile(join(data, "pg_hba.conf"), `local all ${withPassword} scram-sha-256\nlocal all all trust\n`);
  let server = await startServer(join(programs, "postgres"), ["-D", data], { ...user, cwd: folder });
  const killServer = (): void => void server.kill("SIGQUIT");
  process.once("exit", killServer);
  const halt = async (): Promise<void> => {
    const exited = once(server, "exit");
    killServer();
    await exited;
  };

  const urlOf: Cluster["urlOf"] = (database, name, password) => {
    const url = new URL(`postgresql:///${database}`);
    url.searchParams.set("host", folder);
    url.searchParams.set("user", name);
    if (password !== undefined) url.searchParams.set("password", password);
    return url.href;
  };
  const run: Cluster["run"] = async (statement, database = "postgres") => {
    const client = new Client({ connectionString: urlOf(database, superuser) });
    await client.connect();
    const { text: query, values } = renderForPostgres(statement);
    await client.query(query, [...values]).finally(() => client.end());
  };
  await run(sql`CREATE ROLE owner LOGIN`);
  let databases = 0;
  return {
    async createDatabase() {
      const name = `test_${++databases}`;
      await run(sql`CREATE DATABASE ${identifier(name)} OWNER owner`);
      return urlOf(name, "owner");
    },
    urlOf,
    run,
    halt,
    async resume() {
      server = await startServer(join(programs, "postgres"), ["-D", data], { ...user, cwd: folder });
    },
    async stop() {
      process.off("exit", killServer);
      if (server.exitCode === null && server.signalCode === null) await halt();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(program: string, args: readonly string[], options: SpawnOptions): Promise<ChildProcess> {
  const server = spawn(program, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const log: string[] = [];
  for await (const line of createInterface(server.stderr)) {
    log.push(line);
    if (line.includes("ready to accept connections")) break;
  }
  if (!log.at(-1)?.includes("ready")) throw new Error(`postgres: ${log.join("\n")}`);
  server.stderr.resume();
  return server;
}
