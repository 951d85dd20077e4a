import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import { groupCase, honestGroup, honestGroups, queueGroup } from "../observation/observation.case.ts";
import { judgeRegularity } from "./regularity.ts";

const nulls = await learnNulls(honestGroups(14));

describe("regularity", () => {
  it("speaks for near-equal loads, one daily curve and a common start", () => {
    const finding = judgeRegularity(groupCase(queueGroup, seededRandom(1)), nulls);
    expect(finding.logE).toBeGreaterThan(2);
    const told = finding.evidence.map((item) => item.summary).join("\n");
    expect(told).toMatch(/near-equal loads/);
    expect(told).toMatch(/created close together/);
  });

  it("speaks against loads that differ as customers' do", () => {
    const finding = judgeRegularity(groupCase({ ...honestGroup, loadSpread: 1.6 }, seededRandom(2)), nulls);
    expect(finding.logE).toBeLessThan(0);
  });

  it.each([
    ["flat hours, as of machines that run around the clock", () => 10, false],
    ["the same eight hours", (hour: number) => (hour >= 9 && hour < 17 ? 30 : 0), true],
  ] as const)("takes %s for what they are", (_hours, tasksAt, isCurve) => {
    const group = groupCase(queueGroup, seededRandom(4));
    const hours = Array.from({ length: 24 }, (_item, hour) => tasksAt(hour));
    const rows = group.members.map(() => hours);
    const alike = { ...group, features: { ...group.features, hour: { columns: 24, halves: [rows, rows] as const } } };
    const told = judgeRegularity(alike, nulls).evidence.some(({ summary }) => summary.includes("one daily curve"));
    expect(told).toBe(isCurve);
  });

  it.each([
    ["at the same time", () => [0, 0, 4, 20, 20], true],
    [
      "each at a time of its own",
      (member: number) => [0, 1, 2, 3, 4].map((age) => (age === member % 5 ? 40 : 0)),
      false,
    ],
  ] as const)("looks whether accounts turned to a new model %s", (_when, tasksOf, isPivot) => {
    const group = groupCase(queueGroup, seededRandom(6));
    const rows = group.members.map((_member, position) => tasksOf(position));
    const turned = {
      ...group,
      features: { ...group.features, release: { columns: 5, halves: [rows, rows] as const } },
    };
    const told = judgeRegularity(turned, nulls).evidence.filter(({ summary }) => summary.includes("newly released"));
    expect(told.map(({ against }) => against)).toEqual([!isPivot]);
  });

  it("does without accounts' facts", () => {
    const group = groupCase(queueGroup, seededRandom(3));
    const blind = { ...group, members: group.members.map((member) => ({ ...member, facts: null })) };
    const finding = judgeRegularity(blind, nulls);
    expect(finding.logE).toBeGreaterThan(1);
    expect(finding.evidence.map((item) => item.summary).join()).not.toMatch(/created/);
  });
});
