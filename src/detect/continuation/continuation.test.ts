import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
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
    expect(judgeContinuation({ ...group, fillings: { items: 100, shared: 70 } }).logE).toBeLessThan(1);
  });

  it("is silent where nothing was refused", () => {
    expect(judgeContinuation(refusing(0, 0))).toEqual({ family: "continuation", logE: 0, evidence: [] });
  });

  it("is told without text by what comes next to refused requests", () => {
    const group = groupCase(queueGroup, seededRandom(2));
    const logE = (after: number, before: number): number =>
      judgeContinuation({ ...group, visits: { spans: [], sequels: { after, before } } }).logE;
    expect(logE(20, 1)).toBeGreaterThan(3);
    expect(logE(3, 0)).toBeLessThan(1);
    expect(logE(60, 45)).toBeLessThan(0.3);
    expect(logE(2, 40)).toBe(0);
  });

  it("is told by items in other words after a refusal, never by such from before it", () => {
    const group = groupCase(queueGroup, seededRandom(2));
    const after = { after: 30, before: 2 };
    const before = { after: 5, before: 60 };
    expect(judgeContinuation({ ...group, handovers: { prompt: after, late: after } }).logE).toBeGreaterThan(3);
    expect(judgeContinuation({ ...group, handovers: { prompt: before, late: before } }).logE).toBeLessThan(0.3);
  });
});
