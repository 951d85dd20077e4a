import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../kit/random.ts";
import { averageLinkage } from "./linkage.ts";

/** Merges the nearest pair until none is near enough: slow and obviously right. */
function naive(similarity: Float32Array, n: number, cut: number): number {
  const clusters = Array.from({ length: n }, (_, i) => [i]);
  for (;;) {
    let best = cut;
    let pair: [number, number] | undefined;
    for (let i = 0; i < clusters.length; i++)
      for (let j = i + 1; j < clusters.length; j++) {
        let sum = 0;
        for (const a of clusters[i]!) for (const b of clusters[j]!) sum += similarity[a * n + b]!;
        const mean = sum / (clusters[i]!.length * clusters[j]!.length);
        if (mean >= best) {
          best = mean;
          pair = [i, j];
        }
      }
    if (!pair) return clusters.length;
    clusters[pair[0]]!.push(...clusters[pair[1]]!);
    clusters.splice(pair[1], 1);
  }
}

describe("averageLinkage", () => {
  it("separates two blocks", async () => {
    const block = (i: number) => (i < 3 ? 0 : 1);
    const n = 7;
    const s = Float32Array.from({ length: n * n }, (_, at) =>
      block(Math.floor(at / n)) === block(at % n) ? 0.9 : 0.1,
    );
    expect([...(await averageLinkage(s, n, 0.5))]).toEqual([0, 0, 0, 1, 1, 1, 1]);
  });

  it("finds as many clusters as merging the nearest pair does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.nat(), async (n, seed) => {
        // Random values rather than chosen ones: equal means may be merged in either order, and both orders are right.
        const random = seededRandom(seed);
        const s = new Float32Array(n * n);
        for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) s[i * n + j] = s[j * n + i] = random.next();
        const expected = naive(s.slice(), n, 0.5);
        expect(new Set(await averageLinkage(s, n, 0.5)).size).toBe(expected);
      }),
    );
  });
});
