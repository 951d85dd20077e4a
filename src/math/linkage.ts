import { isTurnOver, nextTurn } from "../kit/turns.ts";

/**
 * Average-linkage clustering (UPGMA) cut at a similarity, by the nearest-neighbour chain
 * (Müllner 2011, "Modern hierarchical, agglomerative clustering algorithms"): O(n^2) time and memory.
 *
 * @param similarity n x n, row-major, symmetric; overwritten.
 * @param cut two clusters merge while their average similarity is at least this.
 * @param sizes how many things each item stands for; one by default.
 * @returns one label per item, 0..k-1, numbered by first appearance.
 */
export async function averageLinkage(
  similarity: Float32Array,
  n: number,
  cut: number,
  sizes?: readonly number[],
): Promise<Uint32Array> {
  const size = sizes === undefined ? new Float64Array(n).fill(1) : Float64Array.from(sizes);
  const parent = Uint32Array.from({ length: n }, (_, i) => i);
  const alive = Array.from({ length: n }, () => true);
  const chain: number[] = [];
  let next = 0;
  for (;;) {
    if (isTurnOver()) await nextTurn();
    if (chain.length === 0) {
      while (next < n && !alive[next]) next++;
      if (next === n) break;
      chain.push(next);
    }
    const top = chain[chain.length - 1]!;
    const before = chain.length > 1 ? chain[chain.length - 2]! : -1;
    let best = before;
    let bestSimilarity = before < 0 ? Number.NEGATIVE_INFINITY : similarity[top * n + before]!;
    for (let other = 0; other < n; other++) {
      if (other === top || !alive[other]) continue;
      if (similarity[top * n + other]! > bestSimilarity) {
        bestSimilarity = similarity[top * n + other]!;
        best = other;
      }
    }
    if (best < 0 || bestSimilarity < cut) {
      // Average linkage is reducible: what is not near enough to its nearest now never will be.
      alive[top] = false;
      chain.pop();
    } else if (best === before) {
      chain.length -= 2;
      merge(similarity, n, size, alive, top, best);
      parent[top] = best;
    } else {
      chain.push(best);
    }
  }
  return labelsOf(parent);
}

/** Folds cluster `from` into `into` (Lance-Williams update). */
function merge(
  similarity: Float32Array,
  n: number,
  size: Float64Array,
  alive: boolean[],
  from: number,
  into: number,
): void {
  const a = size[from]!;
  const b = size[into]!;
  for (let other = 0; other < n; other++) {
    if (!alive[other] || other === from || other === into) continue;
    const mean = (a * similarity[from * n + other]! + b * similarity[into * n + other]!) / (a + b);
    similarity[into * n + other] = mean;
    similarity[other * n + into] = mean;
  }
  size[into] = a + b;
  alive[from] = false;
}

function labelsOf(parent: Uint32Array): Uint32Array {
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at]!;
    return at;
  };
  const seen = new Map<number, number>();
  return parent.map((_, i) => {
    const r = root(i);
    let label = seen.get(r);
    if (label === undefined) {
      label = seen.size;
      seen.set(r, label);
    }
    return label;
  });
}
