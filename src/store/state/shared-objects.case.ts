import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OfferedObject, Submission } from "../../model/shared-object.ts";
import { kept } from "./retention.case.ts";
import type { SharedObjectFilter } from "./shared-objects.ts";
import type { State } from "./state.ts";
import { NoRoomError } from "./submissions.ts";
import { dayMs, iso, own, startMs } from "./values.case.ts";

const offered = (change: Partial<OfferedObject> = {}): OfferedObject => {
  const id = change.id ?? `indicator--${randomUUID()}`;
  return {
    id,
    type: "indicator",
    specVersion: "2.1",
    versionUs: startMs * 1_000,
    body: JSON.stringify({ id }),
    ...change,
  };
};
const submission = (collection: string, at = iso(startMs)): Submission => ({
  id: randomUUID(),
  collection,
  submitter: "member",
  at,
});
const everything = (collection: string): SharedObjectFilter => ({
  collection,
  addedAfterUs: 0,
  ids: null,
  types: null,
  specVersions: null,
  versions: { kind: "all" },
});
const fromStart = { afterUs: 0, limit: 10_000 };

export function describeSharedObjects(open: () => State): void {
  describe("shared objects", () => {
    test("are added in steps, in their order, each with a number of its own and after all before it", async () => {
      const { submissions, sharedObjects } = open();
      const collection = own("collection");
      const [first, second] = [submission(collection), submission(collection)];
      const objects = Array.from({ length: 700 }, () => offered());
      await submissions.submit(first, objects, []);
      await submissions.submit(second, [offered()], []);
      expect(await submissions.advance(first.id, startMs)).toBe(500);
      expect((await submissions.find(first.id))?.objects.map(({ state }) => state)).toEqual(
        objects.map((_, index) => (index < 500 ? "success" : "pending")),
      );
      expect(await submissions.advance(second.id, startMs - dayMs)).toBe(1);
      expect(await submissions.advance(first.id, startMs + 1)).toBe(200);
      expect(await submissions.advance(first.id, startMs + 1)).toBe(0);
      const { rows, more } = await sharedObjects.entries(everything(collection), fromStart);
      expect(more).toBe(false);
      expect(rows.slice(0, 500).map(({ id }) => id)).toEqual(objects.slice(0, 500).map(({ id }) => id));
      expect(rows.slice(501).map(({ id }) => id)).toEqual(objects.slice(500).map(({ id }) => id));
      const times = rows.map(({ dateAddedUs }) => dateAddedUs);
      expect(times.slice(0, 501)).toEqual(Array.from({ length: 501 }, (_, index) => startMs * 1_000 + index));
      expect(times.slice(501)).toEqual(Array.from({ length: 200 }, (_, index) => startMs * 1_000 + 1_000 + index));
    });

    test("of a submission that was not done are found again, the oldest first", async () => {
      const { submissions } = open();
      const pending = submission(own("collection"), iso(startMs - 2 * dayMs));
      await submissions.submit(pending, [offered()], []);
      expect(await submissions.oldestPending()).toBe(pending.id);
      await submissions.advance(pending.id, startMs);
      expect(await submissions.oldestPending()).not.toBe(pending.id);
    });

    test("are told by their newest specification, unless one is named (TAXII 2.1, 3.4.1)", async () => {
      const { submissions, sharedObjects } = open();
      const collection = own("collection");
      const given = submission(collection);
      const [id, older] = [`indicator--${randomUUID()}`, `indicator--${randomUUID()}`];
      await submissions.submit(
        given,
        [offered({ id }), offered({ id, specVersion: "2.0" }), offered({ id: older, specVersion: "2.0" })],
        [],
      );
      await submissions.advance(given.id, startMs);
      const found = async (specVersions: readonly string[] | null): Promise<string[]> =>
        (await sharedObjects.entries({ ...everything(collection), specVersions }, fromStart)).rows.map(
          (row) => `${row.id} ${row.specVersion}`,
        );
      expect(await found(null)).toEqual([`${id} 2.1`, `${older} 2.0`]);
      expect(await found(["2.0"])).toEqual([`${id} 2.0`, `${older} 2.0`]);
      expect(await found(["2.0", "2.1"])).toHaveLength(3);
    });

    test("that wait are bounded, all together", async () => {
      const { submissions } = open();
      const objects = Array.from({ length: 50_001 }, () => offered({ body: "{}" }));
      await expect(submissions.submit(submission(own("collection")), objects, [])).rejects.toThrow(NoRoomError);
    });

    test("leave no trace of their submission after its time, as long as all of it is done", async () => {
      const state = open();
      const oldMs = startMs - 1_000 * dayMs;
      const [done, pending] = [submission(own("done"), iso(oldMs)), submission(own("pending"), iso(oldMs))];
      await state.submissions.submit(done, [offered()], [{ id: "x", versionUs: 0, message: "no" }]);
      await state.submissions.submit(pending, [offered()], []);
      await state.submissions.advance(done.id, oldMs);
      const days = { ...kept, submissions: 30 };
      expect((await state.forget(days, oldMs + 31 * dayMs)).submissions).toBe(1);
      expect(await state.submissions.find(done.id)).toBeNull();
      expect(await state.sharedObjects.entries(everything(done.collection), fromStart)).toMatchObject({ rows: [{}] });
      expect(await state.submissions.advance(pending.id, oldMs)).toBe(1);
    });
  });

  describe("places in others' feeds", () => {
    test("are what was said last, and can be forgotten", async () => {
      const { feedCursors } = open();
      const feed = own("feed");
      expect(await feedCursors.find(feed)).toBeNull();
      await feedCursors.put(feed, iso(startMs), startMs);
      await feedCursors.put(feed, iso(startMs + 1), startMs);
      expect(await feedCursors.find(feed)).toBe(iso(startMs + 1));
      await feedCursors.forget(feed);
      expect(await feedCursors.find(feed)).toBeNull();
    });
  });
}
