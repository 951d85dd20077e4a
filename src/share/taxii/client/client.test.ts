import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import type { State } from "../../../store/state/state.ts";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import { basic, contentBytesMax, indicator, openTaxii, password } from "../server/site.case.ts";
import type { OpenSite, TestObject } from "../server/site.case.ts";
import { connect, says, serve } from "./client.case.ts";
import type { Answer, TestConnection } from "./client.case.ts";
import { discover } from "./discover.ts";
import { poll } from "./poll.ts";
import type { PollOptions, ReceivedObject } from "./poll.ts";
import { push } from "./push.ts";
import type { PushOptions } from "./push.ts";

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

const pollOf = ({ url, collection }: OpenSite, { connection, clock }: TestConnection): PollOptions => ({
  connection,
  cursors: state.feedCursors,
  clock,
  collection: new URL(`circle/collections/${collection}/`, url),
});
const pushOf = ({ url, collection }: OpenSite, { connection, wait, abort }: TestConnection): PushOptions => ({
  connection,
  wait,
  signal: abort.signal,
  apiRoot: new URL("circle/", url),
  collection,
});
const many = (count: number): TestObject[] => Array.from({ length: count }, () => indicator());

describe("a client", () => {
  it("finds what a server has for it", async () => {
    const site = await openTaxii(state);
    const found = await discover(connect().connection, new URL("taxii2/", site.url));
    expect(found.map(({ url }) => url.href)).toEqual([`${site.url}circle/`]);
    expect(found[0]?.information.max_content_length).toBe(contentBytesMax);
    expect(found[0]?.collections.map(({ id }) => id)).toEqual([site.collection, site.inbox]);
  });

  it("TAXII 2.1, 3.1, 3.4, 5.5, 8.5.1: asks as whom it is, with Accept and Content-Type, to addresses that end in a slash, with no parameter twice", async () => {
    const site = await openTaxii(state);
    const seen: { readonly url: URL; readonly line: string; readonly headers: Readonly<Record<string, string>> }[] = [];
    const connected = connect("member", password, (url, request) => {
      seen.push({ url, line: `${request.method} ${url.pathname}`, headers: request.headers });
      return fetch(url, request);
    });
    const at = `/circle/collections/${site.collection}/objects/`;
    await discover(connected.connection, new URL("taxii2/", site.url));
    // More than one step adds, so that the status has to be asked for.
    await push(pushOf(site, connected), many(501));
    await poll({ ...pollOf(site, connected), types: ["indicator", "campaign"] }, async () => {});
    await poll({ ...pollOf(site, connected), everyVersion: true }, async () => {});
    const lines = seen.map(({ line }) => line.replace(/status\/[\da-f-]{36}/, "status/STATUS"));
    expect([...new Set(lines)]).toEqual([
      "GET /taxii2/",
      "GET /circle/",
      "GET /circle/collections/",
      `POST ${at}`,
      "GET /circle/status/STATUS/",
      `GET ${at}`,
    ]);
    for (const { line, url, headers } of seen) {
      expect(headers["accept"]).toBe(TAXII_MEDIA_TYPE);
      expect(headers["user-agent"]).toBe("stillwatch");
      expect(headers["authorization"]).toBe(basic("member", password));
      expect(headers["content-type"]).toBe(line.startsWith("POST") ? TAXII_MEDIA_TYPE : undefined);
      expect(new Set(url.searchParams.keys()).size).toBe(url.searchParams.size);
    }
    // 3.5: the next page is asked for with the same filters.
    const pages = seen.filter(({ line }) => line === `GET ${at}`).map(({ url }) => [...url.searchParams.keys()]);
    expect(pages).toEqual([
      ["limit", "match[type]"],
      ["limit", "match[type]", "next"],
      ["limit", "match[version]"],
      ["limit", "match[version]", "next"],
    ]);
  });

  it("passes over properties that it does not know, in every resource", async () => {
    const unknown = { x_example_org_note: { deep: [1] }, comment: null };
    const object = { ...indicator(), ...unknown };
    const detail = { id: object.id, version: object.modified, ...unknown };
    const root = { title: "a", versions: ["x"], max_content_length: 100_000, ...unknown };
    const counts = { total_count: 1, success_count: 0, failure_count: 0, pending_count: 0 };
    const status = { id: "s", status: "pending", ...counts, pending_count: 1, pendings: [detail], ...unknown };
    const added = { "x-taxii-date-added-first": object.modified, "x-taxii-date-added-last": object.modified };
    const url = await serve(
      says(200, JSON.stringify({ title: "a", api_roots: ["root/"], ...unknown })),
      says(200, JSON.stringify(root)),
      says(
        200,
        JSON.stringify({ collections: [{ id: "c", title: "c", can_read: true, can_write: true, ...unknown }] }),
      ),
      says(200, JSON.stringify(root)),
      says(202, JSON.stringify(status)),
      says(200, JSON.stringify({ ...status, status: "complete", ...counts, success_count: 1, successes: [detail] })),
      says(200, JSON.stringify({ objects: [object], ...unknown }), added),
    );
    const { connection, clock, wait, abort } = connect();
    const [found] = await discover(connection, url);
    expect(found?.collections).toMatchObject([{ id: "c" }]);
    const pushing = { connection, wait, signal: abort.signal, apiRoot: new URL("root/", url), collection: "c" };
    expect((await push(pushing, [object])).successes).toMatchObject([{ id: object.id }]);
    const taken: unknown[] = [];
    const polling = { connection, clock, cursors: state.feedCursors, collection: url };
    await poll(polling, async (objects) => void taken.push(...objects));
    // Of an object nothing is left out: what a member has signed is the whole.
    expect(taken).toEqual([object]);
  });

  it("gives no password to another host's API root", async () => {
    const url = await serve(
      says(200, JSON.stringify({ title: "a", api_roots: ["http://127.0.0.2:9/root/", "//host/root"] })),
    );
    expect(await discover(connect().connection, url)).toEqual([]);
  });

  it("takes each object once, over many readings and pages", async () => {
    const site = await openTaxii(state);
    const options = pollOf(site, connect());
    const taken: unknown[] = [];
    const take = async (objects: readonly object[]): Promise<void> => void taken.push(...objects);
    expect(await poll(options, take)).toBe(0);
    const objects = many(1_203);
    const pushed = await push(pushOf(site, connect()), objects);
    expect(pushed.successes).toHaveLength(1_203);
    expect(await poll(options, take)).toBe(1_203);
    expect(await poll(options, take)).toBe(0);
    const late = indicator();
    await site.post([late]);
    expect(await poll(options, take)).toBe(1);
    expect(taken).toEqual([...objects, late]);
  });

  it("comes again to a page that was not taken whole, after a crash, and misses nothing", async () => {
    const site = await openTaxii(state);
    const options = pollOf(site, connect());
    const objects = many(1_100);
    await push(pushOf(site, connect()), objects);
    const taken: unknown[] = [];
    let pages = 0;
    const take = async (page: readonly ReceivedObject[]): Promise<void> => {
      if (++pages === 3) throw new Error("the disk is full");
      taken.push(...page.map(({ id }) => id));
    };
    await expect(poll(options, take)).rejects.toThrow("the disk is full");
    expect(taken).toHaveLength(1_000);
    // From the second object of the second page on.
    expect(await poll(options, take)).toBe(599);
    expect(new Set(taken)).toEqual(new Set(objects.map(({ id }) => id)));
  });

  it("starts again where it knows that it was, if the server has forgotten the place", async () => {
    const [a, b, c] = many(3).map((object, index) => ({ object, added: `2026-03-01T00:00:00.00000${index}Z` }));
    const page = (of: readonly (typeof a)[], next?: string): Answer =>
      says(
        200,
        JSON.stringify({
          ...(next === undefined ? {} : { more: true, next }),
          objects: of.map((item) => item?.object),
        }),
        {
          "x-taxii-date-added-first": of[0]?.added ?? "",
          "x-taxii-date-added-last": of.at(-1)?.added ?? "",
        },
      );
    const asked: (string | undefined)[] = [];
    const note =
      (answer: Answer): Answer =>
      (request, response) => {
        asked.push(request.url);
        answer(request, response);
      };
    const url = await serve(page([a, b], "x"), says(404, "{}"), note(page([b], "y")), note(page([c])));
    const { connection, clock } = connect();
    const taken: unknown[] = [];
    const options = { connection, clock, cursors: state.feedCursors, collection: url };
    await poll(options, async (objects) => void taken.push(...objects));
    expect(taken).toEqual([a, b, b, c].map((item) => item?.object));
    const after = "added_after=2026-03-01T00%3A00%3A00.000000Z";
    expect(asked).toEqual([`/objects/?limit=500&${after}`, `/objects/?limit=500&${after}&next=y`]);
    expect(await state.feedCursors.find(url.href)).toBe(c?.added);
  });

  it("reads some types, with a place of their own", async () => {
    const site = await openTaxii(state);
    const options = pollOf(site, connect());
    const campaign = indicator({ type: "campaign", id: `campaign--${randomUUID()}` });
    await site.post([indicator(), campaign, indicator()]);
    const taken: unknown[] = [];
    const take = async (page: readonly object[]): Promise<void> => void taken.push(...page);
    await poll({ ...options, types: ["campaign"] }, take);
    expect(taken).toEqual([campaign]);
    expect(await poll(options, take)).toBe(3);
  });

  it("follows a server without next by the time of its last object", async () => {
    const page = (objects: readonly object[], more: boolean, last: string) =>
      says(200, JSON.stringify({ more, objects }), {
        "x-taxii-date-added-first": last,
        "x-taxii-date-added-last": last,
      });
    const [a, b] = many(2);
    const asked: unknown[] = [];
    const url = await serve(page([a ?? {}], true, "2026-03-01T00:00:00.000001Z"), (request, response) => {
      asked.push(new URL(request.url ?? "", "http://x").searchParams.get("added_after"));
      page([b ?? {}], false, "2026-03-01T00:00:00.000002Z")(request, response);
    });
    const { connection, clock } = connect();
    const taken: unknown[] = [];
    await poll(
      { connection, clock, cursors: state.feedCursors, collection: url },
      async (objects) => void taken.push(...objects),
    );
    expect([taken, asked]).toEqual([[a, b], ["2026-03-01T00:00:00.000001Z"]]);
  });

  it("does not turn in a circle", async () => {
    const url = await serve(says(200, JSON.stringify({ more: true, next: "a" })));
    const { connection, clock } = connect();
    const options = { connection, clock, cursors: state.feedCursors, collection: url };
    await expect(poll(options, async () => {})).rejects.toThrow("nothing of it");
  });

  it("splits what it sends by octets, waits for what is pending, and hears of each object", async () => {
    const site = await openTaxii(state);
    const large = Array.from({ length: 7 }, () => indicator({ description: "ü".repeat(contentBytesMax / 8) }));
    const bad = indicator({ modified: "yesterday" });
    const { successes, failures } = await push(pushOf(site, connect()), [...large, bad, ...many(600)]);
    expect(successes).toHaveLength(607);
    expect(failures.map(({ id }) => id)).toEqual([bad.id]);
    await expect(
      push(pushOf(site, connect()), [indicator({ description: "x".repeat(contentBytesMax) })]),
    ).rejects.toThrow(RangeError);
  });
});
