import type { Random } from "../kit/random.ts";
import { isTurnOver, nextTurn } from "../kit/turns.ts";

/** An undirected weighted graph as compressed sparse rows; every edge stands in the rows of both its ends. */
export interface Graph {
  readonly nodes: number;
  /** `offsets[v]..offsets[v + 1]` are the positions of node v's neighbours. */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly weights: Float32Array;
}

/** Rows of a graph from a list of edges (u, v, weight), each given once. Self-loops are not allowed. */
export async function graphFromEdges(
  nodes: number,
  from: Uint32Array,
  to: Uint32Array,
  weights: Float32Array | Float64Array,
): Promise<Graph> {
  const offsets = new Uint32Array(nodes + 1);
  for (let e = 0; e < from.length; e++) {
    if (isTurnOver(e)) await nextTurn();
    offsets[from[e]! + 1]!++;
    offsets[to[e]! + 1]!++;
  }
  for (let v = 0; v < nodes; v++) offsets[v + 1]! += offsets[v]!;
  const cursor = offsets.slice();
  const neighbours = new Uint32Array(from.length * 2);
  const rowWeights = new Float32Array(from.length * 2);
  for (let e = 0; e < from.length; e++) {
    if (isTurnOver(e)) await nextTurn();
    const u = from[e]!;
    const v = to[e]!;
    const atU = cursor[u]!++;
    neighbours[atU] = v;
    rowWeights[atU] = weights[e]!;
    const atV = cursor[v]!++;
    neighbours[atV] = u;
    rowWeights[atV] = weights[e]!;
  }
  return { nodes, offsets, neighbours, weights: rowWeights };
}

/** Passes over all nodes at one level, and levels: both far above what real graphs need (usually 3-6 of each). */
const PASSES_MAX = 20;
const LEVELS_MAX = 12;
/** A pass that moves fewer than this share of the nodes ends its level. */
const MOVED_SHARE_MIN = 0.001;

/**
 * Louvain communities (Blondel et al. 2008) under the configuration null model with a resolution parameter
 * (Reichardt and Bornholdt 2006). Near-linear in the number of edges.
 *
 * @returns one label per node, 0..k-1, numbered by first appearance.
 */
export async function communities(graph: Graph, resolution: number, random: Random): Promise<Uint32Array> {
  let labels: Uint32Array = Uint32Array.from({ length: graph.nodes }, (_, v) => v);
  let level: Level = { ...graph, selfWeights: new Float64Array(graph.nodes) };
  for (let depth = 0; depth < LEVELS_MAX; depth++) {
    const moved = await moveNodes(level, resolution, random);
    const compact = await relabel(moved);
    labels = labels.map((v) => compact.labels[v]!);
    if (compact.count === level.nodes) break;
    level = await aggregate(level, compact.labels, compact.count);
  }
  return (await relabel(labels)).labels;
}

interface Level extends Graph {
  /** Twice the weight inside each aggregated node. */
  readonly selfWeights: Float64Array;
}

async function moveNodes(level: Level, resolution: number, random: Random): Promise<Uint32Array> {
  const { nodes, offsets, neighbours, weights, selfWeights } = level;
  const strength = new Float64Array(nodes);
  let total = 0;
  for (let v = 0; v < nodes; v++) {
    if (isTurnOver(v)) await nextTurn();
    let sum = selfWeights[v]!;
    for (let at = offsets[v]!; at < offsets[v + 1]!; at++) sum += weights[at]!;
    strength[v] = sum;
    total += sum;
  }
  const label = Uint32Array.from({ length: nodes }, (_, v) => v);
  if (total === 0) return label;
  const communityStrength = strength.slice();
  const linkTo = new Float64Array(nodes);
  // Not a list: to empty one gives its memory back, only to ask for it again at the next node.
  const touched = new Uint32Array(nodes);
  const order = await shuffled(nodes, random);
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    let moves = 0;
    for (let at = 0; at < nodes; at++) {
      if (isTurnOver(at)) await nextTurn();
      const v = order[at]!;
      const own = label[v]!;
      let touches = 0;
      const end = offsets[v + 1]!;
      for (let edge = offsets[v]!; edge < end; edge++) {
        const c = label[neighbours[edge]!]!;
        const before = linkTo[c]!;
        if (before === 0) touched[touches++] = c;
        linkTo[c] = before + weights[edge]!;
      }
      const penalty = (resolution * strength[v]!) / total;
      communityStrength[own]! -= strength[v]!;
      let best = own;
      let bestGain = linkTo[own]! - penalty * communityStrength[own]!;
      for (let i = 0; i < touches; i++) {
        const c = touched[i]!;
        const gain = linkTo[c]! - penalty * communityStrength[c]!;
        if (gain > bestGain + 1e-12) {
          bestGain = gain;
          best = c;
        }
        linkTo[c] = 0;
      }
      linkTo[own] = 0;
      communityStrength[best]! += strength[v]!;
      if (best !== own) {
        label[v] = best;
        moves++;
      }
    }
    if (moves <= nodes * MOVED_SHARE_MIN) break;
  }
  return label;
}

async function aggregate(level: Level, labels: Uint32Array, count: number): Promise<Level> {
  const members = rowsByLabel(labels, count);
  const selfWeights = new Float64Array(count);
  const offsets = new Uint32Array(count + 1);
  const neighbours: number[] = [];
  const weights: number[] = [];
  const linkTo = new Float64Array(count);
  for (let c = 0; c < count; c++) {
    const touched: number[] = [];
    for (let at = members.offsets[c]!; at < members.offsets[c + 1]!; at++) {
      if (isTurnOver(at)) await nextTurn();
      const v = members.nodes[at]!;
      selfWeights[c]! += level.selfWeights[v]!;
      for (let edge = level.offsets[v]!; edge < level.offsets[v + 1]!; edge++) {
        const d = labels[level.neighbours[edge]!]!;
        if (d === c) selfWeights[c]! += level.weights[edge]!;
        else {
          if (linkTo[d] === 0) touched.push(d);
          linkTo[d]! += level.weights[edge]!;
        }
      }
    }
    for (const d of touched) {
      neighbours.push(d);
      weights.push(linkTo[d]!);
      linkTo[d] = 0;
    }
    offsets[c + 1] = neighbours.length;
  }
  return {
    nodes: count,
    offsets,
    neighbours: Uint32Array.from(neighbours),
    weights: Float32Array.from(weights),
    selfWeights,
  };
}

function rowsByLabel(labels: Uint32Array, count: number): { offsets: Uint32Array; nodes: Uint32Array } {
  const offsets = new Uint32Array(count + 1);
  for (const label of labels) offsets[label + 1]!++;
  for (let c = 0; c < count; c++) offsets[c + 1]! += offsets[c]!;
  const cursor = offsets.slice();
  const nodes = new Uint32Array(labels.length);
  labels.forEach((label, v) => {
    nodes[cursor[label]!++] = v;
  });
  return { offsets, nodes };
}

async function relabel(labels: Uint32Array): Promise<{ labels: Uint32Array; count: number }> {
  /** By old label: one more than the new one, 0 where it has none yet. */
  const following = new Uint32Array(labels.length);
  const compact = new Uint32Array(labels.length);
  let count = 0;
  for (let v = 0; v < labels.length; v++) {
    if (isTurnOver(v)) await nextTurn();
    const label = labels[v]!;
    if (following[label] === 0) following[label] = ++count;
    compact[v] = following[label]! - 1;
  }
  return { labels: compact, count };
}

async function shuffled(length: number, random: Random): Promise<Uint32Array> {
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    if (isTurnOver(i)) await nextTurn();
    const j = random.integer(0, i);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
