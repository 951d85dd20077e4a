/**
 * Seeded randomness. Every stream is a pure function of its seed, so that a failing run can be replayed
 * from the number it prints.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [low, high], both ends included. */
  integer(low: number, high: number): number;
  /** One element, uniformly. Throws on an empty list. */
  pick<T>(list: readonly T[]): T;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  /** A child stream: independent of this one's later draws and stable under its name. */
  fork(name: string): Random;
}

/** sfc32 (C. Doty-Humphrey, PractRand), seeded by hashing `seed` with FNV-1a. */
export function seededRandom(seed: number | string): Random {
  const text = String(seed);
  let a = fnv1a(`${text}/a`);
  let b = fnv1a(`${text}/b`);
  let c = fnv1a(`${text}/c`);
  let d = 1;
  const bits = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) bits();
  const next = (): number => bits() / 2 ** 32;
  return {
    next,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick(list) {
      if (list.length === 0) throw new RangeError("pick from an empty list");
      return list[Math.floor(next() * list.length)]!;
    },
    chance: (p) => next() < p,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    exponential: (mean) => -mean * Math.log(1 - next()),
    fork: (name) => seededRandom(`${text}/${name}`),
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
