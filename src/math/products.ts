import { isTurnOver, nextTurn } from "../kit/turns.ts";

/** A vector of which most entries are zero: `weights[i]` stands at `features[i]`, ascending. */
export interface SparseVector {
  readonly features: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * Inner products of all pairs of vectors: n x n, row-major, symmetric, zero on the diagonal. Takes time for what the pairs have in
 * common, not for what stands in one of them only: vectors are met through a list of the holders of each feature.
 */
export async function pairProducts(vectors: readonly SparseVector[]): Promise<Float32Array> {
  const n = vectors.length;
  const products = new Float32Array(n * n);
  const row = new Float64Array(n);
  const { slots, starts, holders, weights: theirs } = emptyHolders(vectors);
  const ends = starts.slice();
  let entry = 0;
  for (let i = 0; i < n; i++) {
    if (isTurnOver()) await nextTurn();
    row.fill(0, 0, i);
    const { weights } = vectors[i]!;
    for (const weight of weights) {
      const slot = slots[entry++]!;
      const end = ends[slot]!;
      for (let k = starts[slot]!; k < end; k++) row[holders[k]!]! += weight * theirs[k]!;
      holders[end] = i;
      theirs[end] = weight;
      ends[slot] = end + 1;
    }
    for (let j = 0; j < i; j++) {
      products[i * n + j] = row[j]!;
      products[j * n + i] = row[j]!;
    }
  }
  return products;
}

/** The inner products of several vectors with any other, in their order; the array holds until the next call. */
export function productsWith(vectors: readonly SparseVector[]): (other: SparseVector) => Float64Array {
  const products = new Float64Array(vectors.length);
  const { slotOf, slots, starts, holders, weights: theirs } = emptyHolders(vectors);
  const ends = starts.slice();
  let entry = 0;
  for (const [i, { weights }] of vectors.entries()) {
    for (const weight of weights) {
      const end = ends[slots[entry++]!]!++;
      holders[end] = i;
      theirs[end] = weight;
    }
  }
  return ({ features, weights }) => {
    products.fill(0);
    for (let at = 0; at < features.length; at++) {
      const slot = slotOf.get(features[at]!);
      if (slot === undefined) continue;
      const weight = weights[at]!;
      for (let k = starts[slot]!; k < starts[slot + 1]!; k++) products[holders[k]!]! += theirs[k]! * weight;
    }
    return products;
  };
}

/** Who holds each feature, in the order of the vectors: a feature's slot has room for all its holders, and is still empty. */
interface Holders {
  readonly slotOf: ReadonlyMap<number, number>;
  /** Of each entry, one vector behind another. */
  readonly slots: Uint32Array;
  /** Holders of a slot stand from `starts[slot]` to `starts[slot + 1]`. */
  readonly starts: Uint32Array;
  readonly holders: Uint32Array;
  readonly weights: Float32Array;
}

function emptyHolders(vectors: readonly SparseVector[]): Holders {
  const entries = vectors.reduce((sum, { features }) => sum + features.length, 0);
  const slotOf = new Map<number, number>();
  const slots = new Uint32Array(entries);
  const starts = new Uint32Array(entries + 1);
  let entry = 0;
  for (const { features } of vectors) {
    for (const feature of features) {
      let slot = slotOf.get(feature);
      if (slot === undefined) slotOf.set(feature, (slot = slotOf.size));
      slots[entry++] = slot;
      starts[slot + 1]! += 1;
    }
  }
  for (let slot = 0; slot < slotOf.size; slot++) starts[slot + 1]! += starts[slot]!;
  return { slotOf, slots, starts, holders: new Uint32Array(entries), weights: new Float32Array(entries) };
}

/** The inner product of one vector with any other: what stands at a feature is looked up, where a merge would pass by all of them. */
export function productWith({ features, weights }: SparseVector): (other: SparseVector) => number {
  const dense = new Float32Array((features.at(-1) ?? -1) + 1);
  for (const [i, feature] of features.entries()) dense[feature] = weights[i]!;
  return (other) => {
    let product = 0;
    for (let i = 0; i < other.features.length; i++) product += (dense[other.features[i]!] ?? 0) * other.weights[i]!;
    return product;
  };
}
