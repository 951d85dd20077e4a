import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import type { Nulls } from "../calibration/nulls.ts";
import { examineOne } from "../examine.ts";
import type { Examined } from "../examine.ts";
import { groupCase, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { Observation } from "../observation/observation.ts";
import { barOf, judge, without } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

const judgeAll = (cases: readonly Examined[]): Verdict[] => cases.map((examined) => judge(examined, barOf(cases)));
const judged = (observation: Observation, nulls: Nulls) => examineOne(observation, nulls, []);

describe("verdicts", () => {
  const groups = honestGroups(10);
  const nulls = learnNulls(groups);
  const convict = (group: Observation) =>
    judgeAll([...groups, group].map((observation) => judged(observation, nulls))).at(-1)!;

  it("convict the campaign among honest groups, and nobody else", () => {
    const observations = [...groups, groupCase(queueGroup, seededRandom(3))];
    const learnt = learnNulls(observations);
    const verdicts = judgeAll(observations.map((observation) => judged(observation, learnt)));
    expect(verdicts.flatMap((verdict, i) => (verdict.convicted ? i : []))).toEqual([groups.length]);
  });

  it("find no coordination in a thousand honest groups of 25 logs; a family is loud in one of fifty at most", () => {
    let coordinated = 0;
    let findings = 0;
    let loud = 0;
    for (let seed = 0; seed < 25; seed++) {
      const world = honestGroups(100 + seed);
      const learnt = learnNulls(world);
      const cases = world.map((observation) => judged(observation, learnt));
      for (const finding of cases.flatMap((item) => item.findings)) {
        findings++;
        if (finding.logE >= 1) loud++;
      }
      coordinated += judgeAll(cases).filter((verdict) => verdict.coordinated).length;
    }
    expect(coordinated).toBe(0);
    expect(loud / findings).toBeLessThan(0.02);
  });

  it("call a resale relay coordinated and not extractive", () => {
    const verdict = convict(groupCase({ ...queueGroup, intent: 0.01, sampled: 0.01 }, seededRandom(11)));
    expect(verdict.coordinated).toBe(true);
    expect(verdict.verdicts.extractive).toBeLessThan(0.5);
    expect(verdict.convicted).toBe(false);
  });

  it("leave one customer alone who openly works under his own name", () => {
    const members = Array.from({ length: 20 }, (_, i) => i);
    const token = { kind: "organization" as const, token: "Harbour Ltd", members, accounts: 20 };
    const facts = { organization: "Harbour Ltd", verified: true, declaredUse: "synthetic-data" };
    const verdict = convict(groupCase({ ...queueGroup, facts, tokens: [token] }, seededRandom(12)));
    expect(verdict.verdicts.unauthorised).toBeLessThan(0.1);
    expect(verdict.convicted).toBe(false);
  });

  it("are not fooled by strangers who each declare their use", () => {
    expect(
      convict(groupCase({ ...queueGroup, facts: { verified: true, declaredUse: "synthetic-data" } }, seededRandom(13)))
        .convicted,
    ).toBe(true);
  });

  it("fall where only one family is left", () => {
    const verdict = convict(
      groupCase({ ...queueGroup, likeness: 6, loadSpread: 1, ageDays: [30, 900] }, seededRandom(14)),
    );
    expect(verdict.coordinated).toBe(false);
    const bar = barOf(groups.map((observation) => judged(observation, nulls)));
    const strong = convict(groupCase(queueGroup, seededRandom(15)));
    expect(without(strong, "twins", bar).confidence).toBeLessThanOrEqual(strong.confidence);
    expect(without(strong, "intent", bar).convicted).toBe(false);
  });
});
