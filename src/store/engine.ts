import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import type { ClickHouseClient, ClickHouseSettings, ResultSet } from "@clickhouse/client";
import { invariant } from "../kit/assert.ts";
import { isTurnOver, nextTurn } from "../kit/turns.ts";
import { UserError } from "../kit/user-error.ts";
import { answeringInPieces } from "./answer-pieces.ts";
import type { Connection } from "./answer-pieces.ts";
import { rethrowFull } from "./engine-full.ts";
import { Statements, untilClosed } from "./halt.ts";
import { migrations, migrationTable } from "./migrations.ts";
import { integer, renderForClickHouse, sql, text } from "./sql.ts";
import type { Sql } from "./sql.ts";
import { watch } from "./watch.ts";

// Limits and defaults.
/** Memory of one statement; statements of one store run one after the other, caches come on top (bytes). */
const memoryBytesMaxDefault = 3 * 2 ** 30;
/** Below this the engine can't parse and sort one block (bytes). */
const memoryBytesMin = 512 * 2 ** 20;
/** Share of the memory after which groups and sorts go to disk. */
const spillShare = 1 / 3;
/** One block of lines, so that long lines make small blocks: at most so many bytes, and such a share of the memory. */
const readBlockBytesMax = 16 * 2 ** 20;
const readBlockShare = 1 / 64;
/** One block to be sorted and written: at most so many rows, bytes, and such a share of the memory. */
const insertBlockRows = 2 ** 18;
const insertBlockBytes = 128 * 2 ** 20;
const insertBlockShare = 1 / 16;
/** So many threads sort and write what a statement inserts, each a block of its own. */
const insertThreads = 2;

export interface EngineOptions {
  /** Data directory. Default: an own temporary folder that is removed on close. One directory per process. */
  readonly path?: string;
  /** Bounds what a statement may hold in memory, in bytes. */
  readonly memoryBytesMax?: number;
  /** A ClickHouse server by URL instead of the embedded engine; the SQL is the same text. */
  readonly server?: string;
}

