import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import type { State } from "../../../store/state/state.ts";
import { envelopeSchema, manifestSchema, versionsSchema } from "../resources.ts";
import { parseTimestampUs } from "../timestamp.ts";
import { idsOf, later, read, refusal } from "./answers.case.ts";
import { indicator, openTaxii, startMs } from "./site.case.ts";

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

describe("TAXII 2.1: reading", () => {
  it("3.3: objects come in the order in which they were added, each at a time of its own", async () => {
    const { post, askCollection } = await openTaxii(state);
    const objects = Array.from({ length: 7 }, () => indicator());
    await post(objects.slice(0, 4));
    await post(objects.slice(4));
    const answer = await askCollection("manifest/");
    const { objects: records = [] } = await read(answer, manifestSchema);
    expect(records.map(({ id }) => id)).toEqual(objects.map(({ id }) => id));
    // The clock of this site stands still.
    const times = records.map(({ date_added: added }) => parseTimestampUs(added));
    expect(times).toEqual(times.map((_, index) => startMs * 1_000 + index));
    expect(await idsOf(await askCollection("objects/"))).toEqual(objects.map(({ id }) => id));
  });

  it("3.2: two headers say when the first and the last object were added", async () => {
    const { post, askCollection } = await openTaxii(state);
    const objects = [indicator(), indicator(), indicator()];
    await post(objects);
    const { objects: records = [] } = await read(await askCollection("manifest/"), manifestSchema);
    const id = objects[1]?.id ?? "";
    for (const [path, first, last] of [
      ["objects/", 0, 2],
      ["manifest/?limit=2", 0, 1],
      [`objects/${id}/`, 1, 1],
      [`objects/${id}/versions/`, 1, 1],
    ] as const) {
      const { headers } = await askCollection(path);
      expect(headers.get("x-taxii-date-added-first")).toBe(records[first]?.date_added);
      expect(headers.get("x-taxii-date-added-last")).toBe(records[last]?.date_added);
    }
  });

  it("3.2: where nothing was found, the headers name the place that was looked from: behind it nothing is missed", async () => {
    const { post, askCollection } = await openTaxii(state);
    const objects = [indicator(), indicator()];
    await post(objects);
    const times = async (query: string): Promise<(string | null)[]> => {
      const answer = await askCollection(`objects/?match[type]=malware${query}`);
      expect(await read(answer, envelopeSchema)).toEqual({});
      return ["first", "last"].map((name) => answer.headers.get(`x-taxii-date-added-${name}`));
    };
    const since = "1970-01-01T00:00:00.000000Z";
    expect(await times("")).toEqual([since, since]);
    expect(await idsOf(await askCollection(`objects/?added_after=${since}`))).toEqual(objects.map(({ id }) => id));
    const first = await askCollection("objects/?limit=1");
    const added = first.headers.get("x-taxii-date-added-last") ?? "";
    expect(await times(`&added_after=${added}`)).toEqual([added, added]);
    const { next = "" } = await read(first, envelopeSchema);
    expect(await times(`&added_after=${since}&next=${next}`)).toEqual([added, added]);
  });

  it("3.4: added_after is exclusive, to the microsecond", async () => {
    const { post, askCollection } = await openTaxii(state);
    const objects = [indicator(), indicator(), indicator()];
    await post(objects);
    const { objects: records = [] } = await read(await askCollection("manifest/"), manifestSchema);
    for (const [index, { date_added: added }] of records.entries()) {
      expect(await idsOf(await askCollection(`objects/?added_after=${added}`))).toEqual(
        objects.slice(index + 1).map(({ id }) => id),
      );
    }
  });

  it("3.4: limit, next and more split a list; they work with added_after", async () => {
    const { post, askCollection } = await openTaxii(state);
    const objects = Array.from({ length: 5 }, () => indicator());
    await post(objects);
    const after = (await askCollection("objects/?limit=1")).headers.get("x-taxii-date-added-last") ?? "";
    const first = await read(await askCollection(`objects/?limit=2&added_after=${after}`), envelopeSchema);
    expect(first).toMatchObject({ more: true, objects: objects.slice(1, 3) });
    const path = `objects/?limit=2&added_after=${after}&next=${first.next ?? ""}`;
    expect(await read(await askCollection(path), envelopeSchema)).toEqual({ objects: objects.slice(3) });
    // Without a state of the server's: the same place again is the same page.
    expect(await read(await askCollection(path), envelopeSchema)).toEqual({ objects: objects.slice(3) });
  });

  it("3.7, 5.3.1, 5.4, 5.6, 5.8.1: nothing found is an empty resource", async () => {
    const { post, askCollection } = await openTaxii(state);
    expect(await read(await askCollection("objects/"), envelopeSchema)).toEqual({});
    expect(await read(await askCollection("manifest/"), manifestSchema)).toEqual({});
    const { id } = indicator();
    await post([indicator({ id })]);
    const none = "?match[spec_version]=2.0";
    expect(await read(await askCollection(`objects/${id}/${none}`), envelopeSchema)).toEqual({});
    expect(await read(await askCollection(`objects/${id}/versions/${none}`), versionsSchema)).toEqual({});
  });

  it("3.4.1: match by id and type: any of the values, all of the fields", async () => {
    const { post, askCollection } = await openTaxii(state);
    const campaign = indicator({ type: "campaign", id: `campaign--${randomUUID()}` });
    const [a, b] = [indicator(), indicator()];
    await post([a, b, campaign]);
    const found = async (query: string): Promise<unknown[]> => idsOf(await askCollection(`objects/?${query}`));
    const [idA, idB, idC] = [a, b, campaign].map(({ id }) => id);
    expect(await found(`match[id]=${idA},${idC}`)).toEqual([idA, idC]);
    expect(await found("match[type]=campaign")).toEqual([idC]);
    expect(await found("match[type]=campaign,indicator")).toEqual([idA, idB, idC]);
    expect(await found(`match[type]=campaign&match[id]=${idA}`)).toEqual([]);
    expect(await found(`match%5Bid%5D=${idB}`)).toEqual([idB]);
    expect(await found("match[spec_version]=2.1")).toHaveLength(3);
    expect(await found("match[spec_version]=2.0")).toEqual([]);
  });

  it("3.4.1: match by version: last unless said otherwise, first, all, or exact", async () => {
    const { post, askCollection } = await openTaxii(state);
    const versions = [2, 0, 1].map((ms) => later(ms));
    const object = indicator();
    const id = object.id;
    const other = indicator();
    await post([...versions.map((modified) => ({ ...object, modified })), other]);
    const found = async (query: string): Promise<unknown[]> =>
      ((await read(await askCollection(`objects/${id}/?${query}`), envelopeSchema)).objects ?? []).map(
        ({ modified }) => modified,
      );
    expect(await found("")).toEqual([later(2)]);
    expect(await found("match[version]=last")).toEqual([later(2)]);
    expect(await found("match[version]=first")).toEqual([later(0)]);
    expect(await found("match[version]=first,last")).toEqual([later(2), later(0)]);
    expect(await found("match[version]=all")).toEqual(versions);
    expect(await found(`match[version]=${later(1)}`)).toEqual([later(1)]);
    expect(await found(`match[version]=${later(1)},first`)).toEqual([later(0), later(1)]);
    expect(await idsOf(await askCollection(`objects/?match[version]=${later(9)}`))).toEqual([]);
    expect(await refusal(await askCollection(`objects/${id}/?match[version]=${later(9)}`))).toEqual([404, "404"]);
    expect(await idsOf(await askCollection("objects/"))).toEqual([id, other.id]);
    // The last among those that the remainder of the request admits.
    const added = (await askCollection("objects/")).headers.get("x-taxii-date-added-first") ?? "";
    expect(await found(`added_after=${added}`)).toEqual([later(1)]);
  });

  it("5.3: a manifest record names the version and its media type", async () => {
    const { post, askCollection } = await openTaxii(state);
    const object = indicator({ modified: later(5) });
    const unversioned = {
      type: "ipv4-addr",
      spec_version: "2.1",
      id: `ipv4-addr--${randomUUID()}`,
      value: "192.0.2.7",
    };
    await post([object, unversioned]);
    const { objects: records = [] } = await read(await askCollection("manifest/"), manifestSchema);
    expect(records[0]).toMatchObject({ version: later(5), media_type: "application/stix+json;version=2.1" });
    // What has no version goes by when it was added.
    expect(parseTimestampUs(records[1]?.version ?? "")).toBe(parseTimestampUs(records[1]?.date_added ?? ""));
    expect(await idsOf(await askCollection(`objects/?match[version]=${records[1]?.version}`))).toEqual([
      unversioned.id,
    ]);
  });

  it("5.6: 404 for an object that is not there, in this collection", async () => {
    const { askCollection } = await openTaxii(state);
    const id = indicator().id;
    for (const path of [`objects/${id}/`, `objects/${id}/versions/`, "objects/nonsense/"]) {
      expect(await refusal(await askCollection(path))).toEqual([404, "404"]);
    }
  });

  it("5.8: versions of an object, page by page", async () => {
    const { post, askCollection } = await openTaxii(state);
    const object = indicator();
    await post([0, 1, 2].map((ms) => ({ ...object, modified: later(ms) })));
    const path = `objects/${object.id}/versions/`;
    const first = await read(await askCollection(`${path}?limit=2`), versionsSchema);
    expect(first).toMatchObject({ more: true, versions: [later(0), later(1)] });
    const second = await read(await askCollection(`${path}?limit=2&next=${first.next ?? ""}`), versionsSchema);
    expect(second).toEqual({ versions: [later(2)] });
  });
});
