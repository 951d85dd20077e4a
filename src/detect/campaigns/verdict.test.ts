import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import type { Nulls } from "../calibration/nulls.ts";
import { examineOne } from "../examine.ts";
import type { Examined } from "../examine.ts";
import { groupCase, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { Observation } from "../observation/observation.ts";
import type { Family } from "../../model/report.ts";
import { FAMILIES } from "../../model/report.ts";
import { barFor, barOf, falseCampaignRate, judge, ownBars, standingFamilyLogEMin, without } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

const judgeAll = (cases: readonly Examined[]): Verdict[] =>
  cases.map((examined) => judge(examined, barOf(cases, falseCampaignRate)));
const judged = (observation: Observation, nulls: Nulls) => examineOne(observation, nulls, []);
const judgedAll = (observations: readonly Observation[], nulls: Nulls) =>
  Promise.all(observations.map((observation) => judged(observation, nulls)));

const groups = honestGroups(10);
const nulls = await learnNulls(groups);

describe("verdicts", () => {
  const convict = async (group: Observation) => judgeAll(await judgedAll([...groups, group], nulls)).at(-1)!;

  it("convict the campaign among honest groups, and nobody else", async () => {
    const observations = [...groups, groupCase(queueGroup, seededRandom(3))];
    const learnt = await learnNulls(observations);
    const verdicts = judgeAll(await judgedAll(observations, learnt));
    expect(verdicts.flatMap((verdict, i) => (verdict.convicted ? i : []))).toEqual([groups.length]);
  });

  it("ask a little less of a family where the group stood before some left", async () => {
    const { observation, findings } = await convict(groupCase(queueGroup, seededRandom(3)));
    const strengths: Readonly<Partial<Record<Family, number>>> = { twins: 3, partition: 0.7, intent: 5 };
    const barely = { observation, findings: findings.map((one) => ({ ...one, logE: strengths[one.family] ?? 0 })) };
    expect(judge(barely, 2).convicted).toBe(false);
    const again = judge(barely, 2, standingFamilyLogEMin);
    expect(again.convicted).toBe(true);
    expect(without(again, "partition").convicted).toBe(false);
  });

  it("find no coordination in a thousand honest groups of 25 logs; a family is loud in one of fifty at most", async () => {
    let coordinated = 0;
    let findings = 0;
    let loud = 0;
    for (let seed = 0; seed < 25; seed++) {
      const world = honestGroups(100 + seed);
      const learnt = await learnNulls(world);
      const cases = await judgedAll(world, learnt);
      for (const finding of cases.flatMap((item) => item.findings)) {
        findings++;
        if (finding.logE >= 1) loud++;
      }
      coordinated += judgeAll(cases).filter((verdict) => verdict.coordinated).length;
    }
    expect(coordinated).toBe(0);
    expect(loud / findings).toBeLessThan(0.02);
  });

  it("leave open what accounts work for of which nothing is known but their traces, and convict nobody by these", async () => {
    const group = groupCase({ ...queueGroup, facts: { declaredUse: "" } }, seededRandom(3));
    const turns = group.order.map((_, i) => i % group.members.length);
    const random = seededRandom(4);
    let startedMs = 0;
    const spans = turns.map(() => {
      startedMs += 600_000 * random.exponential(1);
      return { startedMs, endedMs: startedMs + 60_000 };
    });
    const observation: Observation = {
      ...group,
      candidate: { ...group.candidate, source: "addresses" },
      members: group.members.map((member) => ({ ...member, singleTasks: 0, sampledTasks: 0 })),
      fillings: { items: 0, shared: 0, dealt: 0 },
      order: turns,
      spans,
      sequels: { after: 40, before: 2 },
    };
    const { findings } = await judged(observation, nulls);
    const said = Object.fromEntries(findings.map(({ family, logE }) => [family, logE]));
    expect(said).toMatchObject({ partition: 0, intent: 0 });
    expect(said["continuation"]).toBeGreaterThan(4);
    expect(said["regularity"]).toBeGreaterThan(4);
    expect(said["twins"]).toBeLessThanOrEqual(0);
    const verdict = judge({ observation, findings }, 4);
    expect([verdict.coordinated, verdict.convicted, verdict.verdicts.extractive]).toEqual([true, false, 0.49]);
    const alone = findings.filter(({ family }) => family !== "continuation");
    expect(judge({ observation, findings: alone }, 4).coordinated).toBe(false);
  });

  it("ask of accounts that traces brought together where there is text what was resumed, not whether they work alike, and convict nobody by it", async () => {
    const group = groupCase({ ...queueGroup, sampled: 0.5, facts: { declaredUse: "" } }, seededRandom(3));
    const members = group.members.map((member) => ({ ...member, refused: 3, resumed: 3 }));
    const alike: Observation = { ...group, members };
    const traced: Observation = {
      ...alike,
      candidate: { ...group.candidate, source: "addresses" },
      order: [],
      spans: [],
    };
    const saidOf = async (observation: Observation): Promise<Partial<Record<Family, number>>> =>
      Object.fromEntries((await judged(observation, nulls)).findings.map(({ family, logE }) => [family, logE]));
    const [of, ofTraced] = [await saidOf(alike), await saidOf(traced)];
    expect(Math.min(of.twins!, of.partition!, of.continuation!, of.intent!)).toBeGreaterThan(3);
    expect(ofTraced).toMatchObject({ continuation: of.continuation, intent: of.intent });
    expect(Math.max(ofTraced.twins!, ofTraced.partition!)).toBeLessThanOrEqual(0);
    const { findings } = await judged(traced, nulls);
    expect(judge({ observation: traced, findings }, 4).verdicts.extractive).toBe(0.49);
  });

  it("want of a group that words tell that most of its members do the work, before they say what it is for", async () => {
    const group = groupCase(queueGroup, seededRandom(3));
    const members = (tasks: number): Observation => ({
      ...group,
      candidate: { ...group.candidate, source: "habits" },
      members: group.members.map((member, i) => ({ ...member, harvestTasks: [i === 0 ? 99 : tasks, 0] })),
    });
    const { findings } = await judged(group, nulls);
    expect(judge({ observation: members(5), findings }, 4).convicted).toBe(true);
    const verdict = judge({ observation: members(4), findings }, 4);
    expect([verdict.coordinated, verdict.convicted]).toEqual([true, false]);
    expect(verdict.verdicts.extractive).toBeLessThan(0.5);
  });

  it("want of users of the same lines that most of them do the work, and alike, whatever else speaks for them", async () => {
    const group = groupCase(queueGroup, seededRandom(3));
    const users = (tasks: number): Observation => ({
      ...group,
      candidate: { ...group.candidate, source: "lines" },
      members: group.members.map((member) => ({ ...member, harvestTasks: [tasks, 0] })),
    });
    const { findings } = await judged(group, nulls);
    expect(judge({ observation: users(6), findings }, 4).convicted).toBe(true);
    expect(judge({ observation: users(5), findings }, 4).convicted).toBe(false);
    // A scheduler's rotation ties some of them; whose work differs may be anybody.
    const apart = findings.map((finding) => (finding.family === "twins" ? { ...finding, logE: 0.9 } : finding));
    expect(judge({ observation: users(6), findings: apart }, 4).convicted).toBe(false);
    // Most of them, where most resume each other's requests.
    const resuming = (tied: number, tasks: number): Observation => {
      const { members, ...rest } = users(tasks);
      return { ...rest, members: members.map((member, i) => ({ ...member, ties: i < tied ? [(i + 1) % tied] : [] })) };
    };
    const half = group.members.length / 2;
    expect(judge({ observation: resuming(half, 6), findings: apart }, 4).convicted).toBe(true);
    expect(judge({ observation: resuming(half - 1, 6), findings: apart }, 4).convicted).toBe(false);
    expect(judge({ observation: resuming(half, 5), findings: apart }, 4).convicted).toBe(false);
    expect(judge({ observation: group, findings: apart }, 4).convicted).toBe(true);
  });

  it("take a sure rotation for work from one queue only where rare traces tie the accounts besides", async () => {
    const { observation, findings } = await judged(groupCase(queueGroup, seededRandom(3)), nulls);
    const found = (infrastructure: number, rotationLogE: number) =>
      judge(
        {
          observation,
          findings: findings.map((finding) => {
            if (finding.family === "infrastructure") return { ...finding, logE: infrastructure };
            if (finding.family === "regularity") return { ...finding, logE: 5.4, rotationLogE };
            return finding.family === "intent" ? finding : { ...finding, logE: 0.5 };
          }),
        },
        4,
      );
    expect(found(2, 6).convicted).toBe(true);
    expect(found(2, 4.9).coordinated).toBe(false);
    expect(found(0.9, 6).coordinated).toBe(false);
  });

  it("call a resale relay coordinated and not extractive", async () => {
    const verdict = await convict(groupCase({ ...queueGroup, intent: 0.01, sampled: 0.01 }, seededRandom(11)));
    expect(verdict.coordinated).toBe(true);
    expect(verdict.verdicts.extractive).toBeLessThan(0.5);
    expect(verdict.convicted).toBe(false);
  });

  it("leave one customer alone who openly works under his own name", async () => {
    const members = Array.from({ length: 20 }, (_, i) => i);
    const token = { kind: "organization" as const, token: "Harbour Ltd", members, accounts: 20 };
    const facts = { organization: "Harbour Ltd", verified: true, declaredUse: "synthetic-data" };
    const verdict = await convict(groupCase({ ...queueGroup, facts, tokens: [token] }, seededRandom(12)));
    expect(verdict.verdicts.unauthorised).toBeLessThan(0.1);
    expect(verdict.convicted).toBe(false);
  });

  it("are not fooled by strangers who each declare their use", async () => {
    const facts = { verified: true, declaredUse: "synthetic-data" };
    expect((await convict(groupCase({ ...queueGroup, facts }, seededRandom(13)))).convicted).toBe(true);
  });

  it("fall where only one family is left", async () => {
    const verdict = await convict(
      groupCase({ ...queueGroup, likeness: 6, loadSpread: 1, ageDays: [30, 900] }, seededRandom(14)),
    );
    expect(verdict.coordinated).toBe(false);
    const strong = await convict(groupCase(queueGroup, seededRandom(15)));
    expect(without(strong, "twins").confidence).toBeLessThanOrEqual(strong.confidence);
    expect(without(strong, "intent").convicted).toBe(false);
  });
});

describe("families", () => {
  /** Strangers with nothing declared, of whom the families say what a test wants. */
  const observation = groupCase(queueGroup, seededRandom(21));
  const said = (logs: Partial<Record<Family, number>>) => ({
    observation,
    findings: FAMILIES.map((family) => ({ family, logE: logs[family] ?? 0, evidence: [] })),
  });
  const convicts = (logs: Partial<Record<Family, number>>, bar = 3): boolean => judge(said(logs), bar).convicted;

  it("convict in pairs, one of which is about the work", () => {
    expect(convicts({ twins: 2, infrastructure: 2, intent: 4 })).toBe(true);
    expect(convicts({ partition: 2, regularity: 2, intent: 4 })).toBe(true);
    expect(convicts({ regularity: 5, infrastructure: 5, intent: 4 })).toBe(false);
    expect(convicts({ twins: 3.5, infrastructure: 0.9, intent: 1 })).toBe(false);
  });

  it.each(["twins", "continuation"] as const)("%s alone and intent convict from ten thousand to one on", (family) => {
    expect(convicts({ [family]: 4.1, intent: 2.5 })).toBe(true);
    expect(convicts({ [family]: 3.9, intent: 2.5 })).toBe(false);
    expect(convicts({ [family]: 4.1, intent: 1.9 })).toBe(false);
    expect(convicts({ [family]: 4.1, intent: 2.5 }, 4.5)).toBe(false);
    // What other families add short of speaking by themselves counts for that.
    expect(convicts({ [family]: 3.2, regularity: 0.9, intent: 2.5 })).toBe(true);
    expect(convicts({ [family]: 3.2, regularity: 0.7, intent: 2.5 })).toBe(false);
    expect(convicts({ [family]: 0.9, regularity: 3.2, intent: 2.5 })).toBe(false);
  });

  it("never ask intent, for their likeness, for what users of one program show as well", () => {
    const families = said({ twins: 5, intent: 5 });
    const shown = (independentLogE: number) =>
      families.findings.map((finding) => (finding.family === "intent" ? { ...finding, independentLogE } : finding));
    expect(judge({ ...families, findings: shown(5) }, 3).convicted).toBe(true);
    expect(judge({ ...families, findings: shown(0) }, 3).convicted).toBe(false);
  });

  it("ask for six accounts where intent is the second family: a public pipeline has a few users", () => {
    const few = said({ twins: 5, intent: 5 });
    const of = (accounts: number) => ({ ...few.observation, members: few.observation.members.slice(0, accounts) });
    expect(judge({ ...few, observation: of(6) }, 3).convicted).toBe(true);
    expect(judge({ ...few, observation: of(5) }, 3).convicted).toBe(false);
  });

  it("leave firms of one trade alone, which are alike in the open, and not a campaign under invented names", () => {
    const alike = said({ twins: 5, regularity: 5, intent: 6 });
    const named = (firms: number, verified: boolean | null = true) => ({
      ...alike.observation,
      members: alike.observation.members.map((member, i) => ({
        ...member,
        facts: member.facts && { ...member.facts, organization: i < firms ? `Firm ${i}` : "", verified },
      })),
    });
    const { length } = alike.observation.members;
    expect(judge({ ...alike, observation: named(length) }, 3).convicted).toBe(false);
    expect(judge({ ...alike, observation: named(length / 2 - 1) }, 3).convicted).toBe(true);
    expect(judge({ ...alike, observation: named(length, false) }, 3).convicted).toBe(true);
    for (const family of ["continuation", "partition", "infrastructure"] as const)
      expect(judge({ ...said({ twins: 5, [family]: 2, intent: 6 }), observation: named(length) }, 3).convicted).toBe(
        true,
      );
  });

  it("leave accounts alone of whose names nobody knows and which are alike, unless they keep a queue's rhythm", () => {
    const alike = (regularity: number) => said({ twins: 5, regularity, intent: 6 });
    const unknown = { ...observation, members: observation.members.map((member) => ({ ...member, facts: null })) };
    const { world } = observation;
    const unnamed = { ...observation, world: { ...world, holders: { ...world.holders, organization: 99 } } };
    for (const group of [unknown, unnamed]) {
      expect(judge({ ...alike(2.9), observation: group }, 3).convicted).toBe(false);
      expect(judge({ ...alike(3), observation: group }, 3).convicted).toBe(true);
    }
    expect(judge(alike(2.9), 3).convicted).toBe(true);
  });

  it.each(["partition", "regularity", "infrastructure"] as const)("%s alone and intent never do", (family) => {
    expect(convicts({ [family]: 6, intent: 6 })).toBe(false);
  });

  it("never convict accounts that ask each other's items", () => {
    const all = { continuation: 6, twins: 6, regularity: 6, infrastructure: 6, intent: 6 };
    expect(convicts({ ...all, partition: -0.9 })).toBe(true);
    expect(convicts({ ...all, partition: -1 })).toBe(false);
    expect(judge(said({ ...all, partition: -6 }), 3).verdicts.coordinated).toBeLessThan(0.5);
  });

  it("do without intent where it is about one hand, and never where it is about a harvest", () => {
    const verdict = judge(said({ twins: 3, infrastructure: 3, intent: -2 }), 3);
    expect(verdict.logE).toBeCloseTo(6, 12);
    expect(verdict.coordinated).toBe(true);
    expect(verdict.convicted).toBe(false);
    expect(judge(said({ twins: 1, infrastructure: 1, intent: 6 }), 3).coordinated).toBe(false);
  });

  it("set the bar by their product without intent, and the higher the more groups were looked at", () => {
    const quiet = said({ intent: 6 });
    const loud = said({ twins: 3, infrastructure: 3, intent: -6 });
    expect(barOf([], falseCampaignRate)).toBeCloseTo(2, 12);
    expect(barOf([quiet], falseCampaignRate)).toBeCloseTo(2, 12);
    expect(
      barOf(
        Array.from({ length: 100 }, () => quiet),
        falseCampaignRate,
      ),
    ).toBeCloseTo(4, 12);
    expect(barOf([loud, ...Array.from({ length: 99 }, () => quiet)], falseCampaignRate)).toBeCloseTo(4, 12);
    const many = [...Array.from({ length: 10 }, () => loud), ...Array.from({ length: 90 }, () => quiet)];
    expect(barOf(many, falseCampaignRate)).toBeCloseTo(3, 12);
  });
});

describe("the bar", () => {
  const bars = { own: 4, lines: 7, traces: 5, bySource: new Map([["a", 2]]) };
  const leads = [{ id: "indicator--1", source: "a" }];

  it.each([
    ["users of the same lines", "lines", 0.002],
    ["accounts that traces brought together", "addresses", 0.008],
  ] as const)(
    "of %s is their own, and lowers nobody's: a campaign may stand in many such groups",
    async (_, source, rate) => {
      const seven = honestGroups(7);
      const cases = await judgedAll([...seven, groupCase(queueGroup, seededRandom(3))], await learnNulls(seven));
      const found = cases.at(-1)!;
      const users = {
        ...found,
        observation: { ...found.observation, candidate: { ...found.observation.candidate, source } },
      };
      const alone = ownBars(cases, 0.01);
      const among = ownBars([...cases, ...Array.from({ length: 30 }, () => users)], 0.01);
      expect(among.own).toBe(alone.own);
      expect(barFor(among, users.observation.candidate)).toBeCloseTo(Math.log10(1 / rate), 9);
      expect(alone.own).toBeCloseTo(Math.log10(41 / 0.008), 9);
    },
  );

  it("is the log's own for its own groups, leads or not, and the member's for those that only leads drew attention to", () => {
    expect(barFor(bars, { id: 0, source: "habits", accounts: [], leads })).toBe(4);
    expect(barFor(bars, { id: 0, source: "lead-lines", accounts: [], leads })).toBe(2);
    expect(barFor(bars, { id: 0, source: "lead-traces", accounts: [], leads })).toBe(2);
    expect(() => barFor(bars, { id: 0, source: "lead-lines", accounts: [] })).toThrow("invariant");
  });
});
