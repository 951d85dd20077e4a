import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  apiRootSchema,
  collectionSchema,
  collectionsSchema,
  discoverySchema,
  envelopeSchema,
  manifestSchema,
  statusSchema,
  versionsSchema,
} from "./resources.ts";

const details = { id: "indicator--1", version: "2026-01-01T00:00:00.000Z", message: "a message" };
const collection = {
  id: "91a7b528-80eb-42ed-a74d-c6fbd5a26116",
  title: "a title",
  description: "a description",
  alias: "an-alias",
  can_read: true,
  can_write: false,
  media_types: ["application/stix+json;version=2.1"],
};

/** Every property that TAXII 2.1 has for a resource of its sections 3.7, 4 and 5, and which of them it requires. */
const resources: readonly (readonly [
  section: string,
  schema: z.ZodType,
  whole: Readonly<Record<string, unknown>>,
  required: readonly string[],
])[] = [
  [
    "3.7 envelope",
    envelopeSchema,
    { more: true, next: "a place", objects: [{ type: "indicator", id: "1", x: [{}] }] },
    [],
  ],
  [
    "4.1.1 discovery",
    discoverySchema,
    { title: "a title", description: "a", contact: "b", default: "/root/", api_roots: ["/root/"] },
    ["title"],
  ],
  [
    "4.2.1 api-root",
    apiRootSchema,
    { title: "a title", description: "a", versions: ["application/taxii+json;version=2.1"], max_content_length: 1 },
    ["title", "versions", "max_content_length"],
  ],
  [
    "4.3.1 status",
    statusSchema,
    {
      id: "2d086da7-4bdc-4f91-900e-d77486753710",
      status: "pending",
      request_timestamp: "2026-01-01T00:00:00.000000Z",
      total_count: 3,
      success_count: 1,
      successes: [details],
      failure_count: 1,
      failures: [details],
      pending_count: 1,
      pendings: [details],
    },
    ["id", "status", "total_count", "success_count", "failure_count", "pending_count"],
  ],
  ["5.1.1 collections", collectionsSchema, { collections: [collection] }, []],
  ["5.2.1 collection", collectionSchema, collection, ["id", "title", "can_read", "can_write"]],
  [
    "5.3.1 manifest",
    manifestSchema,
    {
      more: true,
      objects: [
        {
          id: "indicator--1",
          date_added: "2026-01-01T00:00:00.000000Z",
          version: "2026-01-01T00:00:00.000Z",
          media_type: "application/stix+json;version=2.1",
        },
      ],
    },
    [],
  ],
  ["5.8.1 versions", versionsSchema, { more: true, versions: ["2026-01-01T00:00:00.000Z"] }, []],
];

describe.each(resources)("TAXII 2.1, 8.4.2: %s", (_section, schema, whole, required) => {
  it("is read with all of its properties", () => {
    expect(schema.parse(whole)).toEqual(whole);
  });

  it("is read with those alone that it must have, and not without one of them", () => {
    const least = Object.fromEntries(Object.entries(whole).filter(([name]) => required.includes(name)));
    expect(schema.parse(least)).toEqual(least);
    for (const name of required) {
      const { [name]: _left, ...rest } = least;
      expect(schema.safeParse(rest).success, name).toBe(false);
    }
  });
});
