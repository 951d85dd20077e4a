import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binOf } from "./bins.ts";

describe("the bin of a count", () => {
  it.each([
    [0, 0, 4],
    [4, 0, 4],
    [5, 5, 9],
    [10, 10, 19],
    [19, 10, 19],
    [20, 20, 49],
    [50, 50, 99],
    [199_999, 100_000, 199_999],
    [999_999, 500_000, 999_999],
    [1_000_000, 1_000_000, null],
    [Number.MAX_SAFE_INTEGER, 1_000_000, null],
  ])("of %i is %i to %s", (count, low, high) => {
    expect(binOf(count)).toEqual({ low, high });
  });

  it("holds the count, is the same for all in it, and has five counts at least", () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), (count) => {
        const { low, high } = binOf(count);
        const end = high ?? Number.MAX_SAFE_INTEGER;
        expect(low <= count && count <= end && end - low >= 4).toBe(true);
        expect([binOf(low), binOf(end)]).toEqual([binOf(count), binOf(count)]);
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("is none for %d", (count) => {
    expect(() => binOf(count)).toThrow(RangeError);
  });
});
