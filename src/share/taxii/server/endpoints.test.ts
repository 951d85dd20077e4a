import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { z } from "zod";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import type { State } from "../../../store/state/state.ts";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import {
  apiRootSchema,
  collectionSchema,
  collectionsSchema,
  discoverySchema,
  envelopeSchema,
  manifestSchema,
  statusSchema,
  versionsSchema,
} from "../resources.ts";
import { idsOf, later, read, refusal } from "./answers.case.ts";
import { basic, indicator, openTaxii, password, startMs } from "./site.case.ts";
import type { OpenSite } from "./site.case.ts";

/*
 * What TAXII 2.1 asks of every endpoint alike (3.1), and what it asks of one that stands in no other file: filters.test.ts has the filters,
 * reading.test.ts the order and the pages, adding.test.ts what is added and removed, protocol.test.ts negotiation, rights and
 * information. TLS (8.2.2) is the listener's: cli/serve/circle.test.ts.
 */

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

const object = indicator();

/** A site with one object, and the status of its submission. */
async function filled(): Promise<{ readonly site: OpenSite; readonly status: string }> {
  const site = await openTaxii(state);
  const { id } = statusSchema.parse(await (await site.post([object])).json());
  return { site, status: id };
}

/** 3.1, in its order: the section, the address, its resource, and which methods it takes. */
const endpoints: readonly (readonly [
  section: string,
  path: string,
  resource: z.ZodType,
  methods: readonly string[],
])[] = [
  ["4.1", "taxii2/", discoverySchema, ["GET"]],
  ["4.2", "circle/", apiRootSchema, ["GET"]],
  ["4.3", "circle/status/STATUS/", statusSchema, ["GET"]],
  ["5.1", "circle/collections/", collectionsSchema, ["GET"]],
  ["5.2", "circle/collections/campaigns/", collectionSchema, ["GET"]],
  ["5.3", "circle/collections/campaigns/manifest/", manifestSchema, ["GET"]],
  ["5.4", "circle/collections/campaigns/objects/", envelopeSchema, ["GET", "POST"]],
  ["5.6", `circle/collections/campaigns/objects/${object.id}/`, envelopeSchema, ["GET", "DELETE"]],
  ["5.8", `circle/collections/campaigns/objects/${object.id}/versions/`, versionsSchema, ["GET"]],
];

describe.each(endpoints)("TAXII 2.1, %s: %s", (_section, address, resource, methods) => {
  it("answers who may ask with its resource, in TAXII's type, and HEAD with the same head", async () => {
    const { site, status } = await filled();
    const path = address.replace("STATUS", status);
    const got = await site.ask(path);
    expect(got.headers.get("content-type")).toBe(TAXII_MEDIA_TYPE);
    await read(got, resource);
    const head = await site.ask(path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    for (const field of ["content-type", "content-length", "x-taxii-date-added-first", "x-taxii-date-added-last"]) {
      expect(head.headers.get(field), field).toBe(got.headers.get(field));
    }
  });

  it("refuses whom it does not know, a form that it does not have, other methods, and its address without the slash", async () => {
    const { site, status } = await filled();
    const path = address.replace("STATUS", status);
    for (const method of methods) {
      const unknown = await site.ask(path, { method, as: null });
      expect(unknown.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
      expect(await refusal(unknown)).toEqual([401, "401"]);
      const headers = { accept: "application/json", "content-type": TAXII_MEDIA_TYPE };
      expect(await refusal(await site.ask(path, { method, headers }))).toEqual([406, "406"]);
      expect(await refusal(await site.ask(path.slice(0, -1), { method }))).toEqual([404, "404"]);
    }
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((other) => !methods.includes(other))) {
      const answer = await site.ask(path, { method });
      expect(answer.headers.get("allow")).toBe(methods.join(", "));
      expect(await refusal(answer)).toEqual([405, "405"]);
    }
    expect(await idsOf(await site.askCollection("objects/"))).toEqual([object.id]);
  });
});

describe("TAXII 2.1: what one endpoint alone is asked", () => {
  const body = (envelope: object): object => ({
    method: "POST",
    body: JSON.stringify(envelope),
    headers: { "content-type": TAXII_MEDIA_TYPE },
  });

  it("5.5, 5.7: takes and removes by the collection's alias as by its id", async () => {
    const { ask, askCollection } = await openTaxii(state);
    const one = indicator();
    const byAlias = "circle/collections/campaigns/objects/";
    expect((await ask(byAlias, body({ objects: [one] }))).status).toBe(202);
    expect(await idsOf(await askCollection("objects/"))).toEqual([one.id]);
    expect((await ask(`${byAlias}${one.id}/`, { method: "DELETE" })).status).toBe(200);
    expect(await idsOf(await askCollection("objects/"))).toEqual([]);
  });

  it("5.7: removes only what is of the specification that is named", async () => {
    const { post, askCollection } = await openTaxii(state);
    const one = indicator();
    await post([0, 1].map((ms) => ({ ...one, modified: later(ms) })));
    const remove = (query: string): Promise<Response> =>
      askCollection(`objects/${one.id}/?match[version]=all&match[spec_version]=${query}`, { method: "DELETE" });
    expect(await refusal(await remove("2.0"))).toEqual([404, "404"]);
    expect(await idsOf(await askCollection("objects/?match[version]=all"))).toEqual([one.id, one.id]);
    expect((await remove("2.0,2.1")).status).toBe(200);
    expect(await idsOf(await askCollection("objects/?match[version]=all"))).toEqual([]);
  });

  it("7.1: passes over properties of an envelope that it does not know", async () => {
    const { askCollection } = await openTaxii(state);
    const one = indicator();
    const envelope = { objects: [one], more: false, x_example_org_priority: { level: 3 }, comment: null };
    const answer = await askCollection("objects/", body(envelope));
    expect(statusSchema.parse(await answer.json())).toMatchObject({ total_count: 1, success_count: 1 });
    expect(await read(await askCollection("objects/"), envelopeSchema)).toEqual({ objects: [one] });
  });

  it("3.6: says when to come again where too much is being received at once", async () => {
    const { url, collection, post } = await openTaxii(state);
    const address = `${url}circle/collections/${collection}/objects/`;
    const headers = {
      authorization: basic("member", password),
      "content-type": TAXII_MEDIA_TYPE,
      // Said by the server as it begins to receive the body, which never comes.
      expect: "100-continue",
    };
    for (let place = 0; place < 16; place++) {
      const held = httpRequest(address, { method: "POST", headers, agent: false });
      held.on("error", () => {});
      onTestFinished(() => void held.destroy());
      held.flushHeaders();
      await once(held, "continue");
    }
    const answer = await post([indicator()]);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(await refusal(answer)).toEqual([503, "503"]);
  });

  it("3.6: says when to come again where too much waits to be added", async () => {
    const full = await emptyState();
    onTestFinished(() => full.close());
    const { collection, post, askCollection } = await openTaxii(full);
    const waiting = Array.from({ length: 50_000 }, () => ({
      id: object.id,
      type: "indicator",
      specVersion: "2.1" as const,
      versionUs: startMs * 1_000,
      body: "{}",
    }));
    const given = { id: randomUUID(), collection, submitter: "member", at: new Date(startMs).toISOString() };
    await full.submissions.submit(given, waiting, []);
    const answer = await post([indicator()]);
    expect(answer.headers.get("retry-after")).toBe("30");
    expect(await refusal(answer)).toEqual([503, "503"]);
    expect(await idsOf(await askCollection("objects/"))).toEqual([]);
  });
});
