import { hash, randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kept } from "../../../store/state/retention.case.ts";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import type { State } from "../../../store/state/state.ts";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import { envelopeSchema, manifestSchema, statusSchema, versionsSchema } from "../resources.ts";
import { formatLongTimestamp } from "../timestamp.ts";
import { idsOf, later, read, refusal } from "./answers.case.ts";
import { basic, contentBytesMax, indicator, openTaxii, password, startMs } from "./site.case.ts";

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

describe("TAXII 2.1: adding", () => {
  it("5.5: 202 with a status that names each object", async () => {
    const { post, ask } = await openTaxii(state);
    const [good, bad] = [indicator(), indicator({ id: `campaign--${randomUUID()}` })];
    const answer = await post([good, bad, indicator({ modified: "yesterday" }), indicator({ spec_version: "2.0" })]);
    expect(answer.status).toBe(202);
    const status = statusSchema.parse(await answer.json());
    expect(status).toMatchObject({
      status: "complete",
      request_timestamp: formatLongTimestamp(startMs * 1_000),
      total_count: 4,
      success_count: 1,
      successes: [{ id: good.id, version: good.modified }],
      failure_count: 3,
      pending_count: 0,
    });
    expect(status.failures?.[0]).toMatchObject({ id: bad.id, message: expect.stringContaining("another type") });
    expect(await read(await ask(`circle/status/${status.id}/`), statusSchema)).toEqual(status);
  });

  it("5.5: what is nested deeper than anybody can walk through is a failure of its own", async () => {
    const { askCollection } = await openTaxii(state);
    const [good, bad] = [indicator(), indicator({ x_deep: null })];
    const deep = JSON.stringify({ objects: [good, bad] }).replace(
      '"x_deep":null',
      `"x_deep":${"[".repeat(50_000)}${"]".repeat(50_000)}`,
    );
    const answer = await askCollection("objects/", {
      method: "POST",
      body: deep,
      headers: { "content-type": TAXII_MEDIA_TYPE },
    });
    const failures = [{ id: bad.id, message: "it is nested too deeply" }];
    expect(await answer.json()).toMatchObject({ successes: [{ id: good.id }], failures });
  });

  it("3.7: a bundle is no object", async () => {
    const { post, askCollection } = await openTaxii(state);
    const [object, id] = [indicator(), `bundle--${randomUUID()}`];
    const status = statusSchema.parse(await (await post([{ type: "bundle", id, objects: [object] }, object])).json());
    expect(status).toMatchObject({ successes: [{ id: object.id }], failures: [{ id }] });
    expect(await idsOf(await askCollection("objects/"))).toEqual([object.id]);
  });

  it("3.4.1, 4.3.1, 5.3.1, 5.8: what has no modified goes by created, and what has neither by one version everywhere", async () => {
    const { post, askCollection } = await openTaxii(state);
    const created = "2026-01-15T08:00:00.000Z";
    const definition = { definition_type: "statement", definition: { statement: "Of tests" } };
    const marking = { type: "marking-definition", spec_version: "2.1", id: `marking-definition--${randomUUID()}` };
    const address = { type: "ipv4-addr", spec_version: "2.1", id: `ipv4-addr--${randomUUID()}`, value: "192.0.2.7" };
    const { successes = [] } = statusSchema.parse(
      await (await post([{ ...marking, created, ...definition }, address])).json(),
    );
    expect(successes[0]).toMatchObject({ id: marking.id, version: created });
    const { objects: records = [] } = await read(await askCollection("manifest/"), manifestSchema);
    expect(records.map(({ version }) => version)).toEqual(successes.map(({ version }) => version));
    for (const { id, version } of successes) {
      const path = `objects/${id}/`;
      expect(await read(await askCollection(`${path}versions/`), versionsSchema)).toEqual({ versions: [version] });
      expect(await idsOf(await askCollection(`${path}?match[version]=${version}`))).toEqual([id]);
      expect(await idsOf(await askCollection(`objects/?match[version]=${version}`))).toEqual([id]);
    }
  });

  it("4.3: a status is for who submitted", async () => {
    const { post, ask } = await openTaxii(state);
    const { id } = statusSchema.parse(await (await post([indicator()])).json());
    expect(await refusal(await ask(`circle/status/${id}/`, { as: "reader" }))).toEqual([404, "404"]);
    expect(await refusal(await ask(`circle/status/${randomUUID()}/`))).toEqual([404, "404"]);
    expect(await refusal(await ask("circle/status/nonsense/"))).toEqual([404, "404"]);
  });

  it("4.3: 404 for a status that is not kept any more", async () => {
    const { post, ask } = await openTaxii(state);
    const { id } = statusSchema.parse(await (await post([indicator()])).json());
    expect((await ask(`circle/status/${id}/`)).status).toBe(200);
    await state.forget(kept, startMs + (kept.submissions + 1) * 86_400_000);
    expect(await refusal(await ask(`circle/status/${id}/`))).toEqual([404, "404"]);
  });

  it("4.3: what an answer does not wait for is pending, then complete", async () => {
    const { post, ask, server, askCollection } = await openTaxii(state);
    const objects = Array.from({ length: 600 }, () => indicator());
    const status = statusSchema.parse(await (await post(objects)).json());
    expect(status).toMatchObject({ status: "pending", total_count: 600, success_count: 500, pending_count: 100 });
    let last = status;
    while (last.status === "pending") last = await read(await ask(`circle/status/${status.id}/`), statusSchema);
    expect(last).toMatchObject({ success_count: 600, failure_count: 0, pending_count: 0 });
    expect(await idsOf(await askCollection("objects/?limit=1000"))).toEqual(objects.map(({ id }) => id));
    await server.close();
  });

  it("5.5: the same version again is a success and changes nothing", async () => {
    const { post, askCollection, clock } = await openTaxii(state);
    const object = indicator();
    await post([object]);
    const before = await read(await askCollection("manifest/"), manifestSchema);
    clock.advance(1_000);
    const again = statusSchema.parse(await (await post([{ ...object, name: "another" }, object])).json());
    expect(again).toMatchObject({ success_count: 2, failure_count: 0 });
    expect(await read(await askCollection("manifest/"), manifestSchema)).toEqual(before);
    expect((await read(await askCollection("objects/"), envelopeSchema)).objects).toEqual([object]);
  });

  it("4.2.1: 413 for a body over max_content_length, said or not, and for none that is as long", async () => {
    const { url, post, collection } = await openTaxii(state);
    const long = indicator({ description: "x".repeat(contentBytesMax) });
    const bytes = Buffer.byteLength(JSON.stringify({ objects: [indicator({ description: "" })] }));
    const description = "x".repeat(contentBytesMax - bytes);
    expect((await post([indicator({ description })])).status).toBe(202);
    expect(await refusal(await post([indicator({ description: `${description}x` })]))).toEqual([413, "413"]);
    expect(await refusal(await post([long]))).toEqual([413, "413"]);
    // In chunks there is no length to believe.
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(
        `${url}circle/collections/${collection}/objects/`,
        { method: "POST", headers: { authorization: basic("member", password), "content-type": TAXII_MEDIA_TYPE } },
        (response) => resolve(response.statusCode),
      );
      request.on("error", reject);
      request.write(JSON.stringify({ objects: [long] }));
      request.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it("5.5: 400 for no JSON, 422 for no envelope of objects with ids", async () => {
    const { askCollection } = await openTaxii(state);
    const post = (body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
      askCollection("objects/", { method: "POST", body, headers: { "content-type": TAXII_MEDIA_TYPE } });
    for (const body of ["{", "", new Uint8Array([0xff, 0xfe])])
      expect(await refusal(await post(body))).toEqual([400, "400"]);
    const bodies = [
      [],
      {},
      { objects: [] },
      { objects: {} },
      { objects: [{}] },
      { objects: [{ ...indicator(), id: "x" }] },
    ];
    for (const body of bodies) expect(await refusal(await post(JSON.stringify(body)))).toEqual([422, "422"]);
  });

  it("1.6.10: objects come back as they were, whatever they hold", async () => {
    const { post, askCollection } = await openTaxii(state);
    const object = indicator({
      name: "a \u0000 b \ud800 c",
      x_list: [null, 1.5, true, "", {}, { deep: [[]] }],
      extensions: JSON.parse('{"__proto__":{"a":1}}'),
    });
    await post([object]);
    expect((await read(await askCollection("objects/"), envelopeSchema)).objects).toEqual([object]);
    expect(await (await askCollection("objects/")).text()).toContain('"extensions":{"__proto__":{"a":1}}');
  });
});

describe("TAXII 2.1: removing", () => {
  it("5.7: takes the version that is meant, and needs both rights", async () => {
    const { post, ask, askCollection, inbox } = await openTaxii(state);
    const object = indicator();
    const id = object.id;
    await post([0, 1, 2].map((ms) => ({ ...object, modified: later(ms) })));
    const path = `objects/${id}/`;
    const remove = (query = "", as = "member"): Promise<Response> =>
      askCollection(path + query, { method: "DELETE", as });
    const left = async (): Promise<string[] | undefined> =>
      (await read(await askCollection(`${path}versions/`), versionsSchema)).versions;
    expect(await refusal(await remove("", "reader"))).toEqual([403, "403"]);
    expect(await refusal(await ask(`circle/collections/${inbox}/${path}`, { method: "DELETE" }))).toEqual([403, "403"]);
    expect(await refusal(await remove("?limit=1"))).toEqual([400, "400"]);
    expect(await refusal(await remove(`?match[version]=${later(9)}`))).toEqual([404, "404"]);
    expect(await left()).toEqual([later(0), later(1), later(2)]);
    expect((await remove(`?match[version]=${later(1)}`)).status).toBe(200);
    expect((await remove()).status).toBe(200);
    expect(await left()).toEqual([later(0)]);
    // What is gone is not found, whatever else is left of the object.
    for (const version of [later(1), later(2)]) {
      expect(await refusal(await askCollection(`${path}?match[version]=${version}`))).toEqual([404, "404"]);
    }
    expect((await remove("?match[version]=all")).status).toBe(200);
    expect(await refusal(await remove())).toEqual([404, "404"]);
    for (const gone of [path, `${path}?match[version]=all`, `${path}versions/`]) {
      expect(await refusal(await askCollection(gone))).toEqual([404, "404"]);
    }
    for (const list of ["objects/", "manifest/"]) {
      expect(await idsOf(await askCollection(`${list}?match[version]=all`))).toEqual([]);
    }
  });

  it("5.7: answers by both rights: 404 for whom it is not there, 403 for one right alone", async () => {
    const as = (name: string, rights: Record<string, "read" | "write" | "read-write">) => ({
      name,
      passwordSha256: hash("sha256", password),
      rights,
    });
    const [id, beside] = [randomUUID(), randomUUID()];
    const { ask } = await openTaxii(state, {
      apiRoots: [
        {
          name: "circle",
          title: "The circle",
          contentBytesMax,
          collections: [
            { id, alias: "campaigns", title: "Campaigns" },
            { id: beside, title: "Beside it" },
          ],
        },
      ],
      users: [
        as("neither", { [beside]: "read-write" }),
        as("reads", { [id]: "read" }),
        as("writes", { [id]: "write" }),
        as("both", { [id]: "read-write" }),
      ],
    });
    const object = indicator();
    const path = `circle/collections/${id}/objects/`;
    const adding = {
      method: "POST",
      body: JSON.stringify({ objects: [object] }),
      headers: { "content-type": TAXII_MEDIA_TYPE },
    };
    expect((await ask(path, { ...adding, as: "both" })).status).toBe(202);
    const remove = async (name: string): Promise<number> =>
      (await ask(`${path}${object.id}/`, { method: "DELETE", as: name })).status;
    const answers: [string, number][] = [];
    for (const name of ["neither", "reads", "writes", "both"]) answers.push([name, await remove(name)]);
    expect(Object.fromEntries(answers)).toEqual({ neither: 404, reads: 403, writes: 403, both: 200 });
  });

  it("3.3: what comes again after its removal is new, and its old time is nobody's", async () => {
    const { post, askCollection } = await openTaxii(state);
    const object = indicator();
    await post([object]);
    const before = (await askCollection("objects/")).headers.get("x-taxii-date-added-last") ?? "";
    await askCollection(`objects/${object.id}/`, { method: "DELETE" });
    await post([object]);
    expect(await idsOf(await askCollection(`objects/?added_after=${before}`))).toEqual([object.id]);
  });
});
