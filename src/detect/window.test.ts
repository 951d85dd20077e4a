import { expect, it } from "vitest";
import { goodLine, ndjson, withLog } from "../ingest/world/scratch.case.ts";
import { sql } from "../store/sql.ts";
import type { Store } from "../store/engine.ts";
import { lookThrough } from "./window.ts";

const startMs = Date.parse(goodLine.time);
const accounts = Array.from({ length: 64 }, (_, i) => `acct_${i}`);
/** Of each account an exchange a minute, for four minutes. */
const lines = accounts.flatMap((account) =>
  [0, 1, 2, 3].map((minute) => ({
    ...goodLine,
    account,
    id: `${account}-${minute}`,
    time: new Date(startMs + minute * 60_000).toISOString(),
  })),
);

const turn = 7;

async function seen(store: Store): Promise<Map<string, number>> {
  const rows = await store.rows<{ account: string; n: number }>(sql`
    SELECT account, toUInt32(count()) AS n FROM detect_exchange GROUP BY account`);
  return new Map(rows.map(({ account, n }) => [account, n]));
}

it("shows what came after a time, up to and including another", async () => {
  await withLog({ "exchanges-0.ndjson": ndjson(lines) }, async ({ store }) => {
    expect((await seen(store)).size).toBe(64);
    const window = { sinceMs: startMs, untilMs: startMs + 2 * 60_000 };
    expect(await lookThrough(store, window, { exchangesMax: 128, turn })).toBe(1);
    expect([...(await seen(store))].every(([, n]) => n === 2)).toBe(true);
    expect((await seen(store)).size).toBe(64);
  });
});

it("shows some of the accounts whole where there is too much, and of fewer none that more did not show", async () => {
  await withLog({ "exchanges-0.ndjson": ndjson(lines) }, async ({ store }) => {
    const window = { sinceMs: startMs - 1, untilMs: startMs + 3 * 60_000 };
    expect(await lookThrough(store, window, { exchangesMax: 255, turn })).toBe(4);
    const quarter = await seen(store);
    expect(await lookThrough(store, window, { exchangesMax: 100, turn })).toBe(8);
    const eighth = await seen(store);
    for (const some of [quarter, eighth]) expect([...some.values()].every((n) => n === 4)).toBe(true);
    expect(quarter.size).toBeGreaterThan(4);
    expect(quarter.size).toBeLessThan(28);
    expect(eighth.size).toBeGreaterThan(0);
    expect(eighth.size).toBeLessThan(quarter.size);
    expect([...eighth.keys()].filter((account) => !quarter.has(account))).toEqual([]);
  });
});

it("shows other accounts in another turn, and in the end all", async () => {
  await withLog({ "exchanges-0.ndjson": ndjson(lines) }, async ({ store }) => {
    const window = { sinceMs: startMs - 1, untilMs: startMs + 3 * 60_000 };
    const times = new Map<string, number>();
    for (let at = 0; at < 40; at++) {
      expect(await lookThrough(store, window, { exchangesMax: 100, turn: at })).toBe(8);
      for (const account of (await seen(store)).keys()) times.set(account, (times.get(account) ?? 0) + 1);
    }
    expect([...times.keys()].toSorted()).toEqual(accounts.toSorted());
    expect(Math.max(...times.values())).toBeLessThan(20);
  });
});

it("shows whom it is to follow besides, whole, unless they are too much", async () => {
  await withLog({ "exchanges-0.ndjson": ndjson(lines) }, async ({ store }) => {
    const window = { sinceMs: startMs - 1, untilMs: startMs + 3 * 60_000 };
    expect(await lookThrough(store, window, { exchangesMax: 100, turn })).toBe(8);
    const eighth = await seen(store);
    const others = accounts.filter((account) => !eighth.has(account));
    expect(await lookThrough(store, window, { exchangesMax: 100, turn, followed: () => others.slice(0, 25) })).toBe(8);
    expect([...(await seen(store)).keys()].toSorted()).toEqual([...eighth.keys(), ...others.slice(0, 25)].toSorted());
    expect([...(await seen(store)).values()].every((n) => n === 4)).toBe(true);
    await lookThrough(store, window, { exchangesMax: 100, turn, followed: () => others.slice(0, 26) });
    expect(await seen(store)).toEqual(eighth);
    await lookThrough(store, window, { exchangesMax: 100, turn, followed: () => others.slice(0, 1) });
    await lookThrough(store, window, { exchangesMax: 100, turn });
    expect(await seen(store)).toEqual(eighth);
  });
});
