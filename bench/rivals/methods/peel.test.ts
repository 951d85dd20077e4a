import fc from "fast-check";
import { expect, it } from "vitest";
import { peelBlocks } from "./peel.ts";

interface Edge {
  readonly row: number;
  readonly column: number;
}

const rows = 8;
const columns = 6;

const edgesOf = (edges: readonly Edge[]) => ({
  rows,
  columns,
  row: Uint32Array.from(edges, (edge) => edge.row),
  column: Uint32Array.from(edges, (edge) => edge.column),
});

const graphs = fc.uniqueArray(
  fc.record({ row: fc.integer({ min: 0, max: rows - 1 }), column: fc.integer({ min: 0, max: columns - 1 }) }),
  { minLength: 1, selector: ({ row, column }) => row * columns + column },
);

/** The definition: weight of the edges inside over the nodes. */
function densityOf(edges: readonly Edge[], inRows: ReadonlySet<number>, inColumns: ReadonlySet<number>): number {
  const degree = (column: number): number => edges.filter((edge) => edge.column === column).length;
  const inside = edges.filter((edge) => inRows.has(edge.row) && inColumns.has(edge.column));
  const weight = inside.reduce((sum, { column }) => sum + 1 / Math.log(degree(column) + 5), 0);
  return weight / (inRows.size + inColumns.size);
}

const subset = (size: number, mask: number): Set<number> =>
  new Set(Array.from({ length: size }, (_, i) => i).filter((i) => (mask & (1 << i)) !== 0));

it("gives the density of the block that it names, and at least half of the best there is", () => {
  fc.assert(
    fc.property(graphs, (edges) => {
      const [block] = peelBlocks(edgesOf(edges), 1);
      if (block === undefined) throw new Error("a graph with edges has a block");
      expect(block.density).toBeCloseTo(densityOf(edges, block.rows, block.columns), 9);
      let best = 0;
      for (let mask = 1; mask < 1 << rows; mask += 7)
        for (let other = 1; other < 1 << columns; other += 3)
          best = Math.max(best, densityOf(edges, subset(rows, mask), subset(columns, other)));
      expect(block.density).toBeGreaterThanOrEqual(best / 2 - 1e-9);
    }),
    { numRuns: 15 },
  );
});

it("finds a second block in what the first leaves", () => {
  const clique = (from: number, to: number, firstColumn: number, lastColumn: number): Edge[] =>
    Array.from({ length: to - from }, (_, i) => from + i).flatMap((row) =>
      Array.from({ length: lastColumn - firstColumn }, (_, j) => ({ row, column: firstColumn + j })),
    );
  const [first, second, third] = peelBlocks(edgesOf([...clique(0, 4, 0, 4), ...clique(4, 7, 4, 6)]), 5);
  expect(first?.rows).toEqual(new Set([0, 1, 2, 3]));
  expect(second?.rows).toEqual(new Set([4, 5, 6]));
  expect(third).toBeUndefined();
});
