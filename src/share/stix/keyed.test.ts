import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint, sketchSchema, sketchSimilarity, skeletonSketch } from "./keyed.ts";
import { key } from "./stix.case.ts";

const piecesOf = (from: number, to: number): Set<string> =>
  new Set(Array.from({ length: to - from }, (_, i) => `piece ${from + i}`));

describe("a keyed digest", () => {
  it("is the same for the same value, and for no other kind, key or epoch", () => {
    const other = { secret: Buffer.alloc(32, 8), epoch: key.epoch };
    const digests = [
      fingerprint(key, "payment", "a"),
      fingerprint(key, "payment", "b"),
      fingerprint(key, "device", "a"),
      fingerprint(other, "payment", "a"),
      fingerprint({ ...key, epoch: "2026-12" }, "payment", "a"),
    ];
    expect(fingerprint(key, "payment", "a")).toBe(digests[0]);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it("needs a whole key", () => {
    expect(() => fingerprint({ secret: Buffer.alloc(31), epoch: key.epoch }, "tls", "a")).toThrow(RangeError);
  });
});

describe("a sketch", () => {
  it("is bounded, ascending, and does not depend on the order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 200 }), (pieces) => {
        const sketch = skeletonSketch(key, new Set(pieces));
        expect(sketchSchema.parse(sketch)).toEqual(skeletonSketch(key, new Set(pieces.toReversed())));
        expect(sketch).toHaveLength(Math.min(64, pieces.length));
        expect(sketchSimilarity(sketch, sketch)).toBe(1);
      }),
    );
  });

  it("says exactly how alike small sets are", () => {
    const [a, b] = [skeletonSketch(key, piecesOf(0, 20)), skeletonSketch(key, piecesOf(10, 30))];
    expect(sketchSimilarity(a, b)).toBeCloseTo(1 / 3);
    expect(sketchSimilarity(a, skeletonSketch(key, piecesOf(40, 50)))).toBe(0);
  });

  it("says about how alike large ones are", () => {
    const [a, b] = [skeletonSketch(key, piecesOf(0, 3_000)), skeletonSketch(key, piecesOf(1_000, 4_000))];
    // Of 64 hashes about half are in both: a standard error of 6 %.
    expect(sketchSimilarity(a, b)).toBeGreaterThan(0.3);
    expect(sketchSimilarity(a, b)).toBeLessThan(0.7);
  });

  it("is of something", () => {
    expect(() => skeletonSketch(key, new Set())).toThrow(RangeError);
  });
});
