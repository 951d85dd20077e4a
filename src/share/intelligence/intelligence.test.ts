import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAppeals } from "../../decide/appeals/appeals.ts";
import { inForce, person, testPolicy } from "../../decide/desk/desk.case.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import { standing } from "../../decide/standing.case.ts";
import { dayMs } from "../../kit/time-units.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { noteOn, revoke } from "../stix/build.ts";
import type { Authorship } from "../stix/build.ts";
import type { StixObject } from "../stix/objects.ts";
import { key } from "../stix/stix.case.ts";
import {
  hourMs,
  idOf,
  inNameOf,
  intelligenceOf,
  knowledgeOf,
  linesOf,
  madeAt,
  memberOf,
  saidBy,
  tell,
  testKeys,
} from "./circle.case.ts";
import type { Sighted } from "./circle.case.ts";
import { readKnown } from "./intelligence.ts";
import type { Intelligence } from "./intelligence.ts";
import type { LiveHere } from "./seen-here.ts";
import { remarkOn } from "./retractions.ts";
import type { Said } from "./said.ts";

/** One state for all: each test has its own two years and members. */
let state: State;
let desk: Desk;
let intelligence: Intelligence;
const keys = testKeys();
let ours: Said[] = [];
/** Our live campaigns, told or not. */
let here: LiveHere[] = [];
/** Campaigns that the detector finds without leads, and which of their members it doesn't; those that it was asked about. */
let alone: Map<string, readonly string[]>;
let asked: string[];
let dropped: string[];
/** Makes the detector fail. */
let isDown = false;
let nowMs = Date.UTC(2026, 10, 20);
let count = 0;
beforeAll(async () => {
  state = await emptyState();
  desk = createDesk({ state, policy: testPolicy() });
  intelligence = intelligenceOf(knowledge(), desk, {
    withoutLeads: (campaign) => {
      if (isDown) throw new Error("the engine is down");
      asked.push(campaign);
      const drawn = alone.get(campaign);
      return Promise.resolve(drawn === undefined ? { kind: "falls" } : { kind: "stands", drawn });
    },
    drop: (campaign) => Promise.resolve(void dropped.push(campaign)),
    dropMembers: (_, accounts) => Promise.resolve(void dropped.push(...accounts)),
  });
});
afterAll(() => state.close());
beforeEach(() => {
  nowMs += 2 * 365 * dayMs;
  count += 1;
  ours = [];
  here = [];
  alone = new Map();
  asked = [];
  dropped = [];
  isDown = false;
});

const knowledge = () => knowledgeOf(state, keys, () => ours);
const as = (name: string): Authorship => memberOf(`${name}${count}`, nowMs);
const receive = (by: Authorship, objects: readonly StixObject[]) => intelligence.receive(keys.of(by), objects, nowMs);
const lines = linesOf(0, 40);
async function told(name: string, sighted: Sighted = { lines }): Promise<StixObject[]> {
  const by = as(name);
  const objects = tell(by, sighted);
  await receive(by, objects);
  return objects;
}
const leadIds = async (): Promise<string[]> => (await intelligence.leadsAt(nowMs)).map(({ id }) => id);
/** The indicator of a behaviour. */
const leadIn = (objects: readonly StixObject[]): string =>
  objects.find((object) => object.type === "indicator" && object.pattern_type !== "stix")?.id ?? "";

describe("leads", () => {
  test("are what members say that a detector can run, the same however often it comes", async () => {
    const objects = await told("a", { lines, payment: ["card 1"] });
    const again = await receive(as("a"), objects);
    expect(again).toMatchObject({ stored: 0, refused: [], retracted: [] });
    const [lead, ...others] = await intelligence.leadsAt(nowMs);
    expect(others).toEqual([]);
    expect(lead).toMatchObject({ id: leadIn(objects), source: as("a").member.id });
    expect(lead?.pieces.size).toBe(40);
  });

  test("begin and end when their indicator says so, and sooner where nothing is heard any more", async () => {
    const objects = await told("a");
    const unsure = await told("b", { lines, campaign: { confidence: 0.2 } });
    expect(await leadIds()).toEqual([leadIn(objects), leadIn(unsure)]);
    nowMs += 16 * dayMs;
    expect(await leadIds()).toEqual([leadIn(objects)]);
    nowMs += 13.5 * dayMs;
    expect(await leadIds()).toEqual([leadIn(objects)]);
    nowMs += dayMs;
    expect(await leadIds()).toEqual([]);
  });

  test("hold longer under a new version", async () => {
    const objects = await told("b", { lines, campaign: { confidence: 0.2 } });
    nowMs += 10 * dayMs;
    const newer = madeAt(
      nowMs,
      objects.filter(({ type }) => type === "indicator"),
    );
    expect(await receive(as("b"), newer)).toMatchObject({ stored: newer.length });
    nowMs += 10 * dayMs;
    expect(await leadIds()).toEqual([leadIn(objects)]);
  });

  test("are a member's surest ones, and members come in turns", async () => {
    const quiet = await told("quiet", { lines, campaign: { confidence: 0.2 } });
    const by = as("loud");
    const shouted = Array.from({ length: 60 }, (_, i) =>
      tell(by, { lines: [`line of ${i}`], campaign: { confidence: i < 55 ? 0.3 : 0.4 } }),
    );
    for (const some of shouted) await receive(by, some);
    const ids = await leadIds();
    expect(ids).toHaveLength(51);
    expect(ids.indexOf(leadIn(quiet))).toBeLessThan(2);
    expect(ids.slice(0, 7)).toEqual(expect.arrayContaining(shouted.slice(55).map(leadIn)));
  });

  test("that two members found to be honest are left alone; those that we did, at once", async () => {
    const [one, other] = [await told("a"), await told("b", { lines: linesOf(100, 140) })];
    const remark = "The accounts behind this were found to be honest.";
    const dispute = (name: string, objects: readonly StixObject[]) =>
      receive(as(name), [noteOn([idOf(objects, "campaign")], remark, as(name))]);
    await dispute("c", one);
    expect(await leadIds()).toHaveLength(2);
    await dispute("d", one);
    expect(await leadIds()).toEqual([leadIn(other)]);
    const us = memberOf("us", nowMs);
    ours = saidBy(us, [noteOn([leadIn(other)], remark, us)]);
    expect(await leadIds()).toEqual([]);
  });
});

