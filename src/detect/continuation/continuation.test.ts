import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { betaBinomialLogRatio } from "../../math/special.ts";
import type { Beta } from "../../math/special.ts";
import { groupCase, queueGroup } from "../observation/observation.case.ts";
import { judgeContinuation } from "./continuation.ts";

const refusing = (refused: number, resumed: number) => {
  const group = groupCase(queueGroup, seededRandom(1));
  return { ...group, members: group.members.map((member) => ({ ...member, refused, resumed })) };
};

describe("continuation", () => {
  it("speaks for refused requests that come again on another account", () => {
    const finding = judgeContinuation(refusing(3, 2));
    expect(finding.logE).toBeGreaterThan(3);
    expect(finding.evidence[0]!.summary).toMatch(/^40 of 60 refused requests came again/);
  });

  it("says nothing where requests are retried where they were refused", () => {
    expect(judgeContinuation(refusing(3, 0))).toMatchObject({ evidence: [] });
    expect(judgeContinuation(refusing(3, 0)).logE).toBeLessThan(0);
  });

  it("is not impressed where everybody asks the same items", () => {
    const group = refusing(3, 2);
    expect(judgeContinuation({ ...group, fillings: { items: 100, shared: 70, dealt: 0 } }).logE).toBeLessThan(1);
  });

  it("is silent where nothing was refused", () => {
    expect(judgeContinuation(refusing(0, 0))).toEqual({ family: "continuation", logE: 0, evidence: [] });
  });

  it("is told without text by what comes next to refused requests", () => {
    const group = groupCase(queueGroup, seededRandom(2));
    const logE = (after: number, before: number): number =>
      judgeContinuation({ ...group, sequels: { after, before } }).logE;
    expect(logE(20, 1)).toBeGreaterThan(3);
    expect(logE(3, 0)).toBeLessThan(1);
    expect(logE(60, 45)).toBeLessThan(0.3);
    expect(logE(2, 40)).toBeLessThan(0);
  });

  it("is told by items in other words after a refusal, never by such from before it", () => {
    const group = groupCase(queueGroup, seededRandom(2));
    const after = { after: 30, before: 2 };
    const before = { after: 5, before: 60 };
    expect(judgeContinuation({ ...group, handovers: { prompt: after, late: after } }).logE).toBeGreaterThan(3);
    expect(judgeContinuation({ ...group, handovers: { prompt: before, late: before } }).logE).toBeLessThan(0.3);
  });

  /** The e-value's mean where each count from none to all has the chance of a beta-binomial. */
  const expected = (trials: number, chance: Beta, logEOf: (hits: number) => number): number =>
    Array.from({ length: trials + 1 }, (_, hits) => {
      const uniform = betaBinomialLogRatio(hits, trials, chance, { alpha: 1, beta: 1 });
      return (Math.exp(uniform) / (trials + 1)) * 10 ** logEOf(hits);
    }).reduce((a, b) => a + b, 0);

  it.each([1, 2, 3, 8, 40, 200])("keeps its word as an e-value over %i refusals", (trials) => {
    const group = groupCase(queueGroup, seededRandom(2));
    const byTime = expected(trials, { alpha: 200, beta: 200 }, (after) => {
      const sides = { after, before: trials - after };
      return judgeContinuation({ ...group, spans: [], sequels: sides }).logE;
    });
    expect(byTime).toBeLessThanOrEqual(1 + 1e-9);
    const alone = { ...group, fillings: { items: 100, shared: 2, dealt: 0 } };
    const verbatim = expected(trials, { alpha: 0.08, beta: 3.92 }, (resumed) => {
      const [first, ...others] = group.members;
      return judgeContinuation({ ...alone, members: [{ ...first!, refused: trials, resumed }, ...others] }).logE;
    });
    expect(verbatim).toBeLessThanOrEqual(1 + 1e-9);
  });
});
