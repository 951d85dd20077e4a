import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { UserError } from "../kit/user-error.ts";
import { openEngine } from "./engine.ts";
import type { StatementProgress, Store } from "./engine.ts";
import { migrations, migrationTable } from "./migrations.ts";
import { identifier, sql } from "./sql.ts";
import { takeTurns } from "./turns.ts";

let store: Store | undefined;
afterEach(async () => {
  await store?.close();
  store = undefined;
});

const engineFolders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith("stillwatch-engine-"));

test("makes the tables and removes its temporary folder on close", async () => {
  const before = new Set(await engineFolders());
  const opened = await openEngine();
  const own = (await engineFolders()).filter((name) => !before.has(name));
  expect(own.length).toBeGreaterThan(0);
  expect(await opened.rows(sql`SELECT count() AS n FROM exchange`)).toEqual([{ n: 0 }]);
  await opened.close();
  // Other test files may have engines of their own: at least one of the new folders was ours.
  expect(own.some((name) => !existsSync(join(tmpdir(), name)))).toBe(true);
});

test("keeps a data directory that it was given, and applies each migration once", async () => {
  const path = await mkdtemp(join(tmpdir(), "stillwatch-test-"));
  try {
    store = await openEngine({ path });
    await store.insert("source_file", [{ file: 1, path: "a" }]);
    await store.close();
    store = await openEngine({ path });
    expect(await store.rows(sql`SELECT path FROM source_file`)).toEqual([{ path: "a" }]);
    expect(await store.rows(sql`SELECT number FROM migration ORDER BY number`)).toEqual(
      migrations.map(({ number }) => ({ number })),
    );
  } finally {
    await store?.close();
    store = undefined;
    await rm(path, { recursive: true, force: true });
  }
});

test("brings a data directory of an earlier version up to date, also after an attempt that was cut short", async () => {
  const path = await mkdtemp(join(tmpdir(), "stillwatch-test-"));
  const exchange = { time: "2026-01-05T12:00:00Z", account: "a", model: "m", reason: "", message_count: 1 };
  try {
    store = await openEngine({ path });
    const made = await store.rows<{ name: string; engine: string }>(sql`
      SELECT name, engine FROM system.tables WHERE database = currentDatabase() ORDER BY endsWith(engine, 'View') DESC`);
    for (const { name, engine } of made)
      await store.run(
        engine.endsWith("View") ? sql`DROP VIEW ${identifier(name)}` : sql`DROP TABLE ${identifier(name)}`,
      );
    await store.run(migrationTable);
    const earlier = migrations.filter(({ number }) => number <= 3);
    for (const statement of earlier.flatMap(({ statements }) => statements)) await store.run(statement);
    await store.insert(
      "migration",
      earlier.map(({ number, title }) => ({ number, title })),
    );
    await store.insert("incoming_exchange", [exchange]);
    const latest = migrations.find(({ number }) => number === 4)!;
    for (const statements of [[], latest.statements.slice(0, 3), latest.statements]) {
      for (const statement of statements) await store.run(statement);
      await store.run(sql`DELETE FROM migration WHERE number > 3`);
      await store.close();
      store = await openEngine({ path });
    }
    await store.insert("arriving_exchange", [
      { ...exchange, account: "b", opening_passages: [1], response_passages: [2] },
    ]);
    await store.run(sql`INSERT INTO incoming_exchange SELECT * FROM arriving_exchange`);
    expect(
      await store.rows(sql`SELECT account, opening_passages, response_passages FROM detect_exchange ORDER BY account`),
    ).toEqual([
      { account: "a", opening_passages: [], response_passages: [] },
      { account: "b", opening_passages: [1], response_passages: [2] },
    ]);
  } finally {
    await store?.close();
    store = undefined;
    await rm(path, { recursive: true, force: true });
  }
});

test("says what to do where the engine has no binary", async () => {
  const opening = openEngine({}, () => Promise.reject(new Error("chdb: no native binding for win32-x64")));
  await expect(opening).rejects.toThrow(UserError);
  await expect(opening).rejects.toThrow(/no binary that runs here/);
  await expect(opening).rejects.toHaveProperty("hint", expect.stringMatching(/WSL2.*glibc.*--server/));
});

test.each(["nonsense", "host:8123", "tcp://someone:secret@host:9000"])(
  "takes %s for no server's URL",
  async (server) => {
    const opening = openEngine({ server });
    await expect(opening).rejects.toBeInstanceOf(UserError);
    await expect(opening).rejects.not.toThrow(/secret/);
  },
);

test("says which server does not answer, and not its password", async () => {
  const opening = openEngine({ server: "http://someone:secret@127.0.0.1:9" });
  await expect(opening).rejects.toThrow(UserError);
  await expect(opening).rejects.toThrow("127.0.0.1:9");
  await expect(opening).rejects.not.toThrow("secret");
});

test("keeps its settings from one statement to the next, whichever kind it is", async () => {
  store = await openEngine({ memoryBytesMax: 2 ** 30 });
  const held = sql`SELECT value FROM system.settings WHERE name = 'max_memory_usage'`;
  await store.run(sql`TRUNCATE TABLE reject`);
  expect(await store.rows(held)).toEqual([{ value: String(2 ** 30) }]);
  await store.insert("reject", [{ file: 1, line: 1, reason: "x" }]);
  await store.runWatched(sql`TRUNCATE TABLE reject`, () => {});
  expect(await store.rows(held)).toEqual([{ value: String(2 ** 30) }]);
});

test("bounds what a statement may hold in memory", async () => {
  await expect(openEngine({ memoryBytesMax: 2 ** 20 })).rejects.toThrow(UserError);
  store = await openEngine({ memoryBytesMax: 512 * 2 ** 20 });
  await expect(store.rows(sql`SELECT length(groupArray(number)) AS n FROM numbers(200000000)`)).rejects.toThrow(
    /memory limit/i,
  );
  // Groups go to disk instead.
  expect(
    await store.rows(
      sql`SELECT count() AS n FROM (SELECT number FROM numbers(8000000) GROUP BY number, toString(number))`,
    ),
  ).toEqual([{ n: 8_000_000 }]);
});

test("lets who reads rows of a store that takes turns ask for something else meanwhile", async () => {
  store = await openEngine();
  const turns = takeTurns(store);
  const read: number[] = [];
  for await (const { n } of turns.store.stream<{ n: number }>(sql`SELECT number AS n FROM numbers(3)`)) {
    const [row] = await turns.store.rows<{ one: number }>(sql`SELECT 1 AS one`);
    read.push(n + (row?.one ?? 0));
  }
  expect(read).toEqual([1, 2, 3]);
});

test("streams rows and reports the progress of a statement", async () => {
  store = await openEngine();
  const seen: number[] = [];
  for await (const row of store.stream<{ n: number }>(sql`SELECT number AS n FROM numbers(3)`)) seen.push(row.n);
  expect(seen).toEqual([0, 1, 2]);
  await store.run(sql`CREATE TABLE slow (n UInt8) ENGINE = Null`);
  const progress: StatementProgress[] = [];
  await store.runWatched(
    sql`INSERT INTO slow SELECT sleepEachRow(0.05) FROM numbers(24) SETTINGS max_block_size = 1, max_threads = 1`,
    (step) => progress.push(step),
  );
  expect(progress.every(({ rows, bytes }) => rows >= 0 && bytes >= 0)).toBe(true);
});
