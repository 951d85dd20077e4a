import type { SecureRandom } from "../../kit/secure-random.ts";

// Limits.
/** Numerator and denominator of an epsilon: products of them with the few steps of a draw stay far below 2^48. */
const partMax = 1_000_000;

/** The loss of privacy that one answer costs, as a fraction in whole numbers: what is drawn is exact, without floating point. */
export interface Epsilon {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * A whole number x with probability proportional to exp(-epsilon |x|): added to a count that one person changes by one at most, it
 * gives epsilon-differential privacy. C. Canonne, G. Kamath, T. Steinke: The discrete Gaussian for differential privacy
 * (NeurIPS 2020), algorithms 1 and 2. Floating-point samplers leak by the gaps between their values (I. Mironov, CCS 2012).
 */
export function discreteLaplace({ numerator, denominator }: Epsilon, random: SecureRandom): number {
  for (const part of [numerator, denominator]) {
    if (!Number.isInteger(part) || part < 1 || part > partMax) throw new RangeError("an epsilon of parts out of range");
  }
  for (;;) {
    const remainder = random.below(denominator);
    if (!isDrawn(remainder, denominator, random)) continue;
    let whole = 0;
    while (isDrawn(1, 1, random)) whole++;
    const magnitude = Math.floor((remainder + denominator * whole) / numerator);
    const isNegative = random.below(2) === 1;
    // Zero has no sign: counted twice, it would be too frequent.
    if (isNegative && magnitude === 0) continue;
    return isNegative ? -magnitude : magnitude;
  }
}

/** True with probability exp(-numerator / denominator), for a fraction of at most one. */
function isDrawn(numerator: number, denominator: number, random: SecureRandom): boolean {
  let k = 1;
  while (random.below(denominator * k) < numerator) k++;
  return k % 2 === 1;
}
