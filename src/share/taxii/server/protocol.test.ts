import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../../kit/user-error.ts";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import type { State } from "../../../store/state/state.ts";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import { apiRootSchema, collectionSchema, collectionsSchema, discoverySchema } from "../resources.ts";
import { idsOf, read, refusal } from "./answers.case.ts";
import { basic, contentBytesMax, indicator, openTaxii, password } from "./site.case.ts";
import type { SiteOptions } from "./site.ts";

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

describe("TAXII 2.1: transport, authentication, negotiation", () => {
  it("1.6.8: every answer is application/taxii+json;version=2.1", async () => {
    const { ask, askCollection, post } = await openTaxii(state);
    const answers = [
      await ask("taxii2/"),
      await askCollection("objects/"),
      await post([indicator()]),
      await ask("circle/x/"),
    ];
    expect(answers.map(({ headers }) => headers.get("content-type"))).toEqual(answers.map(() => TAXII_MEDIA_TYPE));
  });

  it("3.1: no 406 and no 415 for what an endpoint names, alone or beside others", async () => {
    const { ask, askCollection, post } = await openTaxii(state);
    for (const accept of [TAXII_MEDIA_TYPE, `${TAXII_MEDIA_TYPE},application/stix+json;version=2.1`]) {
      expect((await ask("taxii2/", { headers: { accept } })).status).toBe(200);
      expect((await askCollection("manifest/", { headers: { accept } })).status).toBe(200);
    }
    for (const type of [TAXII_MEDIA_TYPE, "application/taxii+json; version=2.1", "application/taxii+json"]) {
      expect((await post([indicator()], { headers: { "content-type": type } })).status).toBe(202);
    }
  });

  it("1.6.8.2: without a version the latest one is meant", async () => {
    const { ask } = await openTaxii(state);
    const answer = await ask("taxii2/", { headers: { accept: "application/taxii+json" } });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, TAXII_MEDIA_TYPE]);
  });

  it("1.6.8: 406 where the answer can't be in the form asked for", async () => {
    const { ask } = await openTaxii(state);
    for (const accept of ["application/json", "application/taxii+json;version=2.0"]) {
      expect(await refusal(await ask("taxii2/", { headers: { accept } }))).toEqual([406, "406"]);
    }
  });

  it("1.6.8: 415 where the body is of another type", async () => {
    const { post, askCollection } = await openTaxii(state);
    for (const type of ["application/json", "application/taxii+json;version=2.0"]) {
      expect(await refusal(await post([indicator()], { headers: { "content-type": type } }))).toEqual([415, "415"]);
    }
    expect(await idsOf(await askCollection("objects/"))).toEqual([]);
  });

  it("1.6.9: 401 with a challenge for whom is not known, HTTP Basic", async () => {
    const { ask } = await openTaxii(state);
    const known = await ask("taxii2/", { as: null, headers: { authorization: basic("reader", password) } });
    expect(known.status).toBe(200);
    for (const authorization of [
      "",
      basic("reader", "wrong"),
      basic("nobody", password),
      `Bearer ${password}`,
      "Basic ???",
      `Basic ${Buffer.from("no colon").toString("base64")}`,
      basic("reader", "x".repeat(10_000)),
    ]) {
      const answer = await ask("taxii2/", { as: null, headers: { authorization } });
      expect(answer.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
      expect(await refusal(answer)).toEqual([401, "401"]);
    }
  });

  it("3.1: addresses end in a slash", async () => {
    const { ask } = await openTaxii(state);
    expect((await ask("taxii2")).status).toBe(404);
    expect((await ask("circle/collections")).status).toBe(404);
  });

  it("3.6.1: an error is a message with a title and the status of the answer, and 405 says what is possible", async () => {
    const { ask, askCollection } = await openTaxii(state);
    const answer = await askCollection("objects/", { method: "PUT" });
    expect(answer.headers.get("allow")).toBe("GET, POST");
    expect(await refusal(answer)).toEqual([405, "405"]);
    expect(await refusal(await ask("circle/collections/%zz/"))).toEqual([404, "404"]);
    expect(await refusal(await askCollection("objects/%00/"))).toEqual([404, "404"]);
    expect(await refusal(await ask("circle/status/%00/"))).toEqual([404, "404"]);
  });

  it("3.6: what is no address of TAXII is left to others", async () => {
    const { ask } = await openTaxii(state);
    expect(await (await ask("v1/decide")).text()).toBe("of another surface");
  });
});

