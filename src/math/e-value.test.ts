import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../kit/random.ts";
import { averageLogE, eBenjaminiHochbergBar, geometricLogE, hedgedLogE, logEFromLogP } from "./e-value.ts";
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
    const logOf = logDirichletMultinomial([0.2, 0.5, 0.3], 3);
    let sum = 0;
    const n = 5;
    for (let a = 0; a <= n; a++)
      for (let b = 0; a + b <= n; b++) {
        const counts = [a, b, n - a - b];
        const coefficient = logGamma(n + 1) - counts.reduce((s, c) => s + logGamma(c + 1), 0);
        sum += Math.exp(coefficient + logOf(counts));
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

  it("a hedge halves what is won and loses half of the stake at most", () => {
    fc.assert(
      fc.property(fc.double({ min: -400, max: 400, noNaN: true }), (log) => {
        const hedged = hedgedLogE(log);
        expect(hedged).toBeGreaterThanOrEqual(Math.log10(0.5) - 1e-12);
        expect(hedged).toBeCloseTo(averageLogE([log, 0]), 9);
        expect(hedged).toBeLessThanOrEqual(Math.max(log, 0) + 1e-12);
        expect(hedged).toBeGreaterThanOrEqual(Math.max(log, 0) + Math.log10(0.5) - 1e-12);
      }),
    );
    expect(hedgedLogE(0)).toBeCloseTo(0, 12);
    expect(hedgedLogE(Math.log10(3))).toBeCloseTo(Math.log10(2), 12);
  });

  it("a geometric mean is never above the mean", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 8 }), (logs) => {
        expect(geometricLogE(logs)).toBeLessThanOrEqual(averageLogE(logs) + 1e-9);
      }),
    );
    expect(geometricLogE([])).toBe(0);
    expect(geometricLogE([-1, 4])).toBeCloseTo(1.5, 12);
  });

  it("e-BH rejects those that its definition does", () => {
    // Whole numbers on the scale of the evidence, so that no tie hangs on a rounding error.
    const evidence = fc.array(fc.integer({ min: -20, max: 45 }), { maxLength: 40 });
    fc.assert(
      fc.property(evidence, fc.constantFrom(0.01, 0.05, 0.3), (tenths, rate) => {
        const logs = tenths.map((tenth) => tenth / 10 + 0.003);
        const bar = eBenjaminiHochbergBar(logs, rate);
        expect(logs.filter((log) => log >= bar)).toHaveLength(rejectedByDefinition(logs, rate));
      }),
      { numRuns: 500 },
    );
  });

  it("e-BH does not care about the order, and more evidence never takes a rejection back", () => {
    const evidence = fc.array(fc.double({ min: -2, max: 5, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(evidence, fc.nat(), fc.double({ min: 0, max: 3, noNaN: true }), (logs, at, more) => {
        const bar = eBenjaminiHochbergBar(logs, 0.01);
        expect(eBenjaminiHochbergBar(logs.toReversed(), 0.01)).toBe(bar);
        const raised = logs.with(at % logs.length, logs[at % logs.length]! + more);
        expect(eBenjaminiHochbergBar(raised, 0.01)).toBeLessThanOrEqual(bar + 1e-12);
      }),
    );
  });
});

/** Wang and Ramdas 2022, definition 1: the largest k such that k e-values are at least m / (rate * k). Returns k. */
function rejectedByDefinition(logs: readonly number[], rate: number): number {
  for (let k = logs.length; k > 0; k--)
    if (logs.filter((log) => 10 ** log >= logs.length / (rate * k)).length >= k) return k;
  return 0;
}