/** How far the running statement is: rows and bytes (as stored, so compressed if the files are) read. */
export interface StatementProgress {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * The one door to the engine. Throws an `EngineFullError` where its disk is full. 64-bit integers come back as numbers: a hash must leave
 * as `toString(hash)` or stay inside.
 */
export interface Store {
  /** Whether it runs in this process and so reads this machine's files by itself. */
  readonly embedded: boolean;
  readonly memoryBytesMax: number;
  /** All rows of an answer that is known to be small, as objects by column. */
  rows<Row>(query: Sql): Promise<Row[]>;
  /** The rows of an answer one by one. */
  stream<Row>(query: Sql): AsyncIterable<Row>;
  /** Runs a statement that answers nothing. */
  run(statement: Sql): Promise<void>;
  /** Runs `INSERT ... FORMAT JSONEachRow` style statements: the rows travel as data, not as SQL. */
  insert(table: string, rows: readonly object[]): Promise<void>;
  /** Runs a long statement and reports how far it is about four times a second. */
  runWatched(statement: Sql, onProgress: (progress: StatementProgress) => void): Promise<void>;
  /** Closes the engine and removes its temporary folder. */
  close(): Promise<void>;
}

/** The part of `chdb/connection` that is used; injected in tests of its absence. */
export type EmbeddedLoader = () => Promise<{ connect(folder: string): Connection }>;

const loadEmbedded: EmbeddedLoader = async () => {
  const { createChdbConnection } = await import("chdb/connection");
  return {
    connect(folder) {
      const connection: unknown = createChdbConnection({ path: folder });
      invariant(isConnection(connection), "chDB gives a connection for the client");
      return answeringInPieces(connection);
    },
  };
};

/**
 * chDB declares its connection with the types of @clickhouse/client-common, of which the client has a copy of its own with
 * private fields: one contract, two nominal types.
 */
function isConnection(value: unknown): value is Connection {
  return typeof value === "object" && value !== null && "query" in value && "command" in value && "insert" in value;
}

/**
 * Opens the embedded engine or connects to a server, and brings the tables up to date.
 * Throws a `UserError` where the embedded engine does not exist for this platform, its memory or data directory won't do, or
 * the server does not answer.
 */
export async function openEngine(options: EngineOptions = {}, load: EmbeddedLoader = loadEmbedded): Promise<Store> {
  const memoryBytesMax = options.memoryBytesMax ?? memoryBytesMaxDefault;
  if (memoryBytesMax < memoryBytesMin) {
    throw new UserError(
      "the engine needs at least 512 MiB of memory",
      "give it more, or leave the option out for 3 GiB",
    );
  }
  const settings = engineSettings(memoryBytesMax);
  const store =
    options.server === undefined
      ? await openEmbedded(options.path, memoryBytesMax, settings, load)
      : await openServer(options.server, memoryBytesMax, settings);
  try {
    await migrate(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

function engineSettings(memoryBytesMax: number): ClickHouseSettings {
  const share = (part: number): number => Math.floor(memoryBytesMax * part);
  const spillBytes = String(share(spillShare));
  return {
    max_memory_usage: String(memoryBytesMax),
    max_bytes_before_external_group_by: spillBytes,
    max_bytes_before_external_sort: spillBytes,
    input_format_max_block_size_bytes: String(Math.min(readBlockBytesMax, share(readBlockShare))),
    min_insert_block_size_rows: String(insertBlockRows),
    min_insert_block_size_bytes: String(Math.min(insertBlockBytes, share(insertBlockShare))),
    max_insert_block_size: String(insertBlockRows),
    max_insert_threads: String(insertThreads),
    // Without it a statement that feeds views runs on one thread, what it reads and computes included.
    parallel_view_processing: 1,
    // To compile an expression takes half a second, which none of our statements is long enough to win back.
    compile_expressions: 0,
    compile_aggregate_expressions: 0,
    compile_sort_description: 0,
    output_format_json_quote_64bit_integers: 0,
    date_time_output_format: "iso",
  };
}

/**
 * What views read of the rows that they are given is counted as read, too, from the moment they flush; every row taken from
 * a file is counted once more as selected. So the difference is the file's rows, and bytes are good until the first flush.
 */
const progressColumns = sql`
  SELECT
    max(toInt64(ProfileEvents['SelectedRows']) - toInt64(read_rows)) AS rows,
    max(read_bytes) AS bytes, max(ProfileEvents['SelectedRows'] = 2 * read_rows) AS exact
  FROM system.processes`;

async function openEmbedded(
  path: string | undefined,
  memoryBytesMax: number,
  settings: ClickHouseSettings,
  load: EmbeddedLoader,
): Promise<Store> {
  const engine = await loadOrExplain(load);
  const folder = path ?? (await mkdtemp(join(tmpdir(), "stillwatch-engine-")));
  // Also where the process ends without closing the store.
  const removeOnExit = (): void => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // An engine that is still at work writes new files while these go; the exit code says what there is to say.
    }
  };
  if (path === undefined) process.once("exit", removeOnExit);
  const removeFolder = async (): Promise<void> => {
    process.off("exit", removeOnExit);
    if (path === undefined) await rm(folder, { recursive: true, force: true });
  };
  // Settings given to the client would be set again before each statement, which takes longer than a small one itself; a
  // connection keeps those that came with its first.
  const connect = async (): Promise<ClickHouseClient> => {
    const connected = createClient({ connection: engine.connect(folder) });
    await connected.command({ query: "SELECT 1", clickhouse_settings: settings });
    return connected;
  };
  let client: ClickHouseClient;
  let watcher: ClickHouseClient;
  try {
    client = await connect();
    // Statements of a connection wait for each other, so watching one takes a second connection.
    watcher = await connect();
  } catch (error) {
    await removeFolder();
    throw new UserError(
      `the engine could not open the data directory ${folder}`,
      "one process owns a data directory at a time, and a process opens one only: close the other, or choose another directory",
      { cause: error },
    );
  }
  return clientStore(client, watcher, {
    embedded: true,
    memoryBytesMax,
    // No parameters: statements with parameters wait for each other across connections.
    progress: () => sql`${progressColumns} WHERE query_kind = 'Insert'`,
    afterClose: removeFolder,
  });
}

async function loadOrExplain(load: EmbeddedLoader): ReturnType<EmbeddedLoader> {
  try {
    return await load();
  } catch (error) {
    throw new UserError(
      `the embedded engine (chDB) has no binary that runs here (${process.platform} ${process.arch})`,
      "on Windows run it in WSL2; on Alpine and other musl systems use an image with glibc (Debian, Ubuntu); " +
        "anywhere, use a ClickHouse server instead: --server http://host:8123",
      { cause: error },
    );
  }
}

async function openServer(url: string, memoryBytesMax: number, settings: ClickHouseSettings): Promise<Store> {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) {
    throw new UserError("the ClickHouse server's URL is none", "give one such as http://host:8123");
  }
  // What goes wrong is thrown; the client's own log would only say it twice.
  const client = createClient({ url, clickhouse_settings: settings, log: { level: ClickHouseLogLevel.OFF } });
  const answer = await client.ping({ select: true });
  if (!answer.success) {
    await client.close();
    throw new UserError(
      `the ClickHouse server at ${new URL(url).host} does not answer`,
      "check the URL (http://host:8123), the user and the password in it, and that the server runs",
      { cause: answer.error },
    );
  }
  return clientStore(client, client, {
    embedded: false,
    memoryBytesMax,
    progress: (id) => sql`${progressColumns} WHERE query_id = ${text(id)}`,
    afterClose: async () => {},
  });
}

interface StoreParts {
  readonly embedded: boolean;
  readonly memoryBytesMax: number;
  progress(queryId: string): Sql;
  afterClose(): Promise<void>;
}

function clientStore(client: ClickHouseClient, watcher: ClickHouseClient, parts: StoreParts): Store {
  const statements = new Statements();
  const run = <Answer>(statement: () => Promise<Answer>): Promise<Answer> =>
    statements.run(statement).catch(rethrowFull);
  const ask = (from: ClickHouseClient, query: Sql) => {
    const rendered = renderForClickHouse(query);
    return run(() =>
      from.query({
        query: rendered.query,
        query_params: rendered.params,
        format: "JSONEachRow",
      }),
    );
  };
  const command = async (statement: Sql, id?: string): Promise<void> => {
    const rendered = renderForClickHouse(statement);
    await run(() =>
      client.command({
        query: rendered.query,
        query_params: rendered.params,
        ...(id === undefined ? {} : { query_id: id }),
      }),
    );
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      forget();
      await watcher.close();
      await client.close();
      await parts.afterClose();
    })());
  const forget = parts.embedded
    ? untilClosed(async () => {
        // Not with a parameter: see `progress`.
        await statements.halt(
          async () => void (await watcher.command({ query: "KILL QUERY WHERE query_id != queryID() ASYNC" })),
        );
        await close();
      })
    : () => {};
  return {
    embedded: parts.embedded,
    memoryBytesMax: parts.memoryBytesMax,
    rows: async <Row>(query: Sql) => (await ask(client, query)).json<Row>(),
    stream: <Row>(query: Sql) => rowByRow<Row>(ask(client, query)),
    run: (statement) => command(statement),
    async insert(table, rows) {
      await run(() => client.insert({ table, values: [...rows], format: "JSONEachRow" }));
    },
    async runWatched(statement, onProgress) {
      const id = randomUUID();
      let rows = 0;
      let bytesPerRow = 0;
      const stop = watch(async () => {
        const [row] = await (await ask(watcher, parts.progress(id))).json<StatementProgress & { exact: number }>();
        if (row === undefined || row.rows <= rows) return;
        rows = row.rows;
        if (row.exact === 1) bytesPerRow = row.bytes / rows;
        onProgress({ rows, bytes: rows * bytesPerRow });
      });
      try {
        await command(statement, id);
      } finally {
        await stop();
      }
    },
    close,
  };
}

async function* rowByRow<Row>(answer: Promise<ResultSet<"JSONEachRow">>): AsyncGenerator<Row> {
  for await (const batch of (await answer).stream<Row>()) {
    for (const row of batch) {
      if (isTurnOver()) await nextTurn();
      yield row.json();
    }
  }
}

async function migrate(store: Store): Promise<void> {
  await store.run(migrationTable);
  const applied = new Set(
    (await store.rows<{ number: number }>(sql`SELECT number FROM migration`)).map((row) => row.number),
  );
  for (const migration of migrations) {
    if (applied.has(migration.number)) continue;
    for (const statement of migration.statements) await store.run(statement);
    await store.run(
      sql`INSERT INTO migration (number, title) VALUES (${integer(migration.number)}, ${text(migration.title)})`,
    );
  }
}
