import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastOf, sizeBin } from "./bins.ts";

describe("bins", () => {
  it("hold each count, between their least and ten times that", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (count) => {
        const least = leastOf(sizeBin(count));
        expect(least).toBeLessThanOrEqual(count);
        expect(count < least * 10 || least === 100_000).toBe(true);
      }),
    );
  });

  it.each([
    [1, "1-9"],
    [9, "1-9"],
    [10, "10-99"],
    [99_999, "10000-99999"],
    [100_000, "100000+"],
  ])("%d is in %s", (count, bin) => {
    expect(sizeBin(count)).toBe(bin);
  });

  it.each([0, -1, 1.5, Number.NaN])("%d is no count", (count) => {
    expect(() => sizeBin(count)).toThrow(RangeError);
  });
});
