import fc from "fast-check";
import { expect, test } from "vitest";
import { firstFrom } from "./first-from.ts";

test("finds the first value that is not less, within bounds", () => {
  const ascending = fc.array(fc.integer({ min: -9, max: 9 })).map((values) => values.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(ascending, fc.integer({ min: -10, max: 10 }), fc.nat(), fc.nat(), (values, least, one, other) => {
      const [a, b] = [one % (values.length + 1), other % (values.length + 1)];
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const found = values.findIndex((value, at) => at >= low && at < high && value >= least);
      expect(firstFrom(values, least, low, high)).toBe(found === -1 ? high : found);
    }),
  );
});
