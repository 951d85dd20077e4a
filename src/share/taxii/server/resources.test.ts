import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import type { State } from "../../../store/state/state.ts";
import { indicator, openTaxii } from "./site.case.ts";
import type { OpenSite } from "./site.case.ts";

/*
 * The tables of TAXII 2.1, written down once more and strictly: no property is missing, none is misnamed or too much, and each has its type
 * (2, 3.8, 8.2.1). The schemas that the program reads with are more lenient.
 */

// 2: a list is never empty, an identifier is a random UUID, a timestamp has microseconds and Z.
const list = <Item extends z.ZodType>(item: Item) => z.array(item).min(1);
const identifier = z.uuidv4();
const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const count = z.int().nonnegative();
const text = z.string().min(1);

/** 4.3.1 */
const details = z.strictObject({ id: text, version: text, message: text.optional() });
/** 5.2.1 */
const collection = z.strictObject({
  id: identifier,
  title: text,
  description: text.optional(),
  alias: text.optional(),
  can_read: z.boolean(),
  can_write: z.boolean(),
  media_types: list(z.literal("application/stix+json;version=2.1")).optional(),
});
/** 5.3.1 */
const manifestRecord = z.strictObject({
  id: text,
  date_added: timestamp,
  version: text,
  // One of the collection's.
  media_type: z.literal("application/stix+json;version=2.1").optional(),
});
/** `next` stands in the envelope's table alone; manifest and versions take it as a parameter, and so give it as well. */
const paged = { more: z.boolean().optional(), next: text.optional() };

const tables = {
  /** 4.1.1 */
  discovery: z.strictObject({
    title: text,
    description: text.optional(),
    contact: text.optional(),
    default: text.optional(),
    api_roots: list(text).optional(),
  }),
  /** 4.2.1 */
  apiRoot: z.strictObject({
    title: text,
    description: text.optional(),
    versions: list(z.literal("application/taxii+json;version=2.1")),
    max_content_length: z.int().positive(),
  }),
  /** 4.3.1 */
  status: z.strictObject({
    id: identifier,
    status: z.enum(["complete", "pending"]),
    request_timestamp: timestamp.optional(),
    total_count: count,
    success_count: count,
    successes: list(details).optional(),
    failure_count: count,
    failures: list(details).optional(),
    pending_count: count,
    pendings: list(details).optional(),
  }),
  /** 5.1.1 */
  collections: z.strictObject({ collections: list(collection).optional() }),
  collection,
  /** 5.3.1 */
  manifest: z.strictObject({ ...paged, objects: list(manifestRecord).optional() }),
  /** 3.7 */
  envelope: z.strictObject({ ...paged, objects: list(z.looseObject({ type: text, id: text })).optional() }),
  /** 5.8.1 */
  versions: z.strictObject({ ...paged, versions: list(text).optional() }),
  /** 3.6.1 */
  error: z.strictObject({
    title: text,
    description: text.optional(),
    error_id: text.optional(),
    error_code: text.optional(),
    http_status: text.optional(),
    external_details: text.optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
};

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

const [one, other] = [indicator(), indicator()];

async function filled(): Promise<OpenSite> {
  const site = await openTaxii(state);
  await site.post([one, other]);
  return site;
}

describe("TAXII 2.1, 2, 3.7, 3.8, 7.1.1: resources as its tables have them", () => {
  it.each<[table: keyof typeof tables, path: string]>([
    ["discovery", "taxii2/"],
    ["apiRoot", "circle/"],
    ["collections", "circle/collections/"],
    ["collection", "circle/collections/campaigns/"],
    ["manifest", "circle/collections/campaigns/manifest/"],
    ["manifest", "circle/collections/campaigns/manifest/?limit=1"],
    ["manifest", "circle/collections/campaigns/manifest/?match[type]=malware"],
    ["envelope", "circle/collections/campaigns/objects/"],
    ["envelope", "circle/collections/campaigns/objects/?limit=1"],
    ["envelope", "circle/collections/campaigns/objects/?match[type]=malware"],
    ["envelope", `circle/collections/campaigns/objects/${one.id}/`],
    ["envelope", `circle/collections/campaigns/objects/${one.id}/?match[spec_version]=2.0`],
    ["versions", `circle/collections/campaigns/objects/${one.id}/versions/`],
    ["versions", `circle/collections/campaigns/objects/${one.id}/versions/?match[spec_version]=2.0`],
    ["error", "circle/collections/unknown/"],
    ["error", "circle/collections/campaigns/objects/?limit=0"],
  ])("%s: %s", async (table, path) => {
    const { ask } = await filled();
    const resource: unknown = await (await ask(path)).json();
    expect(tables[table].parse(resource)).toEqual(resource);
  });

  it("status: of objects that were taken, that were refused, and that wait", async () => {
    const { ask, post, server } = await openTaxii(state);
    const bad = indicator({ id: `campaign--${randomUUID()}` });
    const many = Array.from({ length: 501 }, () => indicator());
    for (const [objects, lists] of [
      [[one], ["successes"]],
      [[bad], ["failures"]],
      [
        [...many, bad],
        ["successes", "failures", "pendings"],
      ],
    ] as const) {
      const status = tables.status.parse(await (await post(objects)).json());
      const named = ["successes", "failures", "pendings"].filter((name) => name in status);
      expect(named).toEqual(lists);
      const { success_count: successes, failure_count: failures, pending_count: pendings } = status;
      expect([successes + failures + pendings, status.total_count]).toEqual([objects.length, objects.length]);
      tables.status.parse(await (await ask(`circle/status/${status.id}/`)).json());
    }
    await server.close();
  });

  it("3.2: both headers are timestamps, in every answer of success", async () => {
    const { askCollection } = await filled();
    for (const path of ["objects/", "manifest/", `objects/${one.id}/`, `objects/${one.id}/versions/`]) {
      for (const query of ["", "?match[spec_version]=2.0"]) {
        const { headers } = await askCollection(path + query);
        for (const name of ["first", "last"]) {
          expect(() => timestamp.parse(headers.get(`x-taxii-date-added-${name}`)), path + query).not.toThrow();
        }
      }
    }
  });
});
