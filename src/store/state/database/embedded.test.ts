import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { UserError } from "../../../kit/user-error.ts";
import { integer, sql } from "../../sql.ts";
import { migrations } from "../migrations.ts";
import { openDatabase } from "./database.ts";
import type { Database } from "./database.ts";

const numbers = (database: Database): Promise<{ n: number }[]> =>
  database.rows(sql`SELECT n FROM tally ORDER BY n`, z.object({ n: z.int() }));

describe("a state directory", () => {
  let folder: string;
  let path: string;
  let opened: Database[] = [];
  const open = async (): Promise<Database> => {
    const database = await openDatabase({ path }, migrations);
    opened.push(database);
    await database.run(sql`CREATE TABLE IF NOT EXISTS tally (n bigint NOT NULL)`);
    return database;
  };
  afterEach(async () => {
    for (const database of opened) await database.close();
    opened = [];
  });
  // To make a cluster takes seconds, and a minute on a busy machine, so the cases share one and leave it whole.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stillwatch-state-"));
    path = join(folder, "made", "state");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("is made with what a start left behind that was interrupted, and keeps what was written", async () => {
    await mkdir(join(path, "postgres.new"), { recursive: true });
    await writeFile(join(path, "postgres.new", "PG_VERSION"), "");
    const database = await open();
    await database.run(sql`INSERT INTO tally VALUES (1)`);
    await database.close();
    expect(await readdir(path)).toEqual(["postgres"]);
    const again = await open();
    expect(await numbers(again)).toEqual([{ n: 1 }]);
  }, 240_000);

  test("syncs what it acknowledges", async () => {
    const database = await open();
    const setting = z.object({ value: z.string() });
    expect(await database.rows(sql`SELECT current_setting('fsync') AS value`, setting)).toEqual([{ value: "on" }]);
    const syncs = async (): Promise<number> => {
      await database.run(sql`SELECT pg_stat_force_next_flush()`);
      const [row] = await database.rows(
        sql`SELECT coalesce(sum(fsyncs), 0)::bigint AS n FROM pg_stat_io WHERE object = 'wal'`,
        z.object({ n: z.int() }),
      );
      return row?.n ?? 0;
    };
    const before = await syncs();
    for (let n = 100; n < 110; n++) await database.run(sql`INSERT INTO tally VALUES (${integer(n)})`);
    expect(await syncs()).toBeGreaterThanOrEqual(before + 10);
    await database.run(sql`DELETE FROM tally WHERE n >= 100`);
  });

  test("uses the room of deleted rows again once it was vacuumed", async () => {
    const database = await open();
    const sizeAfterFilling = async (): Promise<number> => {
      await database.run(sql`INSERT INTO tally SELECT n FROM generate_series(1000, 20000) AS given (n)`);
      await database.run(sql`DELETE FROM tally WHERE n >= 1000`);
      const [row] = await database.rows(sql`SELECT pg_relation_size('tally') AS n`, z.object({ n: z.int() }));
      return row?.n ?? 0;
    };
    const once = await sizeAfterFilling();
    expect(await sizeAfterFilling()).toBeGreaterThan(1.5 * once);
    await database.vacuum();
    expect(await sizeAfterFilling()).toBeLessThan(1.5 * once);
    expect(await numbers(database)).toEqual([{ n: 1 }]);
  });

  test("belongs to one at a time", async () => {
    const database = await open();
    await expect(open()).rejects.toThrow(`is in use by process ${process.pid}`);
    await database.close();
    await (await open()).close();
    expect(await readdir(path)).toEqual(["postgres"]);
  });

  test("serves many at once, one after the other, and only so many", async () => {
    const database = await open();
    const adding = (n: number): Promise<number> =>
      database.transaction(async (connection) => {
        await connection.run(sql`INSERT INTO tally VALUES (${integer(n)})`);
        return connection.run(sql`DELETE FROM tally WHERE n = ${integer(n)}`);
      });
    await Promise.all(Array.from({ length: 20 }, (_, n) => adding(1_000 + n)));
    const outcomes = await Promise.allSettled(Array.from({ length: 1_100 }, () => database.run(sql`SELECT 1`)));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(100);
    expect(String(refused[0]?.reason)).toContain("is behind");
    expect(await numbers(database)).toEqual([{ n: 1 }]);
  });

  test("leaves nothing of a transaction that failed", async () => {
    const database = await open();
    const failing = database.transaction(async (connection) => {
      await connection.run(sql`INSERT INTO tally VALUES (7)`);
      await connection.run(sql`SELECT 1 / 0`).catch(() => {});
    });
    await expect(failing).rejects.toThrow("rolled back");
    expect(await numbers(database)).toEqual([{ n: 1 }]);
  });

  test("does without answers once it is closed", async () => {
    const database = await open();
    await database.close();
    await expect(numbers(database)).rejects.toThrow("has stopped");
  });

  test("of another edition of PostgreSQL, or a damaged one, is not opened", async () => {
    const version = join(path, "postgres", "PG_VERSION");
    const kept = await readFile(version, "utf8");
    await writeFile(version, "12\n");
    await expect(open()).rejects.toThrow(UserError);
    await writeFile(version, kept);
    const control = join(path, "postgres", "global", "pg_control");
    const bytes = await readFile(control);
    await writeFile(control, Buffer.alloc(bytes.length));
    await expect(open()).rejects.toThrow("can't be opened");
    await writeFile(control, bytes);
    const database = await open();
    expect(await numbers(database)).toEqual([{ n: 1 }]);
  });

  test("has to be a directory that can be written", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    await expect(openDatabase({ path: file }, migrations)).rejects.toThrow("is no directory");
    await expect(openDatabase({ path: join(file, "below") }, migrations)).rejects.toThrow("is no directory");
  });
});
