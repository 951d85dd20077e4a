import { expect, test } from "vitest";
import { dayMs } from "../../kit/time-units.ts";
import { markingRefs } from "../stix/build.ts";
import { key } from "../stix/stix.case.ts";
import { linesOf, memberOf, saidBy, startMs, tell } from "./circle.case.ts";
import { notLookedForAt } from "./not-looked-for.ts";
import type { Said } from "./said.ts";

const told = (name: string, epoch: string, nowMs = startMs): Said[] => {
  const by = memberOf(name, nowMs);
  return saidBy(by, tell(by, { lines: linesOf(0, 40), payment: ["card"] }, { ...key, epoch }));
};
const left = (said: readonly Said[], nowMs = startMs) => notLookedForAt(said, [key], nowMs);
const member = (name: string): string => memberOf(name).member.id;

test("what was made with keys that are not compared here, while it holds; of whom most is comes first", () => {
  const said = [
    ...told("a", key.epoch),
    ...told("b", "2026-08"),
    ...told("c", "2027-01"),
    ...told("c", "2027-01", startMs - 1),
  ];
  expect(left(said)).toEqual([
    { member: member("c"), because: { kind: "key", epoch: "2027-01" }, indicators: 2 },
    { member: member("b"), because: { kind: "key", epoch: "2026-08" }, indicators: 1 },
  ]);
  expect(left(said, startMs + 40 * dayMs)).toEqual([]);
});

test("what may not be looked for, whatever key it is made with", () => {
  const said = [...told("a", key.epoch), ...told("b", "2026-08")].map(({ object, ...rest }) => ({
    ...rest,
    object:
      object.type === "indicator"
        ? { ...object, object_marking_refs: markingRefs({ tlp: "amber", permitted: "none" }) }
        : object,
  }));
  const because = { kind: "policy", permitted: "none" };
  const both = ["a", "b"].map(member).toSorted();
  expect(left(said)).toEqual(both.map((one) => ({ member: one, because, indicators: 1 })));
});
