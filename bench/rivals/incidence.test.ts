import fc from "fast-check";
import { expect, it } from "vitest";
import { similarPairs } from "./incidence.ts";
import { componentsOf } from "./pairs.ts";

const accounts = 6;
const tokens = 5;

/** A table of weights by account and token, 0 for none. */
const tables = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: tokens, maxLength: tokens }), {
  minLength: accounts,
  maxLength: accounts,
});

it("similar pairs are those whose products reach the floor", () => {
  fc.assert(
    fc.property(tables, fc.integer({ min: 1, max: 12 }), (table, floor) => {
      const entries = table.flatMap((row, a) => row.map((weight, token) => ({ a, token, weight })));
      const accountsByToken = new Uint32Array(tokens).fill(accounts);
      const incidence = {
        accounts,
        offsets: Uint32Array.from({ length: accounts + 1 }, (_, a) => a * tokens),
        token: Uint32Array.from(entries, (entry) => entry.token),
        uses: new Uint32Array(entries.length),
        accountsByToken,
      };
      const pairs = similarPairs(
        incidence,
        Float32Array.from(entries, (entry) => entry.weight),
        floor,
      );
      const found = Array.from(pairs.from, (a, i) => `${a} ${pairs.to[i]} ${pairs.weight[i]}`);
      const expected = table.flatMap((row, a) =>
        table.flatMap((other, b) => {
          const sum = row.reduce((total, weight, token) => total + weight * (other[token] ?? 0), 0);
          return b > a && sum >= floor ? [`${a} ${b} ${sum}`] : [];
        }),
      );
      expect(found.toSorted()).toEqual(expected.toSorted());
    }),
  );
});

it("components are what pairs connect", () => {
  const labels = componentsOf(5, {
    from: Uint32Array.of(0, 3),
    to: Uint32Array.of(2, 2),
    weight: Float32Array.of(1, 1),
  });
  expect([labels[2], labels[3]]).toEqual([labels[0], labels[0]]);
  expect(new Set([labels[0], labels[1], labels[4]]).size).toBe(3);
});