test("what we have told before is no lead for us when it comes back, and what a member adds to it is", async () => {
  const us = memberOf("us", nowMs);
  const first = await told("a");
  ours = saidBy({ ...us, nowMs: nowMs + 1 }, tell(us, { lines }));
  nowMs += hourMs;
  await told("echo");
  const more = await told("b", { lines: linesOf(5, 45) });
  expect(await leadIds()).toEqual(expect.arrayContaining([leadIn(first), leadIn(more)]));
  expect(await leadIds()).toHaveLength(2);
});

describe("what is known", () => {
  const all = () => readKnown({ ...knowledge(), here: () => Promise.resolve(here), keys: () => [key] }, nowMs);

  test("joins members' campaigns and our own, and says what each added", async () => {
    await told("a", { lines, payment: ["card 1"] });
    await told("b", { lines: linesOf(10, 50), payment: ["card 2"] });
    await told("c", { lines: linesOf(500, 540) });
    const us = memberOf("us", nowMs);
    ours = saidBy(us, tell(us, { lines: linesOf(5, 45), device: ["device"] }));
    const {
      campaigns: [first, second],
    } = await all();
    expect(first?.consensus.saw).toEqual(expect.arrayContaining([as("a"), as("b"), us].map(({ member }) => member.id)));
    expect(first?.consensus.independent).toBeCloseTo(2);
    expect(first?.contributions.map(({ fingerprints }) => fingerprints.device)).toEqual(expect.arrayContaining([1]));
    expect(first?.contributions.map(({ hoursInCommon }) => hoursInCommon)).toEqual([null, 1, 1]);
    expect(second?.consensus.saw).toEqual([as("c").member.id]);
  });

  test("says which of our live campaigns is the same, though we have not told of it; and counts it for nothing", async () => {
    await told("a", { payment: ["card 1"] });
    const before = await all();
    const signals = {
      fingerprints: [{ kind: "payment", value: "card 1" } as const],
      skeletonPieces: new Set<string>(),
    };
    here = [{ id: "c-12", leads: [], signals, hours: Array.from({ length: 24 }, () => 1) }];
    const {
      campaigns: [known],
    } = await all();
    // Ours around the clock, theirs more each hour of the day.
    const agreesWith = [{ member: as("a").member.id, hoursInCommon: expect.closeTo(0.74, 1) }];
    expect(known?.here).toEqual([{ campaign: "c-12", agreesWith }]);
    expect(before.campaigns).toEqual([{ ...known, here: [] }]);
  });
});

