import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import type { State } from "../../../store/state/state.ts";
import { envelopeSchema, manifestSchema } from "../resources.ts";
import { indicator, openTaxii } from "./site.case.ts";

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("read" as const), limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("add" as const), objects: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("time" as const), ms: fc.integer({ min: -5, max: 5 }) }) },
);

describe("TAXII 2.1, 3.5: pages", () => {
  it.each(["objects", "manifest"] as const)(
    "of %s give each object once, also those that are added while one reads, by next and by added_after alike",
    async (list) => {
      const { askCollection, post, clock, collection } = await openTaxii(state);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.boolean(), async (steps, byNext) => {
          await state.sharedObjects.remove({
            collection,
            addedAfterUs: 0,
            ids: null,
            types: null,
            specVersions: null,
            versions: { kind: "all" },
          });
          const added: string[] = [];
          const seen: unknown[] = [];
          let place = "";
          const read = async (limit: number): Promise<boolean> => {
            const answer = await askCollection(`${list}/?limit=${limit}${place}`);
            const schema = list === "objects" ? envelopeSchema : manifestSchema;
            const { objects = [], more, next } = schema.parse(await answer.json());
            seen.push(...objects.map(({ id }) => id));
            const last = answer.headers.get("x-taxii-date-added-last");
            if (byNext && next !== undefined) place = `&next=${next}`;
            else if (last !== null) place = `&added_after=${last}`;
            return more === true;
          };
          for (const action of steps) {
            if (action.kind === "read") await read(action.limit);
            if (action.kind === "time") clock.advance(action.ms);
            if (action.kind === "add") {
              const objects = Array.from({ length: action.objects }, () => indicator());
              added.push(...objects.map(({ id }) => id));
              await post(objects);
            }
          }
          while (await read(3));
          expect(seen).toEqual(added);
        }),
        { numRuns: 25 },
      );
    },
  );

  it("lose nothing to writers that write at the same time", async () => {
    const { askCollection, post } = await openTaxii(state);
    const batches = Array.from({ length: 8 }, () => Array.from({ length: 20 }, () => indicator()));
    const writing = Promise.all(batches.map((objects) => post(objects)));
    let isWriting = true;
    void writing.finally(() => {
      isWriting = false;
    });
    const seen: unknown[] = [];
    let after = "";
    const read = async (): Promise<number> => {
      const answer = await askCollection(`objects/?limit=7${after}`);
      const { objects = [] } = envelopeSchema.parse(await answer.json());
      seen.push(...objects.map(({ id }) => id));
      const last = answer.headers.get("x-taxii-date-added-last");
      if (last !== null) after = `&added_after=${last}`;
      return objects.length;
    };
    while (isWriting) await read();
    await writing;
    while ((await read()) > 0);
    expect(new Set(seen)).toEqual(new Set(batches.flat().map(({ id }) => id)));
    expect(seen).toHaveLength(160);
  });

  it("are as short as their content is long", async () => {
    const { askCollection, post } = await openTaxii(state);
    const large = Array.from({ length: 45 }, () =>
      indicator({ id: `indicator--${randomUUID()}`, description: "x".repeat(200_000) }),
    );
    for (const object of large) await post([object]);
    const first = envelopeSchema.parse(await (await askCollection("objects/")).json());
    expect(first.objects?.length).toBeLessThan(large.length);
    expect(first.more).toBe(true);
    const second = envelopeSchema.parse(await (await askCollection(`objects/?next=${first.next ?? ""}`)).json());
    expect([...(first.objects ?? []), ...(second.objects ?? [])]).toEqual(large);
    expect(second.more).toBeUndefined();
  });
});
