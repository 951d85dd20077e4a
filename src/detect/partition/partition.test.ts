import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
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

  it("takes retries for what they are", () => {
    expect(judgePartition(groupCase({ ...honestGroup, sampled: 0.03 }, seededRandom(3))).logE).toBeLessThan(1);
  });
});
