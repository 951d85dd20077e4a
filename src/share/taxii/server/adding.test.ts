import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openState } from "../../../store/state/state.ts";
import type { State } from "../../../store/state/state.ts";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import { envelopeSchema, manifestSchema, statusSchema, versionsSchema } from "../resources.ts";
import { idsOf, later, read, refusal } from "./answers.case.ts";
import { basic, contentBytesMax, indicator, openTaxii, password, startMs } from "./site.case.ts";

let state: State;
beforeAll(async () => {
  state = await openState();
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
      request_timestamp: new Date(startMs).toISOString(),
      total_count: 4,
      success_count: 1,
      successes: [{ id: good.id, version: good.modified }],
      failure_count: 3,
      pending_count: 0,
      pendings: [],
    });
    expect(status.failures?.[0]).toMatchObject({ id: bad.id, message: expect.stringContaining("another type") });
    expect(await read(await ask(`circle/status/${status.id}/`), statusSchema)).toEqual(status);
  });

  it("4.3: a status is for who submitted", async () => {
    const { post, ask } = await openTaxii(state);
    const { id } = statusSchema.parse(await (await post([indicator()])).json());
    expect(await refusal(await ask(`circle/status/${id}/`, { as: "reader" }))).toEqual([404, "404"]);
    expect(await refusal(await ask(`circle/status/${randomUUID()}/`))).toEqual([404, "404"]);
    expect(await refusal(await ask("circle/status/nonsense/"))).toEqual([404, "404"]);
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

  it("4.2: 413 for a body over max_content_length, said or not", async () => {
    const { url, post, collection } = await openTaxii(state);
    const long = indicator({ description: "x".repeat(contentBytesMax) });
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
    expect((await remove("?match[version]=all")).status).toBe(200);
    expect(await refusal(await remove())).toEqual([404, "404"]);
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
