import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import { groupCase, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { Member, Observation } from "../observation/observation.ts";
import { judgeIntent } from "./intent.ts";
import { unattendedLogE } from "./unattended.ts";

const nulls = await learnNulls(honestGroups(24));
const intents = [{ id: "translation", title: "Translates", capability: "translation", ordinary: true }];

/** A queue of one template, of which nothing else is known. */
const wordless = groupCase({ ...queueGroup, intent: 0, sampled: 0, unattended: 1 }, seededRandom(1));
const group: Observation = {
  ...wordless,
  features: { ...wordless.features, stream: { columns: 0, halves: [[], []] } },
};

const changed = (of: (member: Member) => Partial<Member>): Observation => ({
  ...group,
  members: group.members.map((member) => ({ ...member, ...of(member) })),
});
const unattended = (observation: Observation): number => unattendedLogE(observation, intents, nulls);

describe("unattended work", () => {
  it("is told of strangers with one template whom nobody ever answers back", () => {
    expect(unattended(group)).toBeGreaterThan(4);
    const finding = judgeIntent(group, intents, nulls);
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.evidence[0]!.summary).toMatch(/nobody ever answers back/);
  });

  it("is no second family beside likeness, since users of one plugin are alike in it, too", () => {
    expect(judgeIntent(group, intents, nulls).independentLogE).toBeLessThan(0);
  });

  it("adds two to one at most for each account, since half of all customers are programs", () => {
    expect(unattended(group)).toBeLessThanOrEqual(group.members.length * Math.log10(2));
    expect(unattended({ ...group, members: group.members.slice(0, 4) })).toBeLessThan(4 * Math.log10(2));
  });

  it.each<[string, (member: Member) => Partial<Member>]>([
    ["people answer back in one task of ten", ({ tasks }) => ({ unattendedTasks: Math.round(0.9 * tasks) })],
    ["answers are short", () => ({ outputTokens: 180 })],
    ["answers are short but for a few members'", ({ index }) => ({ outputTokens: index < 4 ? 2_000 : 180 })],
    ["lengths are unknown", () => ({ outputTokens: null })],
    ["the lengths of few members' answers are known", ({ index }) => ({ outputTokens: index === 0 ? 400 : null })],
    ["people ask again for what did not please them", ({ tasks }) => ({ sampledTasks: Math.round(0.1 * tasks) })],
    ["hardly a task was looked through", () => ({ lookedTasks: 0 })],
    ["products ask for the same", ({ tasks }) => ({ intents: [tasks] })],
    ["it is a small part of what they do", ({ tasks }) => ({ tasks: 4 * tasks })],
    ["nobody knows who they claim to be", () => ({ facts: null })],
  ])("is not told where %s", (_, of) => expect(unattended(changed(of))).toBe(0));

  it("is told of prompts that are each sampled several times on purpose", () =>
    expect(unattended(changed(({ tasks }) => ({ sampledTasks: tasks })))).toBeGreaterThan(4));

  it("is not told of accounts that ask each other's items", () => {
    const { items } = group.fillings;
    expect(unattended({ ...group, fillings: { items, shared: Math.ceil(0.11 * items), dealt: 0 } })).toBe(0);
    expect(unattended({ ...group, fillings: { items, shared: items, dealt: items } })).toBeGreaterThan(1);
  });

  it("is not told where other requests are sent on as well: a pool serves customers", () => {
    const sending = (
      besides: number,
      { shared = 12, source = "templates" }: { shared?: number; source?: "templates" | "habits" } = {},
    ) =>
      unattended({
        ...group,
        candidate: { ...group.candidate, source },
        handedOver: { shared, besides },
      });
    for (const few of [sending(0), sending(2, { shared: 0 }), sending(3, { shared: 13 })])
      expect(few).toBeGreaterThan(4);
    expect(sending(3)).toBe(0);
    // What is told by its words is not all that is of it.
    expect(sending(12, { source: "habits" })).toBeGreaterThan(4);
  });

  it("is not told where what they do besides is out of one pot", () => {
    const topics = (usesOf: (member: number, bin: number) => number): Observation["besides"] => {
      const half = group.members.map((_, member) => Array.from({ length: 64 }, (_unused, bin) => usesOf(member, bin)));
      return { columns: 64, halves: [half, half] };
    };
    const [pot, own] = [topics(() => 5), topics((member, bin) => (bin % group.members.length === member ? 50 : 0))];
    expect(unattended({ ...group, besides: pot })).toBe(0);
    expect(unattended({ ...group, besides: own })).toBeGreaterThan(4);
  });

  it("is not told of a group that others' words drew attention to, who may be lying", () => {
    const candidate = { ...group.candidate, leads: [{ id: "indicator--1", source: "liar" }] };
    expect(unattended({ ...group, candidate })).toBe(0);
  });

  it("is not told in a log in which nobody ever answers back: it holds last messages only", () =>
    expect(unattended({ ...group, world: { ...group.world, answeredBack: 0 } })).toBe(0));

  it("is told of episodes of many short steps, which bring in as much", () => {
    const steps = ({ tasks }: Member): Partial<Member> => ({ outputTokens: 120, harvestExchanges: 4 * tasks });
    expect(unattended(changed(steps))).toBeGreaterThan(4);
  });

  it("is not told of accounts each of which has subjects of its own, or answers of its own length", () => {
    const own = groupCase({ ...queueGroup, intent: 0, sampled: 0, unattended: 1, likeness: 2 }, seededRandom(2));
    for (const kind of ["topic", "output"] as const)
      expect(unattended({ ...group, features: { ...group.features, [kind]: own.features[kind] } })).toBe(0);
  });

  it("is told of work that is known by its shape, where it is about half of what they do", () => {
    const shaped = (observation: Observation): Observation => ({
      ...observation,
      candidate: { ...observation.candidate, source: "habits" },
    });
    const among = (factor: number) => changed(({ tasks }) => ({ tasks: factor * tasks }));
    expect(unattended(shaped(among(1.5)))).toBeGreaterThan(4);
    expect(unattended(among(2.5))).toBeGreaterThan(4);
    expect(unattended(shaped(among(2.5)))).toBe(0);
  });

  it("is not told where a customer openly has several of the accounts: his users may be behind them", () => {
    const named = (members: readonly number[]) =>
      unattended({ ...group, tokens: [{ kind: "organization", token: "Cobalt", members, accounts: members.length }] });
    expect(named([0, 1, 2])).toBeGreaterThan(4);
    expect(named([0, 1, 2, 3, 4, 5])).toBe(0);
  });

  it("is not told of accounts that traces have brought together", () =>
    expect(unattended({ ...group, candidate: { ...group.candidate, source: "addresses" } })).toBe(0));
});
