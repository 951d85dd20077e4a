import { describe, expect, it } from "vitest";
import { CALLER_KEY } from "../http/listen.case.ts";
import { decision } from "../table/decision.case.ts";
import { createAllowList } from "../table/allow-list.ts";
import { surfaceDecision } from "../table/surface-decision.ts";
import { servedFeed } from "./stream.case.ts";

const get = (base: string, path: string, headers: Record<string, string> = { "x-api-key": CALLER_KEY }) =>
  fetch(`${base}/v1/decisions/${path}`, { headers });

describe("followers", () => {
  it("read a snapshot, and then what comes after it", async () => {
    const [a, b] = [decision({ id: "a" }), decision({ id: "b", simulated: true })];
    const { base, change } = await servedFeed(a, b);
    const lines = (await (await get(base, "snapshot")).text()).trimEnd().split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { sequence: 2 },
      surfaceDecision(a),
      surfaceDecision(b),
      { end: true },
    ]);
    change("deleted", a);
    expect(await (await get(base, "deltas?after=2")).json()).toEqual({
      deltas: [{ sequence: 3, kind: "deleted", decision: surfaceDecision(a) }],
      latest: 3,
      allowed: "",
    });
  });

  it("see by its version that the allow-list is another, and read it whole", async () => {
    const { base, feed } = await servedFeed();
    const entries = [{ scope: { kind: "account", value: "a" }, expires: null }] as const;
    const list = createAllowList(entries);
    feed.allow(list);
    expect(await (await get(base, "deltas?after=0")).json()).toEqual({ deltas: [], latest: 0, allowed: list.version });
    expect(await (await get(base, "allowed")).json()).toEqual({ version: list.version, entries });
  });

  it("get a thousand changes at a time", async () => {
    const { base } = await servedFeed(...Array.from({ length: 1200 }, (_, i) => decision({ id: `d-${i}` })));
    expect(await (await get(base, "deltas?after=0")).json()).toMatchObject({ deltas: { length: 1000 }, latest: 1200 });
  });

  it("are told to start anew where their place is not known", async () => {
    const { base, feed } = await servedFeed(decision({ id: "a" }));
    expect((await get(base, "deltas?after=2")).status).toBe(410);
    feed.load(500).finish();
    expect((await get(base, "deltas?after=1")).status).toBe(410);
  });

  it("must be known, and say where they are", async () => {
    const { base } = await servedFeed();
    expect((await get(base, "deltas?after=0", {})).status).toBe(401);
    expect((await get(base, "snapshot", {})).status).toBe(401);
    expect((await get(base, "allowed", {})).status).toBe(401);
    expect((await get(base, "deltas")).status).toBe(400);
    expect((await get(base, "deltas?after=-1")).status).toBe(400);
  });
});
