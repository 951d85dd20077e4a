import { randomBytes, randomInt } from "node:crypto";

/** Randomness that secrets hang on. Unlike `Random` it can't be replayed; a dependency all the same, so that tests can fix it. */
export interface SecureRandom {
  bytes(length: number): Uint8Array;
  /** Uniform integer in [0, limit), with `limit` at most 2^48 - 1. */
  below(limit: number): number;
}

export const systemSecureRandom: SecureRandom = Object.freeze({
  bytes: (length: number) => new Uint8Array(randomBytes(length)),
  below: (limit: number) => randomInt(limit),
});

/** A new list in a uniformly drawn order (Fisher-Yates). */
export function shuffled<T>(list: readonly T[], random: SecureRandom): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
