import type { ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Decision } from "../../model/decision.ts";
import { fixedClock } from "../../kit/clock.ts";
import { createCallers } from "../http/callers.ts";
import { caller, CALLER_KEY, failTest, listen } from "../http/listen.case.ts";
import { at, decision, START_MS } from "../table/decision.case.ts";
import { createDecisionTable } from "../table/decision-table.ts";
import { createCrowdsecSurface } from "./crowdsec-surface.ts";
import { createDecisionFeed } from "./decision-feed.ts";
import { servedFeed } from "./stream.case.ts";

const listSchema = z.array(z.looseObject({ uuid: z.string(), duration: z.string(), type: z.string() }));
const streamSchema = z.object({ new: listSchema, deleted: listSchema });

const onAddress = (id: string, value: string, given: Partial<Decision> = {}): Decision =>
  decision({ id, scope: { kind: "address", value }, ...given });

const get = (base: string, path: string, key = CALLER_KEY): Promise<Response> =>
  fetch(`${base}${path}`, { headers: { "x-api-key": key, "accept-encoding": "identity" } });

async function pull(base: string, query: string, key?: string): Promise<{ new: string[]; deleted: string[] }> {
  const stream = streamSchema.parse(await (await get(base, `/v1/decisions/stream${query}`, key)).json());
  const ids = (list: z.infer<typeof listSchema>): string[] => list.map(({ uuid }) => uuid);
  return { new: ids(stream.new), deleted: ids(stream.deleted) };
}

