import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayMs } from "../../kit/time-units.ts";
import { noteOn, revoke } from "../stix/build.ts";
import type { StixObject } from "../stix/objects.ts";
import { earlierIn } from "../stix/earlier.ts";
import { sortArrivals } from "./arrivals.ts";
import type { Before } from "./arrivals.ts";
import { memberOf, startMs, tell } from "./circle.case.ts";

const by = memberOf("a");
const speaker = { member: by.member.id, key: "a-1" };
const objects = tell(by, { payment: ["card 1"], lines: ["a line"] });
const campaign = objects.find(({ type }) => type === "campaign");
if (campaign?.type !== "campaign") throw new Error("a bundle without a campaign");
const nothing: Before = { known: [], objects: 0, versions: 0 };
const version = (ms: number, confidence = 50): StixObject => ({
  ...campaign,
  confidence,
  modified: new Date(startMs + ms).toISOString(),
});
const sort = (given: readonly StixObject[], before: Partial<Before> = {}, nowMs = startMs, revoked: string[] = []) =>
  sortArrivals(speaker, given, { ...nothing, ...before }, new Set(revoked), nowMs);
const reasons = (given: readonly StixObject[], before: Partial<Before> = {}, nowMs = startMs) =>
  sort(given, before, nowMs).refused.map(({ reason }) => reason);

describe("what a member says", () => {
  test("is kept once, but for what everybody would say alike", () => {
    const first = sort(objects);
    expect(first.refused).toEqual([]);
    expect(first.rows.map(({ type }) => type)).not.toContain("attack-pattern");
    expect(first.rows.map(({ type }) => type)).toEqual(expect.arrayContaining(["campaign", "indicator", "report"]));
    expect(first.stored + first.unchanged).toBe(objects.length);
    const again = sort(objects, { known: first.rows, objects: first.rows.length }, startMs + 1);
    expect(again).toMatchObject({ stored: 0, unchanged: objects.length, refused: [] });
  });

  test("is replaced where it says it anew, and not by what it said before", () => {
    const { rows: known } = sort(objects);
    const anew = tell(
      { ...by, nowMs: startMs + 1_000, earlier: earlierIn(objects) },
      { payment: ["card 1"], lines: ["a line", "and another"] },
    );
    const later = sort(anew, { known }, startMs + 1_000);
    expect(later.refused).toEqual([]);
    const ids = new Set(known.map(({ id }) => id));
    // The skeleton is another: an observable has no versions.
    expect(later.rows.filter(({ id }) => !ids.has(id)).map(({ type }) => type)).toEqual(["stillwatch-prompt-skeleton"]);
    const now = known.map((row) => later.rows.find(({ id }) => id === row.id) ?? row);
    const replayed = sort(objects, { known: now }, startMs + 2_000);
    expect(replayed).toMatchObject({ stored: 0, refused: [], retracted: [] });
  });

  test("is its own", () => {
    const other = memberOf("b");
    expect(reasons([noteOn([campaign.id], "Seen here too, by own evidence.", other)])).toEqual(["another's"]);
  });

  test("was not said in the future, nor in a past that is forgotten", () => {
    expect(reasons([version(9 * 60_000), version(11 * 60_000)])).toEqual(["from the future"]);
    expect(reasons([version(0)], {}, startMs + 401 * dayMs)).toEqual(["too old"]);
    expect(reasons([version(0)], {}, startMs + 399 * dayMs)).toEqual([]);
  });

  test("does not become something else without a new version", () => {
    const skeleton = objects.find(({ type }) => type === "stillwatch-prompt-skeleton");
    if (skeleton?.type !== "stillwatch-prompt-skeleton") throw new Error("a bundle without a skeleton");
    const changed = { ...skeleton, sketch: ["0000000000000000"] };
    expect(reasons([version(0), version(0, 99), skeleton, changed])).toEqual([
      "not the same version",
      "not the same version",
    ]);
  });

  test("stays taken back", () => {
    const { rows } = sort([version(0), revoke(version(0), startMs + 1), version(2)]);
    expect(rows).toMatchObject([{ revoked: true, versionMs: startMs + 1 }]);
    expect(sort([version(5), revoke(version(0), startMs + 1)]).rows).toMatchObject([{ revoked: true }]);
    expect(sort([version(3)], { known: rows }).refused).toEqual([{ id: campaign.id, reason: "taken back before" }]);
  });

  test("is bounded in all and by the day, except that it is taken back", () => {
    const full = { objects: 10_000 };
    const tired = { versions: 5_000 };
    const { rows: known } = sort([version(0)]);
    expect(reasons(objects.slice(-1), full)).toEqual(["no room"]);
    expect(reasons([version(1)], { ...full, known })).toEqual([]);
    expect(reasons([version(1)], { ...tired, known })).toEqual(["over the limit of a day"]);
    expect(reasons(objects.slice(-1), tired)).toEqual(["over the limit of a day"]);
    expect(sort([revoke(version(0), startMs + 1)], { ...tired, ...full, known }).retracted).toEqual([campaign.id]);
  });
});

test("in whatever order and portions versions come, the last one stays, and none after it was taken back", () => {
  const step = fc.record({ ms: fc.integer({ min: 0, max: 9 }), taken: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const versions = steps.map(({ ms, taken }) => (taken ? revoke(version(ms), startMs + ms) : version(ms)));
      const whole = sort(versions).rows;
      let known: Before["known"] = [];
      for (const one of versions) known = [...sort([one], { known }).rows, ...known].slice(0, 1);
      expect(known).toEqual(whole);
      const [row] = whole;
      expect(row?.revoked).toBe(steps.some(({ taken }) => taken));
      const last = startMs + Math.max(...steps.map(({ ms }) => ms));
      expect(row?.revoked === true || row?.versionMs === last).toBe(true);
    }),
  );
});
