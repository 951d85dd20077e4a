import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { seededRandom } from "../../kit/random.ts";
import { createFollowSurface } from "../decision-stream/follow-surface.ts";
import { servedFeed } from "../decision-stream/stream.case.ts";
import { createCallers } from "../http/callers.ts";
import { caller, CALLER_KEY, failTest, listen } from "../http/listen.case.ts";
import { createAllowList } from "../table/allow-list.ts";
import { at, decision, START_MS } from "../table/decision.case.ts";
import { createDecisionTable } from "../table/decision-table.ts";
import type { DecisionTable } from "../table/decision-table.ts";
import { createFollower } from "./follower.ts";
import type { FollowerOptions } from "./follower.ts";
import { linesOf } from "./lines.ts";

function follow(url: string, given: Partial<FollowerOptions> = {}) {
  const table: DecisionTable = createDecisionTable();
  const clock = fixedClock(START_MS);
  const follower = createFollower({
    url,
    callerKey: CALLER_KEY,
    table,
    clock,
    random: seededRandom("follower"),
    wait: () => Promise.resolve(),
    ...given,
  });
  return { follower, table, clock };
}

const ids = (table: DecisionTable): string[] => [...table.decisions()].map(({ id }) => id).sort();

describe("a follower", () => {
  it("starts from a snapshot and goes on by changes", async () => {
    const [a, b] = [decision({ id: "a" }), decision({ id: "b" })];
    const { base, feed, change } = await servedFeed(a);
    const { follower, table } = follow(base);
    expect(follower.health()).toEqual({ filled: false, sequence: 0, ageMs: null, failures: 0, refused: 0 });
    await follower.poll();
    expect(ids(table)).toEqual(["a"]);
    change("new", b);
    change("deleted", a);
    await follower.poll();
    expect([ids(table), table.sequence]).toEqual([["b"], feed.table.sequence]);
  });

  it("keeps to the desk's allow-list, from the start and as it changes", async () => {
    const { base, feed } = await servedFeed(decision({ id: "a" }));
    const allow = (...accounts: readonly string[]) =>
      feed.allow(createAllowList(accounts.map((value) => ({ scope: { kind: "account", value }, expires: null }))));
    const { follower, table, clock } = follow(base);
    const found = () => table.lookup({ account: "acct-1" }, clock.nowMs())?.id;
    allow("acct-1");
    await follower.poll();
    expect(found()).toBeUndefined();
    allow("acct-2");
    await follower.poll();
    expect(found()).toBe("a");
    allow("acct-2", "acct-1");
    await follower.poll();
    expect(found()).toBeUndefined();
    allow();
    await follower.poll();
    expect(found()).toBe("a");
  });

  it("takes more changes than one answer holds", async () => {
    const { base, change } = await servedFeed();
    const { follower, table } = follow(base);
    await follower.poll();
    change(
      "new",
      ...Array.from({ length: 2500 }, (_, i) =>
        decision({ id: `d-${i}`, scope: { kind: "account", value: `a-${i}` } }),
      ),
    );
    await follower.poll();
    expect([table.size, table.sequence]).toEqual([2500, 2500]);
  });

  it("starts anew where its place is no longer known", async () => {
    const { base, feed } = await servedFeed(decision({ id: "a" }));
    const { follower, table } = follow(base);
    await follower.poll();
    const loader = feed.load(900);
    loader.add(decision({ id: "c" }));
    loader.finish();
    await follower.poll();
    expect([ids(table), table.sequence]).toEqual([["c"], 900]);
  });

  it("holds what is in force while the desk is away, until it ends, and says how old that is", async () => {
    const { base } = await servedFeed(decision({ id: "a", expires: at(60_000) }));
    const { follower, table, clock } = follow(base);
    await follower.poll();
    const away = follow("http://127.0.0.1:1", { table, clock }).follower;
    await expect(away.poll()).rejects.toThrow("fetch failed");
    clock.advance(59_999);
    expect(table.lookup({ account: "acct-1" }, clock.nowMs())?.id).toBe("a");
    expect(follower.health()).toMatchObject({ filled: true, ageMs: 59_999 });
    clock.advance(1);
    expect(table.lookup({ account: "acct-1" }, clock.nowMs())).toBeNull();
  });

  it("frees what has ended", async () => {
    const { base, change } = await servedFeed(decision({ id: "a", expires: at(1000) }));
    const { follower, table, clock } = follow(base);
    await follower.poll();
    clock.advance(1000);
    change("new", decision({ id: "b" }));
    await follower.poll();
    expect(ids(table)).toEqual(["b"]);
  });

  it.each([
    ["breaks off", `{"sequence":5}\n${JSON.stringify(decision({ id: "half" }))}\n`, "broke off"],
    ["is empty", "", "is empty"],
    ["is not understood", `{"sequence":5}\n{"id":1}\n{"end":true}\n`, "expected string"],
    ["never ends a line", `{"sequence":5}\n${"x".repeat(20_000)}`, "too long"],
  ])("changes nothing where a snapshot %s", async (_how, body, message) => {
    const base = await listen((_request, response) => {
      response.end(body);
      return true;
    });
    const { follower, table } = follow(base);
    await expect(follower.poll()).rejects.toThrow(message);
    expect([table.size, table.sequence, follower.health().filled]).toEqual([0, 0, false]);
  });

  it("is told what to mend where the desk does not know it", async () => {
    const { base } = await servedFeed();
    const { follower } = follow(base, { callerKey: "a wrong key" });
    await expect(follower.poll()).rejects.toThrow(expect.objectContaining({ name: "UserError" }));
    await expect(follower.poll()).rejects.not.toThrow("a wrong key");
  });

  it("comes back after failures ever later, up to a limit, and at its usual pace after a success", async () => {
    let isAway = true;
    const desk = await servedFeed();
    const callers = createCallers([caller()]);
    const base = await listen(
      (_request, response) => {
        if (isAway) response.writeHead(500).end();
        return isAway;
      },
      createFollowSurface({ feed: desk.feed, callers, onDefect: failTest }),
    );
    const waits: number[] = [];
    const failed: unknown[] = [];
    const stop = new AbortController();
    const { follower } = follow(base, {
      random: { ...seededRandom("no jitter"), next: () => 0.5 },
      wait: (ms) => {
        waits.push(ms);
        if (waits.length === 9) isAway = false;
        if (waits.length === 11) stop.abort();
        return Promise.resolve();
      },
    });
    await follower.run(stop.signal, (error) => failed.push(error));
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 2000, 2000]);
    expect(failed).toHaveLength(9);
    expect(follower.health()).toMatchObject({ filled: true, failures: 0 });
  });

  it("does not poll in step with others", async () => {
    const waits: number[] = [];
    const { base } = await servedFeed();
    const stop = new AbortController();
    const { follower } = follow(base, {
      wait: (ms) => {
        waits.push(ms);
        if (waits.length === 20) stop.abort();
        return Promise.resolve();
      },
    });
    await follower.run(stop.signal, () => undefined);
    expect(new Set(waits).size).toBe(20);
    expect([Math.min(...waits) >= 1600, Math.max(...waits) <= 2400]).toEqual([true, true]);
  });
});

describe("lines", () => {
  it("are the same however the bytes are cut", async () => {
    const text = fc.array(fc.string({ unit: "grapheme", maxLength: 5 }).map((line) => line.replaceAll("\n", " ")));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (lines, size) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const read: string[] = [];
        for await (const line of linesOf(from(chunks), 100)) read.push(line);
        expect(read).toEqual(lines);
      }),
    );
  });
});

async function* from(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
