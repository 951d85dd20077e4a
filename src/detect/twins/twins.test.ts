import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import { groupCase, honestGroup, honestGroups, queueGroup } from "../observation/observation.case.ts";
import { judgeTwins } from "./twins.ts";

describe("twins", () => {
  const nulls = learnNulls(honestGroups(4));

  it("speak for accounts that are samples of one source", () => {
    const finding = judgeTwins(groupCase(queueGroup, seededRandom(1)), nulls);
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.evidence[0]).toMatchObject({ signal: "twins", accounts: 20, against: false });
  });

  it("say nothing where there is little data", () => {
    expect(judgeTwins(groupCase({ ...queueGroup, tasks: 2, loadSpread: 0 }, seededRandom(5)), nulls).logE).toBeLessThan(
      1.5,
    );
  });

  it("speak against customers who differ", () => {
    const finding = judgeTwins(groupCase({ ...honestGroup, likeness: 1, tasks: 80 }, seededRandom(6)), nulls);
    expect(finding.logE).toBeLessThan(0);
    expect(finding.evidence.some((item) => item.against)).toBe(true);
  });

  it("can tell nothing of a feature that the log does not carry", () => {
    const group = groupCase(queueGroup, seededRandom(7));
    const blank = { columns: 1, halves: [group.members.map(() => [0]), group.members.map(() => [0])] } as const;
    const features = {
      stream: blank,
      topic: blank,
      params: blank,
      model: blank,
      output: blank,
      hour: blank,
      intent: blank,
    };
    expect(judgeTwins({ ...group, features }, nulls)).toEqual({ family: "twins", logE: 0, evidence: [] });
  });
});