describe("what is taken back", () => {
  const member = (campaign: string, account = `${campaign}-account`) =>
    standing({ account, time: new Date(nowMs).toISOString(), campaign: { ...standing().campaign, id: campaign } });
  const formed = async (campaign: string, objects: readonly StixObject[], by: Authorship) => {
    await intelligence.record(campaign, [{ id: leadIn(objects), source: by.member.id }], nowMs);
    await desk.take([member(campaign)], nowMs);
  };
  const takeBack = (by: Authorship, objects: readonly StixObject[], type: StixObject["type"]) => {
    const taken = objects.filter((object) => object.type === type).map((object) => revoke(object, nowMs));
    return receive(by, taken);
  };
  const decided = async (campaign: string): Promise<number> =>
    (await inForce(state, nowMs)).filter((decision) => decision.campaign === campaign).length;

  test("is no lead any more, and never again", async () => {
    const objects = await told("a");
    nowMs += hourMs;
    expect(await takeBack(as("a"), objects, "indicator")).toMatchObject({ retracted: [leadIn(objects)] });
    expect(await leadIds()).toEqual([]);
    nowMs += hourMs;
    const again = madeAt(
      nowMs,
      objects.filter(({ type }) => type === "indicator"),
    );
    const { refused } = await receive(as("a"), again);
    expect(refused.map(({ reason }) => reason)).toEqual(["taken back before"]);
  });

  test("takes with it what indicates it", async () => {
    const objects = await told("a", { lines, payment: ["card 1"] });
    nowMs += hourMs;
    const { retracted } = await takeBack(as("a"), objects, "campaign");
    const indicators = objects.filter(({ type }) => type === "indicator").map(({ id }) => id);
    expect(retracted.toSorted()).toEqual([idOf(objects, "campaign"), ...indicators].toSorted());
    expect(await leadIds()).toEqual([]);
  });

  test("closes the campaign that does not stand without it, ends its decisions, answers its appeals; once", async () => {
    const [by, objects] = [as("a"), await told("a")];
    const [falls, stands, other] = [`falls${count}`, `stands${count}`, `other${count}`];
    await formed(falls, objects, by);
    await formed(stands, objects, by);
    await desk.take([member(other)], nowMs);
    alone = new Map([stands, other].map((campaign) => [campaign, []]));
    const [decision] = await state.decisions.inForceOfAccounts([`${falls}-account`], nowMs);
    const reference = decision?.id ?? "";
    const { id } = await createAppeals(desk).file({ account: `${falls}-account`, reference, statement: "No." }, nowMs);
    expect(await intelligence.settle(nowMs)).toEqual([]);
    nowMs += hourMs;
    await takeBack(by, objects, "indicator");
    const leads = [{ id: leadIn(objects), source: by.member.id }];
    const settlements = await intelligence.settle(nowMs);
    expect(settlements).toEqual([
      { campaign: falls, outcome: "closed", leads, enforced: 1, appeals: [id] },
      { campaign: stands, outcome: "stands", leads, enforced: 0, appeals: [] },
    ]);
    expect(await decided(falls)).toBe(0);
    expect(await decided(stands)).toBe(1);
    expect(await decided(other)).toBe(1);
    expect(await state.appeals.find(id)).toMatchObject({ state: "upheld" });
    expect((await state.decisions.find(reference))?.ended).toMatchObject({ cause: "retraction" });
    expect(asked).toEqual([falls, stands]);
    expect(dropped).toEqual([falls]);
    expect(await intelligence.settle(nowMs)).toEqual([]);
    expect(settlements.map(remarkOn)).toEqual([
      "What was done here because of this is undone.",
      "Seen here too, by own evidence.",
    ]);
  });

  test("ends in a campaign that stands without it what was decided on whom only leads have brought in", async () => {
    const [by, objects, campaign] = [as("a"), await told("a"), `part${count}`];
    await formed(campaign, objects, by);
    const drawn = `${campaign}-drawn`;
    await desk.take([member(campaign, drawn)], nowMs);
    alone = new Map([[campaign, [drawn]]]);
    await takeBack(by, objects, "indicator");
    expect(await intelligence.settle(nowMs)).toMatchObject([{ campaign, outcome: "stands", enforced: 1 }]);
    expect((await inForce(state, nowMs)).map(({ account }) => account)).toEqual([`${campaign}-account`]);
    expect(dropped).toEqual([drawn]);
    expect(await intelligence.settle(nowMs)).toEqual([]);
  });

  test("is done with the next call where something failed, and a person's order in the case goes, too", async () => {
    const [by, objects, campaign] = [as("a"), await told("a"), `falls${count}`];
    await formed(campaign, objects, by);
    const scope = { kind: "key", value: `k${count}` } as const;
    const step = { action: "block", parameters: {}, afterMs: 0, ttlMs: dayMs } as const;
    await desk.order({ account: `${campaign}-account`, scope, campaign, step }, person, nowMs);
    await takeBack(by, objects, "campaign");
    isDown = true;
    await expect(intelligence.settle(nowMs)).rejects.toThrow("the engine is down");
    expect(await decided(campaign)).toBe(2);
    isDown = false;
    expect(await intelligence.settle(nowMs)).toMatchObject([{ outcome: "closed", enforced: 2 }]);
    expect(await decided(campaign)).toBe(0);
  });

  test("where nothing had been done, nobody is told of anything", async () => {
    const [by, objects, campaign] = [as("a"), await told("a"), `quiet${count}`];
    await intelligence.record(campaign, [{ id: leadIn(objects), source: by.member.id }], nowMs);
    await takeBack(by, objects, "indicator");
    const [settlement] = await intelligence.settle(nowMs);
    expect(settlement).toMatchObject({ outcome: "closed", enforced: 0 });
    expect(settlement && remarkOn(settlement)).toBeNull();
  });

  test("by somebody else under the same name changes nothing", async () => {
    const [by, objects, campaign] = [as("a"), await told("a"), `held${count}`];
    await formed(campaign, objects, by);
    const thief = as("thief");
    const stolen = inNameOf(thief, objects);
    await receive(thief, stolen);
    nowMs += hourMs;
    await takeBack(thief, stolen, "indicator");
    expect(await intelligence.settle(nowMs)).toEqual([]);
    expect(await leadIds()).toEqual([leadIn(objects)]);
    expect(await decided(campaign)).toBe(1);
  });
});
