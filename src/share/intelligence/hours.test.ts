import fc from "fast-check";
import { expect, test } from "vitest";
import { hoursInCommon } from "./hours.ts";

const day = (from: number, to: number, work = 1): number[] =>
  Array.from({ length: 24 }, (_, hour) => (hour >= from && hour < to ? work : 0));

test("the share of the work that falls into the same hours, whatever the unit", () => {
  expect(hoursInCommon(day(8, 16), day(8, 16, 500))).toBeCloseTo(1);
  expect(hoursInCommon(day(8, 16), day(12, 20))).toBeCloseTo(0.5);
  expect(hoursInCommon(day(0, 24), day(6, 12))).toBeCloseTo(0.25);
  expect(hoursInCommon(day(0, 12), day(12, 24))).toBe(0);
});

test("nothing is said of nothing", () => {
  expect(hoursInCommon(null, day(0, 24))).toBeNull();
  expect(hoursInCommon(day(0, 24), day(0, 0))).toBeNull();
});

test("is a share, and the same both ways", () => {
  const hours = fc.array(fc.nat({ max: 16 }), { minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(hours, hours, (one, other) => {
      const common = hoursInCommon(one, other);
      expect(hoursInCommon(other, one)).toBe(common);
      expect(common ?? 0).toBeGreaterThanOrEqual(0);
      expect(common ?? 0).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});
