/** The edges of a bipartite graph; each edge once. */
interface BipartiteEdges {
  readonly rows: number;
  readonly columns: number;
  readonly row: Uint32Array;
  readonly column: Uint32Array;
}

export interface Block {
  readonly rows: ReadonlySet<number>;
  readonly columns: ReadonlySet<number>;
  /** Weight of the edges inside, over the number of nodes. */
  readonly density: number;
}

/** Added to a column's degree before the logarithm: the constant of the paper. */
const degreeOffset = 5;

/** The densest blocks one after the other: each is found in what the ones before it left. At most `blocksMax`. */
export function peelBlocks(edges: BipartiteEdges, blocksMax: number): Block[] {
  const blocks: Block[] = [];
  let left = edges;
  while (blocks.length < blocksMax && left.row.length > 0) {
    const block = peelBlock(left);
    blocks.push(block);
    left = without(left, block);
  }
  return blocks;
}

/** A block's edges are taken out; its nodes stay, as they may stand in a second block. */
function without({ rows, columns, row, column }: BipartiteEdges, block: Block): BipartiteEdges {
  const left = Uint32Array.from(row.keys()).filter((e) => !(block.rows.has(row[e]!) && block.columns.has(column[e]!)));
  return { rows, columns, row: left.map((e) => row[e]!), column: left.map((e) => column[e]!) };
}

/**
 * FRAUDAR's greedy peeling (Hooi et al. 2016, Algorithm 1): takes away the node whose edges weigh least, again and again, and
 * answers the densest set of nodes on the way. An edge weighs 1 / log(degree of its column + 5).
 */
function peelBlock(edges: BipartiteEdges): Block {
  const { rows, columns, row, column } = edges;
  const nodes = rows + columns;
  const degree = new Uint32Array(columns);
  for (const c of column) degree[c]!++;
  const edgeWeight = (e: number): number => 1 / Math.log(degree[column[e]!]! + degreeOffset);
  const neighbours = neighbourRows(edges);
  const weight = new Float64Array(nodes);
  let total = 0;
  for (let e = 0; e < row.length; e++) {
    const w = edgeWeight(e);
    weight[row[e]!]! += w;
    weight[rows + column[e]!]! += w;
    total += w;
  }
  const isolated = weight.reduce((count, w) => count + (w === 0 ? 1 : 0), 0);
  const queue = new LightestFirst(weight);
  const order = new Uint32Array(nodes);
  let best = { density: 0, removed: nodes };
  for (let removed = 0; removed < nodes; removed++) {
    // Nodes without edges go first, so the density of what they leave is that of the graph.
    const density = total / (nodes - removed);
    if (removed >= isolated && density > best.density) best = { density, removed };
    const node = queue.take();
    order[removed] = node;
    total -= weight[node]!;
    for (let at = neighbours.offsets[node]!; at < neighbours.offsets[node + 1]!; at++) {
      const other = neighbours.node[at]!;
      if (queue.has(other)) queue.lighten(other, edgeWeight(neighbours.edge[at]!));
    }
  }
  const kept = order.subarray(best.removed);
  return {
    rows: new Set(kept.filter((node) => node < rows)),
    columns: new Set(kept.filter((node) => node >= rows).map((node) => node - rows)),
    density: best.density,
  };
}

function neighbourRows({ rows, columns, row, column }: BipartiteEdges): {
  offsets: Uint32Array;
  node: Uint32Array;
  edge: Uint32Array;
} {
  const offsets = new Uint32Array(rows + columns + 1);
  for (let e = 0; e < row.length; e++) {
    offsets[row[e]! + 1]!++;
    offsets[rows + column[e]! + 1]!++;
  }
  for (let v = 0; v < rows + columns; v++) offsets[v + 1]! += offsets[v]!;
  const cursor = offsets.slice();
  const node = new Uint32Array(row.length * 2);
  const edge = new Uint32Array(row.length * 2);
  const put = (at: number, other: number, e: number): void => {
    const to = cursor[at]!++;
    node[to] = other;
    edge[to] = e;
  };
  for (let e = 0; e < row.length; e++) {
    put(row[e]!, rows + column[e]!, e);
    put(rows + column[e]!, row[e]!, e);
  }
  return { offsets, node, edge };
}

/** A binary heap of node numbers by weight whose weights may fall. It changes the array that it is given. */
class LightestFirst {
  private readonly weight: Float64Array;
  private readonly heap: Uint32Array;
  /** Where a node stands in the heap; -1 once it was taken. */
  private readonly place: Int32Array;
  private size: number;

  constructor(weight: Float64Array) {
    this.weight = weight;
    this.size = weight.length;
    this.heap = Uint32Array.from({ length: this.size }, (_, i) => i).sort((a, b) => weight[a]! - weight[b]!);
    this.place = new Int32Array(this.size);
    this.heap.forEach((node, i) => {
      this.place[node] = i;
    });
  }

  has(node: number): boolean {
    return this.place[node]! >= 0;
  }

  take(): number {
    const node = this.heap[0]!;
    this.place[node] = -1;
    const last = this.heap[--this.size]!;
    if (this.size > 0) this.sink(last);
    return node;
  }

  lighten(node: number, by: number): void {
    this.weight[node]! -= by;
    let at = this.place[node]!;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.heap[above]!;
      if (this.weight[parent]! <= this.weight[node]!) break;
      this.set(at, parent);
      at = above;
    }
    this.set(at, node);
  }

  /** Puts a node in at the top and lets it down to its place. */
  private sink(node: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.weight[this.heap[child + 1]!]! < this.weight[this.heap[child]!]!) child++;
      if (this.weight[this.heap[child]!]! >= this.weight[node]!) break;
      this.set(at, this.heap[child]!);
      at = child;
    }
    this.set(at, node);
  }

  private set(at: number, node: number): void {
    this.heap[at] = node;
    this.place[node] = at;
  }
}
