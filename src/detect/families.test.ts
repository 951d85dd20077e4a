import { describe, expect, it } from "vitest";
import { seededRandom } from "../kit/random.ts";
import { judgeAll } from "./campaigns/verdict.ts";
import { learnNulls } from "./calibration/nulls.ts";
import type { Nulls } from "./calibration/nulls.ts";
import { judgeInfrastructure } from "./infrastructure/infrastructure.ts";
import { judgeIntent } from "./intent/intent.ts";
import { groupCase } from "./observation/observation.case.ts";
import type { GroupCase } from "./observation/observation.case.ts";
import type { Observation } from "./observation/observation.ts";
import { judgePartition } from "./partition/partition.ts";
import { judgeRegularity } from "./regularity/regularity.ts";
import { judgeTwins } from "./twins/twins.ts";

const honest: GroupCase = { accounts: 20, tasks: 40, likeness: 6, loadSpread: 1 };
const campaign: GroupCase = {
  accounts: 20,
  tasks: 60,
  likeness: 2000,
  loadSpread: 0.2,
  sampled: 0.6,
  intent: 0.9,
  ageDays: [10, 14],
};

function background(seed: number): { groups: Observation[]; nulls: Nulls } {
  const random = seededRandom(seed);
  const groups = Array.from({ length: 40 }, (_, i) => groupCase(honest, random.fork(`honest/${i}`)));
  return { groups, nulls: learnNulls(groups) };
}

const findings = (observation: Observation, nulls: Nulls) => [
  judgePartition(observation),
  judgeTwins(observation, nulls),
  judgeRegularity(observation, nulls),
  judgeInfrastructure(observation),
  judgeIntent(observation, []),
];

describe("the families", () => {
  const { groups, nulls } = background(1);

  it("all speak for accounts fed from one queue", () => {
    const group = groupCase(campaign, seededRandom(2));
    for (const family of ["partition", "twins", "regularity", "intent"] as const)
      expect(findings(group, nulls).find((finding) => finding.family === family)!.logE, family).toBeGreaterThan(2);
  });

  it("reach ten to one on an honest group in one of ten at most (Markov), far less in practice", () => {
    let loud = 0;
    let judged = 0;
    for (const group of groups) {
      for (const finding of findings(group, nulls)) {
        judged++;
        if (finding.logE >= 1) loud++;
      }
    }
    expect(loud / judged).toBeLessThan(0.02);
  });

  it("convict the campaign among honest groups, and nobody else", () => {
    const observations = [...groups, groupCase(campaign, seededRandom(3))];
    const learnt = learnNulls(observations);
    const verdicts = judgeAll(observations.map((observation) => ({ observation, findings: findings(observation, learnt) })), observations.length);
    expect(verdicts.map((verdict, i) => (verdict.convicted ? i : -1)).filter((i) => i >= 0)).toEqual([groups.length]);
  });

  it("keep their bound over many honest logs", () => {
    let convicted = 0;
    for (let seed = 0; seed < 25; seed++) {
      const world = background(100 + seed);
      convicted += judgeAll(world.groups.map((observation) => ({ observation, findings: findings(observation, world.nulls) })), world.groups.length)
        .filter((verdict) => verdict.coordinated).length;
    }
    expect(convicted).toBe(0);
  });
});

describe("twins", () => {
  const { nulls } = background(4);

  it("say nothing where there is little data", () => {
    const group = groupCase({ ...campaign, tasks: 2, loadSpread: 0 }, seededRandom(5));
    expect(judgeTwins(group, nulls).logE).toBeLessThan(1.5);
  });

  it("speak against customers who differ", () => {
    const group = groupCase({ ...honest, likeness: 1, tasks: 80 }, seededRandom(6));
    const finding = judgeTwins(group, nulls);
    expect(finding.logE).toBeLessThan(0);
    expect(finding.evidence.some((item) => item.against)).toBe(true);
  });
});

describe("partition", () => {
  it("takes a shared list of items as evidence against a queue, even if each is sampled", () => {
    const finding = judgePartition(groupCase({ ...campaign, collisions: 0.7 }, seededRandom(7)));
    expect(finding.logE).toBeLessThan(-1);
    expect(finding.evidence.find((item) => item.against)!.summary).toMatch(/benchmark/);
  });
});

describe("infrastructure", () => {
  const sharing = (accounts: number, holders: number) => ({
    kind: "payment" as const,
    token: "pm_1",
    members: Array.from({ length: accounts }, (_, i) => i),
    accounts: holders,
  });

  it("counts rare shared payments, and not public ones", () => {
    const rare = groupCase({ ...honest, tokens: [sharing(12, 13)] }, seededRandom(8));
    const public_ = groupCase({ ...honest, tokens: [sharing(12, 4000)] }, seededRandom(8));
    const none = groupCase(honest, seededRandom(8));
    // Kinds of tokens are averaged, so one kind among six is worth a sixth of itself.
    expect(judgeInfrastructure(rare).logE).toBeGreaterThan(2);
    expect(judgeInfrastructure(rare).evidence[0]!.summary).toContain("12 of 20 accounts share a payment method");
    expect(judgeInfrastructure(public_).logE).toBeLessThan(0);
    expect(judgeInfrastructure(none).logE).toBeLessThan(0);
  });

  it("is silent where the log carries no identifiers", () => {
    const group = groupCase(honest, seededRandom(9));
    const blind = { ...group, world: { ...group.world, holders: { ...group.world.holders, payment: 0, device: 0, phone: 0, signup_ip: 0, ip: 0 } } };
    expect(judgeInfrastructure(blind)).toEqual({ family: "infrastructure", logE: 0, evidence: [] });
  });
});

describe("verdicts", () => {
  const { groups, nulls } = background(10);
  const convict = (group: Observation) => {
    const observations = [...groups, group];
    return judgeAll(observations.map((observation) => ({ observation, findings: findings(observation, nulls) })), observations.length).at(-1)!;
  };

  it("call a resale relay coordinated and not extractive", () => {
    const verdict = convict(groupCase({ ...campaign, intent: 0.01, sampled: 0.01 }, seededRandom(11)));
    expect(verdict.coordinated).toBe(true);
    expect(verdict.verdicts.extractive).toBeLessThan(0.5);
    expect(verdict.convicted).toBe(false);
  });

  it("leave one customer alone who openly works under his own name", () => {
    const members = Array.from({ length: 20 }, (_, i) => i);
    const token = { kind: "organization" as const, token: "Harbour Ltd", members, accounts: 20 };
    const facts = { organization: "Harbour Ltd", verified: true, declaredUse: "synthetic-data" };
    const verdict = convict(groupCase({ ...campaign, facts, tokens: [token] }, seededRandom(12)));
    expect(verdict.verdicts.unauthorised).toBeLessThan(0.1);
    expect(verdict.convicted).toBe(false);
  });

  it("are not fooled by strangers who each declare their use", () => {
    const verdict = convict(groupCase({ ...campaign, facts: { verified: true, declaredUse: "synthetic-data" } }, seededRandom(13)));
    expect(verdict.convicted).toBe(true);
  });
});
