import { isTurnOver, nextTurn } from "../kit/turns.ts";

/** A vector of which most entries are zero: `weights[i]` stands at `features[i]`, ascending. */
export interface SparseVector {
  readonly features: readonly number[];
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
  const holders = new Map<number, { readonly vectors: number[]; readonly weights: number[] }>();
  for (const [i, { features, weights }] of vectors.entries()) {
    if (isTurnOver()) await nextTurn();
    row.fill(0, 0, i);
    for (const [at, feature] of features.entries()) {
      const weight = weights[at]!;
      const before = holders.get(feature);
      if (before === undefined) {
        holders.set(feature, { vectors: [i], weights: [weight] });
        continue;
      }
      const { vectors: others, weights: theirs } = before;
      for (let k = 0; k < others.length; k++) row[others[k]!]! += weight * theirs[k]!;
      others.push(i);
      theirs.push(weight);
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
  const holders = new Map<number, { readonly vectors: number[]; readonly weights: number[] }>();
  for (const [i, { features, weights }] of vectors.entries()) {
    for (const [at, feature] of features.entries()) {
      const holder = holders.get(feature) ?? { vectors: [], weights: [] };
      holders.set(feature, holder);
      holder.vectors.push(i);
      holder.weights.push(weights[at]!);
    }
  }
  return ({ features, weights }) => {
    products.fill(0);
    for (const [at, feature] of features.entries()) {
      const holder = holders.get(feature);
      if (holder === undefined) continue;
      for (let k = 0; k < holder.vectors.length; k++)
        products[holder.vectors[k]!]! += holder.weights[k]! * weights[at]!;
    }
    return products;
  };
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
