import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fixedClock } from "../../kit/clock.ts";
import { openEngine } from "../../store/engine.ts";
import type { EngineOptions, Store } from "../../store/engine.ts";
import { identifier, sql } from "../../store/sql.ts";
import { ingest } from "../ingest.ts";
import type { IntentPack } from "../intent/pack.ts";
import type { IngestOptions, IngestSummary, Reject } from "../ingest.ts";

/** What intents are found is tested beside their patterns. */
export const testIntents: IntentPack = { terms: [], intents: [] };

/** A good line: what a test doesn't speak of. */
export const goodLine = {
  time: "2026-01-05T12:00:00.000Z",
  id: "req_1",
  account: "acct_1",
  model: "aster-3-mini",
  messages: [{ role: "user", content: "hello there" }],
};

export const ndjson = (lines: readonly unknown[]): string =>
  lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");

export interface Taken {
  readonly store: Store;
  readonly summary: IngestSummary;
  readonly rejects: readonly Reject[];
}

export interface OpenLog extends Taken {
  readonly folder: string;
  close(): Promise<void>;
}

export interface LogOptions extends Partial<Omit<IngestOptions, "clock">> {
  readonly engine?: EngineOptions;
  /** A folder inside of the temporary one. */
  readonly at?: string;
}

let shared: Store | undefined;

/** An engine takes half a second to open: the tests of a process share one, and leave it empty. Its folder is gone when the process ends. */
async function emptyStore(options: EngineOptions | undefined): Promise<Store> {
  if (options === undefined && shared !== undefined) return shared;
  await shared?.close();
  shared = undefined;
  const store = await openEngine(options);
  if (options === undefined) shared = store;
  return store;
}

async function release(store: Store): Promise<void> {
  if (store !== shared) return store.close();
  const tables = await store.rows<{ name: string }>(sql`
    SELECT name FROM system.tables
    WHERE database = currentDatabase() AND engine NOT IN ('Null', 'View', 'MaterializedView') AND name != 'migration'`);
  for (const { name } of tables) await store.run(sql`TRUNCATE TABLE ${identifier(name)}`);
}

/** Writes files into a folder of their own and takes them into an empty store; `close` cleans up. One at a time is open. */
export async function openLog(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: LogOptions = {},
): Promise<OpenLog> {
  const root = await mkdtemp(join(tmpdir(), "stillwatch-test-"));
  const { engine, at = "", path, facts, intents = testIntents, ...rest } = options;
  const folder = join(root, at);
  const store = await emptyStore(engine);
  const close = async (): Promise<void> => {
    await release(store);
    await rm(root, { recursive: true, force: true });
  };
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    const summary = await ingest(store, {
      ...rest,
      clock: fixedClock(0),
      intents,
      path: join(folder, path ?? ""),
      ...(facts === undefined ? {} : { facts: join(folder, facts) }),
    });
    const rejects: Reject[] = [];
    for await (const reject of summary.rejects())
      rejects.push({ ...reject, file: reject.file.slice(join(folder, "/").length) });
    return { store, summary, rejects, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A log for as long as the check takes. */
export async function withLog<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  check: (taken: Taken & { readonly folder: string }) => Promise<Result>,
  options: LogOptions = {},
): Promise<Result> {
  const { close, ...taken } = await openLog(files, options);
  try {
    return await check(taken);
  } finally {
    await close();
  }
}
