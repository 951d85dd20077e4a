import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../kit/random.ts";
import { communities, graphFromEdges } from "./communities.ts";

function cliques(count: number, size: number): { nodes: number; edges: [number, number][] } {
  const edges: [number, number][] = [];
  for (let c = 0; c < count; c++)
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) edges.push([c * size + i, c * size + j]);
  for (let c = 0; c < count; c++) edges.push([c * size, ((c + 1) % count) * size + 1]);
  return { nodes: count * size, edges };
}

function graph(nodes: number, edges: readonly (readonly [number, number])[]) {
  return graphFromEdges(
    nodes,
    Uint32Array.from(edges, (e) => e[0]),
    Uint32Array.from(edges, (e) => e[1]),
    Float32Array.from(edges, () => 1),
  );
}

describe("communities", () => {
  it("finds a ring of cliques", async () => {
    const { nodes, edges } = cliques(8, 6);
    const labels = await communities(await graph(nodes, edges), 1, seededRandom(1));
    expect(new Set(labels).size).toBe(8);
    for (let c = 0; c < 8; c++) expect(new Set(labels.slice(c * 6, c * 6 + 6)).size).toBe(1);
  });

  it("splits further at a higher resolution", async () => {
    const { nodes, edges } = cliques(30, 3);
    const coarse = new Set(await communities(await graph(nodes, edges), 0.5, seededRandom(1))).size;
    const fine = new Set(await communities(await graph(nodes, edges), 4, seededRandom(1))).size;
    expect(fine).toBeGreaterThan(coarse);
  });

  it("is the same for the same seed and labels every node", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 40 }),
        fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 120 }),
        fc.integer(),
        async (nodes, raw, seed) => {
          const edges = raw.map(([u, v]) => [u % nodes, v % nodes] as const).filter(([u, v]) => u !== v);
          const g = await graph(nodes, edges);
          const first = await communities(g, 1, seededRandom(seed));
          expect(first).toEqual(await communities(g, 1, seededRandom(seed)));
          expect(first.length).toBe(nodes);
          // Nodes without edges stay alone.
          const alone = Array.from({ length: nodes }, (_, v) => v).filter((v) => g.offsets[v] === g.offsets[v + 1]);
          for (const v of alone) expect(first.filter((label) => label === first[v]).length).toBe(1);
        },
      ),
    );
  });
});
