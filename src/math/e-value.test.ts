import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../kit/random.ts";
import { averageLogE, eBenjaminiHochbergBar, logEFromLogP } from "./e-value.ts";
import { logDirichletMultinomial, logGamma, logPoissonTail } from "./special.ts";

describe("special functions", () => {
  it("logGamma knows factorials and the half", () => {
    let factorial = 0;
    for (let n = 1; n < 60; n++) {
      expect(logGamma(n)).toBeCloseTo(factorial, 9);
      factorial += Math.log(n);
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });

  it("logPoissonTail agrees with the direct sum and stays finite far out", () => {
    expect(Math.exp(logPoissonTail(1, 2))).toBeCloseTo(1 - Math.exp(-2), 10);
    expect(Math.exp(logPoissonTail(3, 1.5))).toBeCloseTo(1 - Math.exp(-1.5) * (1 + 1.5 + 1.125), 10);
    expect(logPoissonTail(500, 1)).toBeLessThan(-2000);
    expect(logPoissonTail(500, 1)).toBeGreaterThan(-3000);
  });

  it("logDirichletMultinomial sums to one over all outcomes", () => {
    const shares = [0.2, 0.5, 0.3];
    let sum = 0;
    const n = 5;
    for (let a = 0; a <= n; a++)
      for (let b = 0; a + b <= n; b++) {
        const counts = [a, b, n - a - b];
        const coefficient = logGamma(n + 1) - counts.reduce((s, c) => s + logGamma(c + 1), 0);
        sum += Math.exp(coefficient + logDirichletMultinomial(counts, shares, 3));
      }
    expect(sum).toBeCloseTo(1, 9);
  });
});

describe("e-values", () => {
  it("a calibrated p-value has expectation at most one under the null", () => {
    const random = seededRandom(7);
    let sum = 0;
    const draws = 200_000;
    for (let i = 0; i < draws; i++) sum += Math.min(10 ** logEFromLogP(Math.log(1 - random.next())), 1e3);
    expect(sum / draws).toBeLessThan(1.02);
  });

  it("averages lie between the extremes and survive huge exponents", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 400, noNaN: true }), { minLength: 1, maxLength: 8 }), (logs) => {
        const mean = averageLogE(logs);
        expect(mean).toBeLessThanOrEqual(Math.max(...logs) + 1e-9);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...logs) - 1e-9);
      }),
    );
    expect(averageLogE([])).toBe(0);
  });

  it("e-BH needs more of a single hypothesis than of many", () => {
    expect(eBenjaminiHochbergBar([], 0.01)).toBeCloseTo(2);
    expect(eBenjaminiHochbergBar([1.9], 0.01)).toBeCloseTo(2);
    expect(eBenjaminiHochbergBar([2.1, 0, 0], 0.01)).toBeCloseTo(Math.log10(300));
    // Two of three: each needs half of what one alone would.
    expect(eBenjaminiHochbergBar([2.3, 2.3, 0], 0.01)).toBeCloseTo(Math.log10(150));
  });
});
