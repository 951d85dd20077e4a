import { afterEach, describe, expect, it } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import type { Store } from "../../store/engine.ts";
import { renderForClickHouse, sql } from "../../store/sql.ts";
import { SpoolFullError } from "../spool/spool.ts";
import { countOf, lineAt, openIntake } from "./stream.case.ts";
import type { Intake } from "./stream.case.ts";

let intake: Intake | undefined;
afterEach(async () => {
  await intake?.close();
  intake = undefined;
});
const open = async (options: Parameters<typeof openIntake>[0] = {}): Promise<Intake> =>
  (intake = await openIntake(options));
const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => lineAt(from + index, `r${from + index}`));

/** The real engine, whose statements fail while `fails` says so. */
const failing =
  (fails: (statement: string) => Promise<boolean>) =>
  (store: Store): Store => ({
    ...store,
    run: async (statement) => {
      if (await fails(renderForClickHouse(statement).query)) throw new Error("the engine is out of order");
      return store.run(statement);
    },
  });

describe("the stream", () => {
  it("takes deliveries in as a scan does, with rejects of the door and of the engine under their origin", async () => {
    const { append, settled, store } = await open();
    await append([...lines(0, 3), '{"time":"yesterday","id":"x","account":"a","model":"m"}'], {
      origin: "POST /v1/exchanges",
      rejects: ["line 5: not valid JSON"],
    });
    await append([lineAt(9, "k1")], { origin: "kafka exchanges" });
    await settled();
    expect(intake?.stream.status()).toEqual({ exchanges: 4, rejected: 2, repeated: 0, failures: 0 });
    const rejects = await store.rows(sql`
      SELECT path, line, reason FROM reject INNER JOIN source_file USING file ORDER BY line`);
    const path = expect.stringMatching(/^stream:POST \/v1\/exchanges at 2026-01-06T00:00:00\.000Z$/);
    expect(rejects).toEqual([
      { path, line: 0, reason: "line 5: not valid JSON" },
      { path, line: 4, reason: expect.stringContaining("time is neither") },
    ]);
  });

  it("counts an id once, in a batch, in a later one, after a restart, and whatever the time says within minutes", async () => {
    const { append, settled, store } = await open();
    await append([...lines(0, 5), lineAt(2, "r2")]);
    await settled();
    await append([...lines(3, 7), lineAt(4 + 290, "r0")]);
    await settled();
    expect(await countOf(store)).toEqual({ rows: 7, ids: 7 });
    await intake?.restart();
    await append(lines(0, 8));
    await settled();
    expect(await countOf(store)).toEqual({ rows: 8, ids: 8 });
    expect(intake?.stream.status()).toMatchObject({ exchanges: 1, repeated: 7 });
  });

  it("takes facts about accounts; the last ones win", async () => {
    const { append, settled, store } = await open();
    for (const plan of ["free", "enterprise"]) {
      await append([JSON.stringify({ account: "acct_1", plan })], { kind: "facts" });
      await settled();
    }
    expect(await store.rows(sql`SELECT account, plan FROM account_facts`)).toEqual([
      { account: "acct_1", plan: "enterprise" },
    ]);
  });

  it("takes the same in where the engine is a server, which can't read this machine's files", async () => {
    const { append, settled, store } = await open({ wrap: (engine) => ({ ...engine, embedded: false }) });
    await append([...lines(0, 3), "{}"]);
    await append([lineAt(1, "r1"), lineAt(7, "r7")], { origin: "another door" });
    await settled();
    expect(await countOf(store)).toEqual({ rows: 4, ids: 4 });
    expect(await store.rows(sql`SELECT line, reason FROM reject`)).toEqual([{ line: 4, reason: "time is missing" }]);
  });

  it("makes a reject of a record that is none of ours, and goes on", async () => {
    const { append, settled, store, spool } = await open();
    await spool.append([Buffer.from("not a delivery")]);
    await append(lines(0, 1));
    await settled();
    expect(await store.rows(sql`SELECT reason FROM reject`)).toEqual([
      { reason: "a record of 14 bytes is no delivery" },
    ]);
    expect(await countOf(store)).toEqual({ rows: 1, ids: 1 });
  });
});

