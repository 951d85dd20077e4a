import type { Random } from "../kit/random.ts";

/** Log-normal with the given median; `sigma` is the standard deviation of the logarithm. */
export function logNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * random.normal());
}

/** Gamma with the given shape and scale 1 (Marsaglia and Tsang 2000; shapes below 1 by their boost). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random.next();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A choice with fixed weights, by cumulative sums. */
export interface Weighted<T> {
  draw(random: Random): T;
}

export function weighted<T>(choices: readonly (readonly [T, number])[]): Weighted<T> {
  // Flat arrays: a world holds hundreds of thousands of these.
  const values = choices.map(([value]) => value);
  const sums: number[] = [];
  let total = 0;
  for (const [, weight] of choices) sums.push((total += weight));
  return cumulative(values, sums);
}

function cumulative<T>(values: readonly T[], sums: readonly number[]): Weighted<T> {
  const last = values.length - 1;
  return {
    draw(random) {
      const target = random.next() * (sums[last] ?? 0);
      let index = 0;
      while (index < last && sums[index]! <= target) index++;
      const value = values[index];
      if (value === undefined) throw new RangeError("a weighted choice among nothing");
      return value;
    },
  };
}

/** Weights of a symmetric Dirichlet: few large ones where `concentration` is below 1. */
export function dirichlet(random: Random, size: number, concentration: number): number[] {
  const draws = Array.from({ length: size }, () => gamma(random, concentration) + Number.MIN_VALUE);
  const total = draws.reduce((sum, value) => sum + value, 0);
  return draws.map((value) => value / total);
}

/** Distinct elements, at most as many as there are. */
export function sample<T>(random: Random, list: readonly T[], count: number): T[] {
  const pool = [...list];
  const size = Math.min(count, pool.length);
  for (let i = 0; i < size; i++) {
    const j = random.integer(i, pool.length - 1);
    const kept = pool[i]!;
    pool[i] = pool[j]!;
    pool[j] = kept;
  }
  return pool.slice(0, size);
}

const TOKEN_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

/** An opaque token of base-32 letters (5 bits each). */
export function token(random: Random, length: number): string {
  // Joined, not added up: the engine keeps a sum of strings as a tree, several times the size of the text.
  const letters: string[] = [];
  let bits = 0;
  for (let i = 0; i < length; i++) {
    if (i % 6 === 0) bits = Math.floor(random.next() * 2 ** 30);
    letters.push(TOKEN_LETTERS.charAt(bits & 31));
    bits >>>= 5;
  }
  return letters.join("");
}

/** Lower-case hexadecimal digits. */
export function hex(random: Random, length: number): string {
  let text = "";
  while (text.length < length)
    text += Math.floor(random.next() * 0x10000)
      .toString(16)
      .padStart(4, "0");
  return text.slice(0, length);
}
