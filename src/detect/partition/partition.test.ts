import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { betaBinomialLogRatio } from "../../math/special.ts";
import { groupCase, honestGroup, queueGroup } from "../observation/observation.case.ts";
import { judgePartition } from "./partition.ts";

describe("partition", () => {
  it("speaks for items that are sampled on one account", () => {
    const finding = judgePartition(groupCase(queueGroup, seededRandom(1)));
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.evidence[0]!.summary).toMatch(/^20 of 20 accounts ask the same prompt several times/);
  });

  it("does not hold a queue without repeated samples against itself", () => {
    const finding = judgePartition(groupCase({ ...queueGroup, sampled: 0 }, seededRandom(2)));
    expect(Math.abs(finding.logE)).toBeLessThan(1);
  });

  it("takes a shared list of items as evidence against a queue, even if each is sampled", () => {
    const finding = judgePartition(groupCase({ ...queueGroup, collisions: 0.7 }, seededRandom(7)));
    expect(finding.logE).toBeLessThan(-1);
    expect(finding.evidence.find((item) => item.against)!.summary).toMatch(/benchmark/);
  });

  it("does not take samples that a queue deals to several accounts for a list in common", () => {
    const group = groupCase({ ...queueGroup, collisions: 0.7 }, seededRandom(7));
    const { items, shared } = group.fillings;
    expect(judgePartition({ ...group, fillings: { items, shared, dealt: shared } }).logE).toBeGreaterThan(-1);
  });

  it("takes retries for what they are", () => {
    expect(judgePartition(groupCase({ ...honestGroup, sampled: 0.03 }, seededRandom(3))).logE).toBeLessThan(1);
  });

  it.each([1, 2, 5, 30, 200])(
    "keeps its word as an e-value over %i tasks, whether one samples by trade or not",
    (trials) => {
      const { members, ...group } = groupCase(honestGroup, seededRandom(3));
      const unshared = { ...group, fillings: { items: 0, shared: 0, dealt: 0 } };
      const uniform = { alpha: 1, beta: 1 };
      const expected = Array.from({ length: trials + 1 }, (_, sampledTasks) => {
        const byHabit = betaBinomialLogRatio(sampledTasks, trials, { alpha: 0.08, beta: 3.92 }, uniform);
        const byTrade = betaBinomialLogRatio(sampledTasks, trials, { alpha: 2, beta: 2 }, uniform);
        const one = { ...members[0]!, singleTasks: trials, sampledTasks };
        const { logE } = judgePartition({ ...unshared, members: [one] });
        return ((Math.exp(byHabit) + Math.exp(byTrade)) / 2 / (trials + 1)) * 10 ** logE;
      }).reduce((a, b) => a + b, 0);
      expect(expected).toBeLessThanOrEqual(1 + 1e-9);
    },
  );
});