describe("an engine that fails", () => {
  it("on one line costs that line only", async () => {
    const failures: unknown[] = [];
    const poison = "poisonous prompt";
    let real: Store | undefined;
    const isPoisoned = async (statement: string): Promise<boolean> => {
      if (!/INSERT INTO incoming_exchange\s+SELECT \* FROM/.test(statement) || real === undefined) return false;
      const found = await real.rows(sql`SELECT 1 FROM arriving_exchange WHERE account = 'poison'`);
      return found.length > 0;
    };
    const { append, settled, store } = await open({
      wrap: (engine) => {
        real = engine;
        return failing(isPoisoned)(engine);
      },
      onFailure: (error) => failures.push(error),
    });
    await append([...lines(0, 10), lineAt(10, "bad", { account: "poison", response: poison }), ...lines(11, 20)]);
    await append(lines(20, 25), { origin: "another door" });
    await settled();
    expect(await countOf(store)).toEqual({ rows: 24, ids: 24 });
    expect(await store.rows(sql`SELECT reason FROM reject`)).toEqual([{ reason: "the engine fails on this line" }]);
    expect(failures).toHaveLength(1);
    expect(intake?.stream.status()).toMatchObject({ exchanges: 24, rejected: 1, failures: 0 });
  });

  it("on everything loses nothing: it is tried again, later and later, and says so", async () => {
    let broken = true;
    const waits: number[] = [];
    const statuses: number[] = [];
    const { append, settled, store } = await open({
      wrap: failing((statement) => Promise.resolve(broken && /DELETE|INSERT/.test(statement))),
      wait: (ms) => {
        waits.push(ms);
        statuses.push(intake?.stream.status().failures ?? 0);
        if (waits.length > 14) broken = false;
        return Promise.resolve();
      },
    });
    await append(lines(0, 50));
    await settled();
    expect(await countOf(store)).toEqual({ rows: 50, ids: 50 });
    expect(await store.rows(sql`SELECT count() AS n FROM reject`)).toEqual([{ n: 0 }]);
    const retries = waits.slice(1);
    expect(retries.slice(0, 3)).toEqual([100, 200, 400]);
    expect(Math.max(...retries)).toBe(30_000);
    expect(statuses.at(-1)).toBeGreaterThan(5);
  });

  it.each([
    ["a batch", 0, 2],
    ["a single line", 0, 1],
  ])("on exchanges, and not on rejects, rejects none: %s waits until it is in", async (_, from, to) => {
    let broken = true;
    let waits = 0;
    const { append, settled, store } = await open({
      wrap: failing((statement) =>
        Promise.resolve(broken && /INSERT INTO incoming_exchange[^]*reason = ''/.test(statement)),
      ),
      wait: () => {
        waits++;
        if (waits > 2) broken = false;
        return Promise.resolve();
      },
    });
    await append(lines(from, to));
    await settled();
    expect(await countOf(store)).toEqual({ rows: to, ids: to });
    expect(await store.rows(sql`SELECT reason FROM reject`)).toEqual([]);
    expect(waits).toBeGreaterThan(2);
    expect(await store.rows(sql`SELECT account FROM exchange WHERE account = 'stillwatch:trial'`)).toEqual([]);
  });

  it("pushes back at the door once the spool is full, and takes all that was acknowledged in the end", async () => {
    let broken = true;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { append, settled, store } = await open({
      backlogBytesMax: 20_000,
      wrap: failing((statement) => Promise.resolve(broken && statement.includes("INSERT"))),
      wait: () => (broken ? held : Promise.resolve()),
    });
    let acknowledged = 0;
    const fill = async (): Promise<void> => {
      for (; acknowledged < 1000; acknowledged++) await append(lines(acknowledged, acknowledged + 1));
    };
    await expect(fill()).rejects.toThrow(SpoolFullError);
    expect(acknowledged).toBeGreaterThan(10);
    broken = false;
    release();
    await settled();
    expect(await countOf(store)).toEqual({ rows: acknowledged, ids: acknowledged });
    await append(lines(acknowledged, acknowledged + 1));
    await settled();
  });

  it("in the middle of a batch, before a crash, leaves no trace of that batch in the next life", async () => {
    let broken = true;
    let isDying = false;
    let tried = (): void => {};
    const failed = new Promise<void>((resolve) => {
      tried = resolve;
    });
    const { append, settled, store } = await open({
      // The exchanges are in, the ids and the position are not, and nothing can be taken back any more.
      wrap: failing((statement) => {
        isDying ||= broken && statement.includes("INSERT INTO arrived_id");
        return Promise.resolve(broken && isDying && /INSERT INTO arrived_id|DELETE/.test(statement));
      }),
      onFailure: () => tried(),
      wait: (ms, signal) =>
        new Promise((resolve) => {
          if (ms === 0 || signal.aborted) resolve();
          else signal.addEventListener("abort", () => resolve());
        }),
      lingerMs: 0,
    });
    await append([...lines(0, 5), "{}"], { rejects: ["line 9: not valid JSON"] });
    expect(broken).toBe(true);
    await failed;
    expect((await countOf(store)).rows).toBe(5);
    broken = false;
    await intake?.restart({ wait: () => Promise.resolve() });
    await settled();
    expect(await countOf(store)).toEqual({ rows: 5, ids: 5 });
    expect(await store.rows(sql`SELECT count() AS n FROM reject`)).toEqual([{ n: 2 }]);
  });
});

