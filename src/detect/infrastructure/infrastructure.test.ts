import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { groupCase, honestGroup } from "../observation/observation.case.ts";
import type { Observation } from "../observation/observation.ts";
import { judgeInfrastructure, relatedLogE } from "./infrastructure.ts";

const payment = (members: number, accounts: number) => ({
  kind: "payment" as const,
  token: "pm_1",
  members: Array.from({ length: members }, (_, i) => i),
  accounts,
});

describe("infrastructure", () => {
  it("counts rare shared payments", () => {
    const finding = judgeInfrastructure(groupCase({ ...honestGroup, tokens: [payment(12, 13)] }, seededRandom(8)));
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.evidence[0]!.summary).toContain("12 of 20 accounts share a payment method");
  });

  it("is not impressed by what everybody shares, nor by sharing nothing", () => {
    expect(
      judgeInfrastructure(groupCase({ ...honestGroup, tokens: [payment(12, 4000)] }, seededRandom(8))).logE,
    ).toBeLessThan(0);
    expect(judgeInfrastructure(groupCase(honestGroup, seededRandom(8))).logE).toBeLessThan(0);
  });

  it("lets a household among strangers pass", () => {
    expect(
      judgeInfrastructure(groupCase({ ...honestGroup, tokens: [payment(2, 2)] }, seededRandom(8))).logE,
    ).toBeLessThan(1);
  });

  it("is not impressed by what the accounts of one customer share, under whatever number of names", () => {
    const group = groupCase({ ...honestGroup, tokens: [payment(12, 13)] }, seededRandom(8));
    const named = (name: (i: number) => string): Observation => ({
      ...group,
      members: group.members.map((member, i) => ({
        ...member,
        facts: member.facts && { ...member.facts, organization: name(i) },
      })),
    });
    expect(judgeInfrastructure(named(() => "Harbour Ltd")).logE).toBeLessThan(0);
    expect(relatedLogE(named(() => "Harbour Ltd"))).toBeGreaterThan(2);
    expect(judgeInfrastructure(named((i) => (i === 3 ? "Quay Press" : "Harbour Ltd"))).logE).toBeGreaterThan(2);
    const pairs = [0, 1, 2, 3, 4, 5].map((pair) => ({
      ...payment(2, 2),
      token: `pm_${pair}`,
      members: [2 * pair, 2 * pair + 1],
    }));
    const customers = named((i) => (i < 12 ? `Customer ${Math.floor(i / 2)}` : ""));
    expect(judgeInfrastructure({ ...customers, tokens: pairs }).logE).toBeLessThan(0);
    expect(judgeInfrastructure({ ...group, tokens: pairs }).logE).toBeGreaterThan(2);
  });

  it.each(["lead-traces", "lines"] as const)(
    "is silent of accounts that were chosen for what they share: %s",
    (source) => {
      const group = groupCase({ ...honestGroup, tokens: [payment(12, 13)] }, seededRandom(8));
      const chosen = { ...group.candidate, source };
      expect(judgeInfrastructure({ ...group, candidate: chosen })).toEqual({
        family: "infrastructure",
        logE: 0,
        evidence: [],
      });
    },
  );

  it("asks accounts that traces brought together for traces of the other kind", () => {
    const address = { ...payment(12, 13), kind: "ip" as const };
    const group = groupCase({ ...honestGroup, tokens: [payment(12, 13), address] }, seededRandom(8));
    const said = (source: "addresses" | "identifiers") =>
      judgeInfrastructure({ ...group, candidate: { ...group.candidate, source } }).evidence.map(
        ({ summary }) => summary,
      );
    expect(said("addresses")).toEqual([expect.stringContaining("share a payment method")]);
    expect(said("identifiers")).toEqual([expect.stringContaining("share an address")]);
  });

  it("is silent where the log carries no identifiers", () => {
    const group = groupCase(honestGroup, seededRandom(9));
    const holders = { ...group.world.holders, payment: 0, device: 0, phone: 0, signup_ip: 0, ip: 0 };
    expect(judgeInfrastructure({ ...group, world: { ...group.world, holders } })).toEqual({
      family: "infrastructure",
      logE: 0,
      evidence: [],
    });
  });
});
