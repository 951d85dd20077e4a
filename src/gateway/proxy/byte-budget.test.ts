import fc from "fast-check";
import { expect, it } from "vitest";
import { createByteBudget, createHolding } from "./byte-budget.ts";

it("never gives out more than it has, and has all again when all is given back", () => {
  const step = fc.record({ holding: fc.nat(3), bytes: fc.nat(300), releases: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const budget = createByteBudget(1000);
      const holdings = Array.from({ length: 4 }, () => createHolding(budget, 700));
      const expected = holdings.map(() => 0);
      for (const { holding, bytes, releases } of steps) {
        const one = holdings[holding];
        const held = expected[holding] ?? 0;
        const cost = bytes + 128;
        const fits = held + cost <= 700 && budget.taken + cost <= 1000;
        if (releases) one?.release();
        expect(releases || one?.add(Buffer.alloc(bytes)) === fits).toBe(true);
        expected[holding] = releases ? 0 : held + (fits ? cost : 0);
        expect(budget.taken).toBe(expected.reduce((sum, each) => sum + each, 0));
      }
      for (const holding of holdings) holding.release();
      expect(budget.taken).toBe(0);
    }),
  );
});