describe("a clock that jumps", () => {
  it("back loses nothing and forgets no id; a week after it came, an id is new again", async () => {
    const clock = fixedClock(Date.UTC(2026, 0, 6));
    const { append, settled, store } = await open({ clock });
    const daysLater = async (days: number, from: number, to: number): Promise<void> => {
      clock.advance(days * 86_400_000);
      await append(lines(from, to));
      await settled();
    };
    await daysLater(0, 0, 3);
    await daysLater(-400, 0, 4);
    expect(await countOf(store)).toEqual({ rows: 4, ids: 4 });
    await daysLater(403, 0, 5);
    expect(await countOf(store)).toEqual({ rows: 5, ids: 5 });
    // After eight days the first four are forgotten, and the fifth, which came five days ago, is not.
    await daysLater(5, 3, 6);
    expect(await countOf(store)).toEqual({ rows: 7, ids: 6 });
  });
});

it("rejects are kept for thirty days, those of a scan for good", async () => {
  const clock = fixedClock(Date.UTC(2026, 0, 6));
  const { append, settled, store } = await open({ clock });
  await store.insert("source_file", [{ file: 1, path: "a scan at 2020-01-01T00:00:00.000Z" }]);
  await store.insert("reject", [{ file: 1, line: 1, reason: "of a scan" }]);
  const left: unknown[] = [];
  for (const reason of ["first", "second", "third"]) {
    await append([], { rejects: [reason] });
    await settled();
    left.push(
      (await store.rows<{ reason: string }>(sql`SELECT reason FROM reject ORDER BY reason`)).map((row) => row.reason),
    );
    clock.advance(16 * 86_400_000);
  }
  expect(left).toEqual([
    ["first", "of a scan"],
    ["first", "of a scan", "second"],
    ["of a scan", "second", "third"],
  ]);
});

describe("what was there before the stream", () => {
  it("is never taken back", async () => {
    const first = await open();
    await first.store.insert("source_file", [{ file: 70, path: "a scan" }]);
    await first.store.insert("reject", [{ file: 70, line: 1, reason: "of a scan" }]);
    await first.append(lines(0, 2));
    await first.settled();
    await first.restart();
    await first.append(lines(2, 3));
    await first.settled();
    expect(await first.store.rows(sql`SELECT reason FROM reject`)).toEqual([{ reason: "of a scan" }]);
  });
});
