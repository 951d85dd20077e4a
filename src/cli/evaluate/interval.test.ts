import fc from "fast-check";
import { expect, it } from "vitest";
import { wilson } from "./interval.ts";

it.each([
  [0, 10, 0, 0.2775],
  [5, 10, 0.2366, 0.7634],
  [1, 1_000, 0.000177, 0.00564],
  [10, 10, 0.7225, 1],
])("gives Wilson's interval for %i of %i", (hits, trials, low, high) => {
  const interval = wilson(hits, trials);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

it("holds the share, stays within 0 and 1, and knows nothing without trials", () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(10_000), (hits, others) => {
      fc.pre(hits + others > 0);
      const { low, high } = wilson(hits, hits + others);
      const share = hits / (hits + others);
      return 0 <= low && low <= share && share <= high && high <= 1;
    }),
  );
});
