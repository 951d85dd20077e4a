import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairProducts, productWith, productsWith } from "./products.ts";
import type { SparseVector } from "./products.ts";

/** Multiples of a quarter, so that sums are exact in whatever order. */
const vector = fc
  .dictionary(fc.nat({ max: 30 }).map(String), fc.integer({ min: -8, max: 8 }))
  .map((entries): SparseVector => {
    const features = Uint32Array.from(Object.keys(entries), Number).sort();
    return { features, weights: Float32Array.from(features, (feature) => entries[feature]! / 4) };
  });

const productOf = (a: SparseVector, b: SparseVector): number =>
  a.features.reduce((sum, feature, i) => {
    const at = b.features.indexOf(feature);
    return at < 0 ? sum : sum + a.weights[i]! * b.weights[at]!;
  }, 0);

describe("products of all pairs", () => {
  it("are those of each pair, and zero with itself", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(vector, { maxLength: 8 }), async (vectors) => {
        const expected = vectors.flatMap((a, i) => vectors.map((b, j) => (i === j ? 0 : productOf(a, b))));
        // Adding zero makes a negative one positive.
        const products = await pairProducts(vectors);
        expect(Array.from(products, (value) => value + 0)).toEqual(expected.map((value) => value + 0));
      }),
    );
  });
});

describe("the products of several vectors with another", () => {
  it("are those of each pair, again and again", () => {
    fc.assert(
      fc.property(fc.array(vector, { maxLength: 8 }), fc.array(vector, { maxLength: 4 }), (vectors, others) => {
        const products = productsWith(vectors);
        for (const other of others)
          expect(Array.from(products(other), (value) => value + 0)).toEqual(
            vectors.map((one) => productOf(one, other) + 0),
          );
      }),
    );
  });
});

describe("the product of one vector with others", () => {
  it("is that of each pair", () => {
    fc.assert(
      fc.property(vector, fc.array(vector, { maxLength: 8 }), (one, others) => {
        expect(others.map(productWith(one)).map((value) => value + 0)).toEqual(
          others.map((other) => productOf(one, other) + 0),
        );
      }),
    );
  });
});