describe("GET /v1/decisions/stream", () => {
  it("gives everything at startup, and then what has changed", async () => {
    const { base, change } = await servedFeed(onAddress("a", "192.0.2.1"), onAddress("b", "2001:db8::1"));
    expect(await pull(base, "?startup=true")).toEqual({ new: ["a", "b"], deleted: [] });
    expect(await pull(base, "?startup=false")).toEqual({ new: [], deleted: [] });
    change("new", onAddress("c", "192.0.2.3"));
    change("deleted", onAddress("a", "192.0.2.1"));
    expect(await pull(base, "?startup=false")).toEqual({ new: ["c"], deleted: ["a"] });
    expect(await pull(base, "")).toEqual({ new: [], deleted: [] });
  });

  it.each([
    ["gzip", "gzip"],
    ["deflate, gzip;q=0.5", "gzip"],
    ["gzip;q=0", null],
    ["gzip;q=0.0, identity", null],
    ["identity", null],
  ])("is compressed where the bouncer takes that (%s)", async (accepted, encoding) => {
    const { base } = await servedFeed(onAddress("a", "192.0.2.1"));
    const headers = { "x-api-key": CALLER_KEY, "accept-encoding": accepted };
    const response = await fetch(`${base}/v1/decisions/stream?startup=true`, { headers });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(streamSchema.parse(await response.json()).new.map(({ uuid }) => uuid)).toEqual(["a"]);
  });

  it("keeps a place for each bouncer", async () => {
    const { base, change } = await servedFeed();
    await pull(base, "?startup=true");
    await pull(base, "?startup=true", "the key of another");
    change("new", onAddress("a", "192.0.2.1"));
    expect(await pull(base, "")).toMatchObject({ new: ["a"] });
    expect(await pull(base, "", "the key of another")).toMatchObject({ new: ["a"] });
    expect(await pull(base, "")).toMatchObject({ new: [] });
  });

  it("tells of the strictest on a value, and of what remains when that ends", async () => {
    const [ban, captcha] = [onAddress("ban", "192.0.2.1"), onAddress("captcha", "192.0.2.1", { action: "challenge" })];
    const { base, change } = await servedFeed(ban, captcha);
    expect(await pull(base, "?startup=true")).toMatchObject({ new: ["ban"] });
    change("deleted", ban);
    expect(await pull(base, "")).toEqual({ new: ["captcha"], deleted: ["ban"] });
    change("new", ban);
    change("deleted", captcha);
    expect(await pull(base, "")).toEqual({ new: ["ban"], deleted: ["captcha"] });
  });

  it("takes back what is suspended, and gives it again", async () => {
    const ban = onAddress("ban", "192.0.2.1");
    const { base, change } = await servedFeed(ban);
    await pull(base, "?startup=true");
    // As the kill switch writes it.
    change("deleted", ban);
    change("new", { ...ban, simulated: true, held: "suspended" });
    expect(await pull(base, "")).toEqual({ new: [], deleted: ["ban"] });
    change("new", ban);
    expect(await pull(base, "")).toEqual({ new: ["ban"], deleted: [] });
  });

  it("leaves out what is simulated, unless it is asked for", async () => {
    const { base } = await servedFeed(onAddress("a", "192.0.2.1", { simulated: true }));
    expect(await pull(base, "?startup=true")).toMatchObject({ new: [] });
    expect(await pull(base, "?startup=true&simulated=true")).toMatchObject({ new: ["a"] });
  });

  it("names what is simulated in both lists or in none, and takes nothing back because of it", async () => {
    const ban = onAddress("ban", "192.0.2.1");
    const dry = onAddress("dry", "192.0.2.1", { simulated: true });
    const { base, change } = await servedFeed(ban);
    const other = "the key of another";
    await pull(base, "?startup=true");
    await pull(base, "?startup=true&simulated=true", other);
    change("new", dry);
    expect((await pull(base, "")).deleted).toEqual([]);
    expect(await pull(base, "?simulated=true", other)).toEqual({ new: ["dry"], deleted: [] });
    change("deleted", dry);
    expect((await pull(base, "")).deleted).toEqual([]);
    expect(await pull(base, "?simulated=true", other)).toMatchObject({ deleted: ["dry"] });
    expect(await pull(base, "?startup=true")).toEqual({ new: ["ban"], deleted: [] });
    expect(await pull(base, "?startup=true&simulated=true", other)).toEqual({ new: ["ban"], deleted: ["dry"] });
  });

  it("gives addresses only, unless other scopes are asked for", async () => {
    const { base } = await servedFeed(onAddress("address", "192.0.2.1"), decision({ id: "account" }));
    expect(await pull(base, "?startup=true")).toMatchObject({ new: ["address"] });
    expect(await pull(base, "?startup=true&scopes=account")).toMatchObject({ new: ["account"] });
    expect(await pull(base, "?startup=true&scopes=Ip,account")).toMatchObject({ new: ["address", "account"] });
  });

  it("gives all of it to a bouncer that is too far behind", async () => {
    const [a, b] = [onAddress("a", "192.0.2.1"), onAddress("b", "192.0.2.2")];
    const { base, feed, change } = await servedFeed(a, b);
    await pull(base, "?startup=true");
    const loader = feed.load(500);
    for (const held of [a, b]) loader.add(held);
    loader.finish();
    change("deleted", a);
    expect(await pull(base, "")).toEqual({ new: ["b"], deleted: ["a"] });
  });

  it("moves a bouncer's place only with an answer that went out", async () => {
    const { base, change } = await servedFeed();
    await pull(base, "?startup=true");
    change("new", onAddress("a", "192.0.2.1"));
    const head = await fetch(`${base}/v1/decisions/stream`, { method: "HEAD", headers: { "x-api-key": CALLER_KEY } });
    expect(head.status).toBe(200);
    expect((await get(base, "/v1/decisions/stream?ip=nowhere")).status).toBe(400);
    expect(await pull(base, "")).toMatchObject({ new: ["a"] });
  });

  it("gives many, in slices, each once", async () => {
    const many = Array.from({ length: 1234 }, (_, i) => onAddress(`d-${i}`, `198.18.${i >> 8}.${i & 255}`));
    const { base, change } = await servedFeed(...many);
    expect((await pull(base, "?startup=true")).new).toEqual(many.map(({ id }) => id));
    change("deleted", ...many);
    expect((await pull(base, "")).deleted).toEqual(many.map(({ id }) => id));
  });
});

describe("a bouncer that does not read", () => {
  it("holds a slice of the answer and not the table, and its place is free when it leaves", async () => {
    const feed = createDecisionFeed(createDecisionTable());
    const loader = feed.load(1);
    const one = onAddress("d", "192.0.2.1");
    // 18 MB of answer: more than the sockets of both ends take.
    for (let i = 0; i < 60_000; i++) loader.add({ ...one, id: `d-${i}`, scope: { kind: "account", value: `a-${i}` } });
    loader.finish();
    const callers = createCallers([caller()]);
    const surface = createCrowdsecSurface({ feed, callers, clock: fixedClock(START_MS), onDefect: failTest });
    const answers: ServerResponse[] = [];
    const base = await listen((request, response) => {
      answers.push(response);
      return surface(request, response);
    });
    const readers = await Promise.all(
      Array.from({ length: 16 }, () => get(base, "/v1/decisions/stream?startup=true&scopes=account")),
    );
    while (!answers.every((answer) => answer.writableNeedDrain)) await setImmediate();
    expect(Math.max(...answers.map((answer) => answer.writableLength))).toBeLessThan(1_000_000);
    expect((await get(base, "/v1/decisions?ip=192.0.2.1")).status).toBe(503);
    await Promise.all(readers.map(async (reader) => reader.body?.cancel()));
    while (!answers.slice(0, 16).every((answer) => answer.closed)) await setImmediate();
    expect((await get(base, "/v1/decisions?ip=192.0.2.1")).status).toBe(200);
  });
});

