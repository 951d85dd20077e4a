import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inForce, testPolicy } from "../../decide/desk/desk.case.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import { standing } from "../../decide/standing.case.ts";
import { dayMs } from "../../kit/time-units.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { markingRefs, revoke } from "../stix/build.ts";
import type { Authorship } from "../stix/build.ts";
import type { PermittedActions } from "../stix/iep.ts";
import type { StixObject } from "../stix/objects.ts";
import { key } from "../stix/stix.case.ts";
import { hourMs, idOf, intelligenceOf, knowledgeOf, linesOf, madeAt, memberOf, tell, testKeys } from "./circle.case.ts";
import { readKnown } from "./intelligence.ts";
import type { Intelligence } from "./intelligence.ts";

/** One state for all: each test has its own two years and member. */
let state: State;
let desk: Desk;
let intelligence: Intelligence;
const keys = testKeys();
let nowMs = Date.UTC(2026, 10, 20);
let by: Authorship;
/** What the member has told, with its first key; and the campaign that was formed here because of it. */
let objects: StixObject[];
let campaign: string;
let count = 0;
const knowledge = () => knowledgeOf(state, keys);
beforeAll(async () => {
  state = await emptyState();
  desk = createDesk({ state, policy: testPolicy() });
  intelligence = intelligenceOf(knowledge(), desk);
});
afterAll(() => state.close());
beforeEach(async () => {
  nowMs += 2 * 365 * dayMs;
  count += 1;
  by = memberOf(`a${count}`, nowMs);
  campaign = `c${count}`;
  objects = tell(by, { lines: linesOf(0, 40) });
  await intelligence.receive(keys.of(by), objects, nowMs);
  await intelligence.record(campaign, [lead()], nowMs);
  const of = { ...standing().campaign, id: campaign };
  await desk.take([standing({ account: campaign, time: new Date(nowMs).toISOString(), campaign: of })], nowMs);
});

const indicators = () => objects.filter(({ type }) => type === "indicator");
const lead = () => ({ id: indicators()[0]?.id ?? "", source: by.member.id });
const leadIds = async () => (await intelligence.leadsAt(nowMs)).map(({ id }) => id);
const decided = async () => (await inForce(state, nowMs)).length;
const voices = async () => {
  const nobody = { here: () => Promise.resolve([]), keys: () => [key] };
  const { campaigns } = await readKnown({ ...knowledge(), ...nobody }, nowMs);
  return campaigns.flatMap(({ consensus }) => consensus.saw);
};

describe("a key that is revoked", () => {
  test("takes with it what it has signed, and what followed from that; once", async () => {
    expect([await leadIds(), await voices(), await decided()]).toEqual([[lead().id], [by.member.id], 1]);
    keys.revoke(keys.of(by));
    expect([await leadIds(), await voices()]).toEqual([[], []]);
    const settled = { campaign, outcome: "closed", leads: [lead()], enforced: 1, appeals: [] };
    expect(await intelligence.settle(nowMs)).toEqual([settled]);
    expect(await decided()).toBe(0);
    expect(await intelligence.settle(nowMs)).toEqual([]);
  });

  test("undoes nothing of what its member says again with another one, be it the very same version", async () => {
    keys.revoke(keys.of(by));
    expect(await intelligence.receive(keys.of(by, "next"), objects, nowMs)).toMatchObject({ refused: [] });
    expect(await leadIds()).toEqual([lead().id]);
    expect(await intelligence.settle(nowMs)).toEqual([]);
    expect(await decided()).toBe(1);
    keys.revoke(keys.of(by, "next"));
    expect(await intelligence.settle(nowMs)).toMatchObject([{ campaign, outcome: "closed" }]);
  });

  test("takes nothing back for good: who has it can have said so, and its member says it again", async () => {
    nowMs += hourMs;
    const takenBack = indicators().map((object) => revoke(object, nowMs));
    await intelligence.receive(keys.of(by), takenBack, nowMs);
    expect(await leadIds()).toEqual([]);
    keys.revoke(keys.of(by));
    await intelligence.receive(keys.of(by, "next"), objects, nowMs);
    expect(await leadIds()).toEqual([lead().id]);
  });
});

describe("a later version", () => {
  /** The same indicators, said now, with another policy. */
  const sayAgain = (permitted: PermittedActions) =>
    intelligence.receive(
      keys.of(by),
      madeAt(nowMs, objects).map((object) =>
        object.type === "indicator"
          ? { ...object, object_marking_refs: markingRefs({ tlp: "amber", permitted }) }
          : object,
      ),
      nowMs,
    );
  beforeEach(() => {
    nowMs += hourMs;
  });

  test("that does not permit to look any more takes the lead, until one permits it again", async () => {
    expect(await sayAgain("contact-for-instruction")).toMatchObject({ refused: [] });
    expect(await leadIds()).toEqual([]);
    const commitment = { object: lead().id, versionMs: nowMs, logIndex: 1, commitment: "AAAA" };
    await state.receivedCommitments.put(by.member.id, [commitment], nowMs);
    const { notLookedFor, notInLog } = await readKnown(
      { ...knowledge(), here: async () => [], keys: () => [key] },
      nowMs,
    );
    const because = { kind: "policy", permitted: "contact-for-instruction" };
    expect(notLookedFor).toEqual([{ member: by.member.id, because, indicators: 1 }]);
    expect(notInLog).toEqual([{ member: by.member.id, missing: 0, waiting: 1 }]);
    expect(await intelligence.settle(nowMs)).toMatchObject([{ campaign, outcome: "closed", enforced: 1 }]);
    nowMs += hourMs;
    await sayAgain("internally-visible-actions");
    expect(await leadIds()).toEqual([lead().id]);
    expect(await intelligence.settle(nowMs)).toEqual([]);
  });

  test("that does not permit to act any more undoes what was done before, and is looked for", async () => {
    await sayAgain("externally-visible-direct-actions");
    expect(await intelligence.settle(nowMs)).toEqual([]);
    nowMs += hourMs;
    await sayAgain("externally-visible-indirect-actions");
    expect(await leadIds()).toEqual([lead().id]);
    expect(await intelligence.settle(nowMs)).toMatchObject([{ campaign, outcome: "closed", enforced: 1 }]);
    // What is found by it from now on is held anyway.
    nowMs += hourMs;
    await intelligence.record(campaign, [lead()], nowMs);
    await sayAgain("internally-visible-actions");
    expect(await intelligence.settle(nowMs)).toEqual([]);
  });

  test("that is not for a circle takes back what was said before, of the same member alone", async () => {
    const id = idOf(objects, "campaign");
    const withdraw = (speaker: Authorship, versionMs: number) =>
      intelligence.withdraw(keys.of(speaker), [{ id, versionMs }], nowMs);
    expect(await withdraw(by, nowMs - 2 * hourMs)).toEqual([]);
    expect(await withdraw(memberOf("thief"), nowMs)).toEqual([]);
    expect(await leadIds()).toEqual([lead().id]);
    expect(await withdraw(by, nowMs)).toEqual(expect.arrayContaining([id, lead().id]));
    expect([await leadIds(), await voices()]).toEqual([[], []]);
    expect(await intelligence.settle(nowMs)).toMatchObject([{ campaign, outcome: "closed" }]);
  });
});

test("who may say nothing any more is not heard any more, and nothing is undone", async () => {
  keys.strike(keys.of(by));
  expect([await leadIds(), await voices()]).toEqual([[], []]);
  expect(await intelligence.settle(nowMs)).toEqual([]);
  expect(await decided()).toBe(1);
});
