import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { decodeDelivery } from "../delivery/delivery.ts";
import { testKeys } from "../keys/keys.case.ts";
import { maskKey } from "../secret.ts";
import { openSpool } from "../spool/spool.ts";
import type { Spool } from "../spool/spool.ts";
import type { Signal } from "./signal.ts";
import { openSignalStream } from "./signal-stream.ts";
import type { SignalStream } from "./signal-stream.ts";
import { draftOfGroup, spanWait } from "./span-wait.ts";
import { encodeSignal } from "./waiting-signal.ts";

const startUnixNano = "1767614400000000000";
const signal = (
  kind: Signal["kind"],
  spanId: string,
  name: string,
  attributes: Readonly<Record<string, unknown>>,
): Signal => ({
  kind,
  name,
  traceId: "t",
  spanId,
  timeUnixNano: startUnixNano,
  attributes: new Map(Object.entries(attributes)),
  body: attributes["body"],
  events: [],
});
const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "user.id": "acct_1" };
const spanOf = (spanId: string): Signal => signal("span", spanId, "chat m", chat);
const messageOf = (spanId: string, content: string): Signal =>
  signal("log", spanId, "gen_ai.user.message", { body: { content } });
const detailsOf = (spanId: string, content: string): Signal =>
  signal("log", spanId, "gen_ai.client.inference.operation.details", {
    ...chat,
    "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content }] }]),
  });

it("a signal waits without a key in the clear", () => {
  const text = encodeSignal(signal("span", "s", "chat m", { ...chat, "api_key.id": "sk-live-12345678" }));
  expect(text).not.toContain("sk-live");
  expect(text).toContain(maskKey("sk-live-12345678"));
});

describe("what waits for others of its span", () => {
  it("goes on when its time is over, together, and in the order in which it began to wait", () => {
    const waiting = spanWait();
    expect(waiting.add(spanOf("a"), 10, 1, 1000)).toEqual([]);
    expect(waiting.add(messageOf("b", "first"), 10, 2, 5000)).toEqual([]);
    expect(waiting.add(messageOf("a", "hello"), 10, 3, 29_000)).toEqual([]);
    expect(waiting.oldest).toEqual({ dueMs: 31_000, batch: 1 });
    expect(waiting.due(30_999)).toEqual([]);
    const [group, ...more] = waiting.due(31_000);
    expect(more).toEqual([]);
    expect(group === undefined ? null : draftOfGroup(group)).toMatchObject({
      kind: "exchange",
      candidate: { id: "t-a", account: "acct_1", messages: [{ role: "user", content: "hello" }] },
    });
    expect(waiting.oldest).toEqual({ dueMs: 35_000, batch: 2 });
    expect(waiting.due(1e9).map(draftOfGroup)).toEqual([{ kind: "skip", reason: "message events without their span" }]);
    expect(waiting.oldest).toBeNull();
  });

  it("goes on at once when the details of its span are there, whichever comes first", () => {
    const waiting = spanWait();
    waiting.add(detailsOf("a", "hello"), 10, 1, 0);
    waiting.add(spanOf("b"), 10, 1, 0);
    const groups = [...waiting.add(spanOf("a"), 10, 1, 0), ...waiting.add(detailsOf("b", "bye"), 10, 1, 0)];
    expect(groups.map(draftOfGroup)).toMatchObject([
      { candidate: { id: "t-a", messages: [{ content: "hello" }] } },
      { candidate: { id: "t-b", messages: [{ content: "bye" }] } },
    ]);
  });

  it("is bounded: the longest waiting goes on where there is too much", () => {
    const waiting = spanWait();
    const released = [1, 2, 3].flatMap((index) => waiting.add(spanOf(`${index}`), 30 * 2 ** 20, index, index));
    expect(released.map(({ batch }) => batch)).toEqual([1]);
  });
});

describe("the stream of signals", () => {
  let folder = "";
  let signals: Spool;
  let spool: Spool;
  let stream: SignalStream | undefined;
  const clock = fixedClock(0);
  /** What the stream waits for, to be let go by the test. */
  let elapse = (): void => {};
  let began = (): void => {};

  const start = (): void => {
    stream = openSignalStream({
      signals,
      spool,
      clock,
      keys: testKeys,
      wait: (ms, aborted) =>
        new Promise((resolve) => {
          aborted.addEventListener("abort", () => resolve());
          elapse = () => {
            clock.advance(ms);
            resolve();
          };
          began();
        }),
    });
  };
  const waits = (): Promise<void> =>
    new Promise((resolve) => {
      began = resolve;
    });
  const send = (...list: readonly Signal[]): Promise<void> =>
    signals.append([Buffer.from(list.map(encodeSignal).join("\n"))]);
  const exchanges = async (): Promise<unknown[]> => {
    const records = ((await spool.read(2 ** 20))?.records ?? []).map(decodeDelivery);
    return records.flatMap(({ lines, rejects }) => [
      ...Buffer.from(lines)
        .toString("utf8")
        .split("\n")
        .slice(0, -1)
        .map((line): unknown => JSON.parse(line)),
      ...rejects,
    ]);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "stillwatch-signals-"));
    signals = await openSpool(join(folder, "signals"));
    spool = await openSpool(join(folder, "spool"));
  });
  afterEach(async () => {
    await stream?.stop();
    await signals.close();
    await spool.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("joins across requests, and lets a span go alone when its time is over", async () => {
    start();
    await send(spanOf("a"));
    await send(detailsOf("a", "hello"));
    expect(await exchanges()).toMatchObject([{ id: "t-a", messages: [{ role: "user", content: "hello" }] }]);
    const waiting = waits();
    await send(spanOf("b"), messageOf("c", "orphan"));
    await waiting;
    elapse();
    expect(await exchanges()).toEqual([{ time: "2026-01-05T12:00:00.000Z", id: "t-b", account: "acct_1", model: "m" }]);
  });

  it("reads again after a crash what waited, and what came after it", async () => {
    start();
    const waiting = waits();
    await send(spanOf("a"));
    await waiting;
    await send(detailsOf("b", "hello"), spanOf("b"));
    expect(await exchanges()).toMatchObject([{ id: "t-b" }]);
    await stream?.stop();
    await signals.close();
    signals = await openSpool(join(folder, "signals"));
    start();
    await send(detailsOf("a", "late"));
    const seen: unknown[] = [];
    while (seen.length < 2) seen.push(...(await exchanges()));
    // Twice, with one id and time: the engine counts it once.
    expect(seen).toMatchObject([{ id: "t-b" }, { id: "t-a", messages: [{ content: "late" }] }]);
  });

  it("makes a reject of a record that is no signal", async () => {
    start();
    await signals.append([Buffer.from("nonsense")]);
    expect(await exchanges()).toEqual(["a record of the spool is no signal"]);
  });
});