describe("GET /v1/decisions", () => {
  const list = async (base: string, query: string): Promise<string[] | null> => {
    const found = listSchema.nullable().parse(await (await get(base, `/v1/decisions${query}`)).json());
    return found?.map(({ uuid }) => uuid) ?? null;
  };

  it("finds by address, by scope and value, by type and by scenario", async () => {
    const { base } = await servedFeed(
      onAddress("v4", "192.0.2.1"),
      onAddress("v6", "2001:db8::1", { action: "challenge" }),
      decision({ id: "account" }),
    );
    expect(await list(base, "")).toEqual(["v4", "v6", "account"]);
    expect(await list(base, "?ip=192.0.2.1")).toEqual(["v4"]);
    expect(await list(base, "?ip=2001:db8::2")).toEqual(["v6"]);
    expect(await list(base, "?range=2001:db8::/64")).toEqual(["v6"]);
    expect(await list(base, "?scope=ip&value=192.0.2.1")).toEqual(["v4"]);
    expect(await list(base, "?scope=Account&value=acct-1")).toEqual(["account"]);
    expect(await list(base, "?scope=account")).toEqual(["account"]);
    expect(await list(base, "?value=acct-1")).toEqual(["account"]);
    expect(await list(base, "?type=captcha")).toEqual(["v6"]);
    expect(await list(base, "?scenarios_containing=convicted&scopes=ip")).toEqual(["v4"]);
    expect(await list(base, "?origins=CAPI,lists")).toBeNull();
    expect(await list(base, "?scenarios_not_containing=conv")).toBeNull();
  });

  it.each([
    ["?range=192.0.2.0/24", null],
    ["?range=192.0.2.1/32", ["v4"]],
    ["?range=2001:db8::/32", null],
    ["?range=2001:db8::a:0:0:0/80", ["v6"]],
    ["?ip=2001:db8::2/128", ["v6"]],
    ["?range=192.0.2.0/24&contains=false", ["v4"]],
    ["?range=0.0.0.0/0&contains=false", ["v4"]],
    ["?ip=192.0.2.1&contains=false", ["v4"]],
    ["?range=2001:db8::/32&contains=false", ["v6"]],
    ["?range=2001:db8::/64&contains=false", ["v6"]],
    ["?range=2001:db8::/65&contains=false", null],
    ["?range=198.51.100.0/24&contains=false", null],
  ])("finds what contains a network, or is within it: %s", async (query, found) => {
    const { base } = await servedFeed(
      onAddress("v4", "192.0.2.1"),
      onAddress("v6", "2001:db8::1"),
      decision({ id: "account" }),
    );
    expect(await list(base, query)).toEqual(found);
  });

  it("answers null where there is nothing", async () => {
    const { base, clock } = await servedFeed(
      onAddress("ended", "192.0.2.1", { expires: at(1000) }),
      onAddress("simulated", "192.0.2.1", { simulated: true }),
    );
    clock.advance(1000);
    expect(await list(base, "?ip=192.0.2.1")).toBeNull();
    expect(await list(base, "?ip=192.0.2.9")).toBeNull();
    expect(await list(base, "?ip=192.0.2.1&simulated=true")).toEqual(["simulated"]);
  });

  it.each(["?ip=nowhere", "?range=10.0.0.0/33", "?range=10.0.0.0/", "?range=10.0.0/8"])("refuses %s", async (query) => {
    const { base } = await servedFeed();
    const response = await get(base, `/v1/decisions${query}`);
    expect([response.status, await response.json()]).toEqual([400, { message: expect.any(String) }]);
  });

  it("is for bouncers that it knows", async () => {
    const { base } = await servedFeed();
    const response = await get(base, "/v1/decisions", "a wrong key");
    expect([response.status, await response.json()]).toEqual([403, { message: "access forbidden" }]);
  });
});

describe("POST /v1/usage-metrics", () => {
  const tell = (base: string, key: string, method = "POST"): Promise<Response> =>
    fetch(`${base}/v1/usage-metrics`, {
      method,
      headers: { "x-api-key": key, "content-type": "application/json" },
      ...(method === "POST"
        ? { body: JSON.stringify({ remediation_components: [{ version: "1", metrics: [] }] }) }
        : {}),
    });

  it("is answered as in CrowdSec's API, so that bouncers don't complain", async () => {
    const { base } = await servedFeed();
    const answers = [tell(base, CALLER_KEY), tell(base, "nobody's"), tell(base, CALLER_KEY, "GET")];
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 403, 405]);
  });
});