describe("TAXII 2.1: what there is", () => {
  it("4.1: discovery names API roots that the user may see, the default among them", async () => {
    const { ask, url } = await openTaxii(state);
    const discovery = await read(await ask("taxii2/"), discoverySchema);
    expect(discovery).toMatchObject({
      title: "A circle of tests",
      default: `${url}circle/`,
      api_roots: [`${url}circle/`],
    });
    expect(await read(await ask("taxii2/", { as: "stranger" }), discoverySchema)).not.toHaveProperty("api_roots");
  });

  it("4.1.1: API roots are https addresses at the root, without a query", async () => {
    const { ask } = await openTaxii(state, { publicUrl: "https://share.example:8687/" });
    const { default: first, api_roots: roots } = await read(await ask("taxii2/"), discoverySchema);
    expect([first, roots]).toEqual(["https://share.example:8687/circle/", ["https://share.example:8687/circle/"]]);
  });

  it("4.2: an API root says its versions and how long a body may be", async () => {
    const { ask } = await openTaxii(state);
    const root = await read(await ask("circle/"), apiRootSchema);
    expect(root).toMatchObject({ versions: [TAXII_MEDIA_TYPE], max_content_length: contentBytesMax });
    expect(await refusal(await ask("circle/", { as: "stranger" }))).toEqual([404, "404"]);
    expect(await refusal(await ask("empty/"))).toEqual([404, "404"]);
  });

  it("3.3, 5.1: collections come in one order, with the rights of who asks", async () => {
    const { ask, collection, inbox } = await openTaxii(state);
    const collections = async (as: string) =>
      (await read(await ask("circle/collections/", { as }), collectionsSchema)).collections;
    expect(await collections("member")).toMatchObject([
      { id: collection, can_read: true, can_write: true, media_types: ["application/stix+json;version=2.1"] },
      { id: inbox, can_read: false, can_write: true },
    ]);
    expect(await collections("reader")).toMatchObject([{ id: collection, can_read: true, can_write: false }]);
    expect(await collections("member")).toEqual(await collections("member"));
  });

  it("5.2: a collection is found by its id and its alias, and only by whom it is for", async () => {
    const site = await openTaxii(state);
    const { ask, collection, hidden } = site;
    const byId = await read(await ask(`circle/collections/${collection}/`), collectionSchema);
    expect(byId).toMatchObject({ id: collection, alias: "campaigns", title: "Campaigns" });
    expect(await read(await ask("circle/collections/campaigns/"), collectionSchema)).toEqual(byId);
    expect(await refusal(await ask(`circle/collections/${hidden}/`))).toEqual([404, "404"]);
    expect(await refusal(await ask(`circle/collections/${randomUUID()}/objects/`))).toEqual([404, "404"]);
  });

  it("5.3, 5.4, 5.5, 5.6, 5.8: who may not read, or not write, is refused", async () => {
    const { ask, inbox, askCollection, post } = await openTaxii(state);
    const { id } = indicator();
    for (const path of ["objects/", "manifest/", `objects/${id}/`, `objects/${id}/versions/`]) {
      expect(await refusal(await ask(`circle/collections/${inbox}/${path}`))).toEqual([403, "403"]);
    }
    expect(await refusal(await post([indicator()], { as: "reader" }))).toEqual([403, "403"]);
    expect(await refusal(await post([indicator()], { as: "stranger" }))).toEqual([404, "404"]);
    expect(await idsOf(await askCollection("objects/"))).toEqual([]);
  });
});

describe("a site", () => {
  const collection = { id: randomUUID(), title: "A collection" };
  const root = { name: "a", title: "A root", contentBytesMax: 2 ** 20, collections: [] };

  it.each<[string, Partial<SiteOptions>]>([
    ["publicUrl", { publicUrl: "https://share.example" }],
    // 4.1.1, 8.2.1: the discovery is at the root, and an API root's address is encrypted and has no query.
    ["publicUrl", { publicUrl: "https://share.example/taxii/" }],
    ["publicUrl", { publicUrl: "https://share.example?a/" }],
    ["publicUrl", { publicUrl: "http://share.example/" }],
    // 8.2.1
    ["apiRoots", { users: [], apiRoots: [] }],
    // 2: an identifier is a random UUID; this one is of time.
    [
      "apiRoots.0.collections.0.id",
      {
        users: [],
        apiRoots: [{ ...root, collections: [{ ...collection, id: "6ba7b810-9dad-11d1-80b4-00c04fd430c8" }] }],
      },
    ],
    // 5.2.1
    [
      "two of alias same",
      {
        users: [],
        apiRoots: [
          {
            ...root,
            collections: [collection, { ...collection, id: randomUUID() }].map((one) => ({ ...one, alias: "same" })),
          },
        ],
      },
    ],
    ["users.0.passwordSha256", { users: [{ name: "a", passwordSha256: "a password", rights: {} }] }],
    ["users.0.name", { users: [{ name: "a:b", passwordSha256: "0".repeat(64), rights: {} }] }],
    ["does not exist", { users: [{ name: "a", passwordSha256: "0".repeat(64), rights: { [randomUUID()]: "read" } }] }],
    // 4.2
    ["two of API root a", { users: [], apiRoots: [root, root] }],
  ])("is refused where a setting is wrong: %s", async (message, change) => {
    const refused = openTaxii(state, change);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(message);
  });
});
