const lanczos = Float64Array.of(
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
);

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Natural log of the gamma function for x > 0 (Lanczos, g = 7, n = 9; |relative error| < 1e-13). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let sum = lanczos[0]!;
  for (let i = 1; i < 9; i++) sum += lanczos[i]! / (shifted + i);
  const t = shifted + 7.5;
  return halfLogTwoPi + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(X >= k) for X ~ Poisson(mean), natural log. Sums the tail directly, so that it stays exact far out. */
export function logPoissonTail(k: number, mean: number): number {
  if (k <= 0) return 0;
  if (mean <= 0) return Number.NEGATIVE_INFINITY;
  if (k <= mean) {
    // The lower part is shorter: 1 - P(X < k).
    let below = 0;
    for (let i = 0; i < k; i++) below += Math.exp(i * Math.log(mean) - mean - logGamma(i + 1));
    return Math.log(Math.max(1 - below, Number.MIN_VALUE));
  }
  const first = k * Math.log(mean) - mean - logGamma(k + 1);
  let term = 1;
  let sum = 1;
  for (let i = k + 1; term > 1e-16 * sum; i++) {
    term *= mean / i;
    sum += term;
  }
  return first + Math.log(sum);
}

/** Counts up to this are multiplied out: most are small, and two gamma functions cost more than eight factors. */
const factorsMax = 8;

/**
 * Log-probability of counts under a Dirichlet-multinomial with mean `shares` (summing to one) and concentration
 * `concentration` (large: all draw from one distribution; small: each has its own), up to the multinomial coefficient,
 * which cancels in likelihood ratios. What many counts ask for is computed once.
 */
export function logDirichletMultinomial(
  shares: ArrayLike<number>,
  concentration: number,
): (counts: ArrayLike<number>) => number {
  const logGammaOfAll = logGamma(concentration);
  // By position; NaN until it is asked for.
  const logGammas = new Float64Array(shares.length).fill(Number.NaN);
  /** Natural log of alpha (alpha + 1) ... (alpha + n - 1), for whole n > 0. */
  const logRise = (at: number, n: number): number => {
    const alpha = concentration * shares[at]!;
    if (n > factorsMax) {
      if (Number.isNaN(logGammas[at])) logGammas[at] = logGamma(alpha);
      return logGamma(n + alpha) - logGammas[at]!;
    }
    let product = alpha;
    for (let i = 1; i < n; i++) product *= alpha + i;
    return Math.log(product);
  };
  return (counts) => {
    let total = 0;
    let log = 0;
    for (let i = 0; i < counts.length; i++) {
      const n = counts[i]!;
      if (n === 0) continue;
      total += n;
      log += logRise(i, n);
    }
    return log + logGammaOfAll - logGamma(total + concentration);
  };
}

/** A Beta distribution's parameters. */
export interface Beta {
  readonly alpha: number;
  readonly beta: number;
}

/** Natural log of the likelihood ratio of `hits` of `trials` under two Beta-binomials. */
export function betaBinomialLogRatio(hits: number, trials: number, alternative: Beta, hypothesis: Beta): number {
  const log = ({ alpha, beta }: Beta): number => logBeta(hits + alpha, trials - hits + beta) - logBeta(alpha, beta);
  return log(alternative) - log(hypothesis);
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);
