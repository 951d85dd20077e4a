import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inForce, testPolicy } from "../../decide/desk/desk.case.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import { standing } from "../../decide/standing.case.ts";
import { liveMember } from "../../detect/watch/live-campaign.case.ts";
import { createProposals } from "../../share/circle/proposals.ts";
import type { CircleMember } from "../../share/circle/members.ts";
import { memberOf, linesOf, startMs as nowMs, tell, testKeys } from "../../share/intelligence/circle.case.ts";
import { createIntelligence } from "../../share/intelligence/intelligence.ts";
import { leadOf } from "../../share/stix/behaviour.ts";
import { revoke } from "../../share/stix/build.ts";
import { key, sharing } from "../../share/stix/stix.case.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { heedOthers, leadsOfOthers } from "./others.ts";
import type { Others } from "./others.ts";

const keys = [{ ...key, epoch: "2026-12" }, key];
const itemId = "00000000-0000-4000-8000-000000000001";

let state: State;
let desk: Desk;
beforeAll(async () => {
  state = await emptyState();
  desk = createDesk({ state, policy: testPolicy() });
});
afterAll(() => state.close());

/** What the watch has in view; without leads it finds nothing. */
let campaigns: Others["watch"]["campaigns"] = [];
const watch = {
  get campaigns() {
    return campaigns;
  },
  withoutLeads: () => Promise.resolve({ kind: "falls" } as const),
  dropMembers: () => Promise.resolve(),
  drop(id: string) {
    campaigns = campaigns.filter((campaign) => campaign.id !== id);
    return Promise.resolve();
  },
};

const us: CircleMember = {
  id: memberOf("us").member.id,
  name: "member-us",
  identity: memberOf("us").member,
  url: null,
  keys: [],
  log: null,
  cosigner: null,
  snapshots: null,
  collections: {},
  roles: new Set(),
  passwordSha256: null,
};

test("what others say is looked for; what they take back is undone, and they are told, once a person has seen it", async () => {
  const by = memberOf("a");
  const self = us.id;
  const signed = testKeys();
  const intelligence = createIntelligence({
    state,
    desk,
    watch,
    self,
    signing: signed.standing,
    ours: () => Promise.resolve([]),
    leadOf: (indicator, member) => leadOf(indicator, member, keys),
  });
  const newItemId = () => itemId;
  const proposals = createProposals({ state, self: () => us, circleKeys: [key], newItemId });
  const others = {
    watch,
    intelligence,
    proposals,
    state,
    circleKeys: [key],
    findCampaign: () => Promise.resolve(null),
  };
  expect(await leadsOfOthers(intelligence, keys, nowMs)).toBeNull();

  const objects = tell(by, { lines: linesOf(0, 40) });
  await intelligence.receive(signed.of(by), objects, nowMs);
  const leads = await leadsOfOthers(intelligence, keys, nowMs);
  const [lead] = leads?.list ?? [];
  // The key of the last epoch is not computed with, where no lead is made with it.
  const digests = leads?.pieceDigests("line 7") ?? [];
  expect(digests.map((digest) => lead?.pieces.has(digest))).toEqual([true]);

  campaigns = [{ id: "C-1", members: new Map(), case: { leads: [{ id: lead?.id ?? "", source: by.member.id }] } }];
  const campaign = { ...standing().campaign, id: "C-1" };
  await desk.take([standing({ account: "x", time: new Date(nowMs).toISOString(), campaign })], nowMs);
  expect(await heedOthers(others, nowMs)).toEqual({ settlements: [], renewed: [] });
  expect(await inForce(state, nowMs)).toHaveLength(1);

  const indicators = objects.filter(({ type }) => type === "indicator");
  await intelligence.receive(
    signed.of(by),
    indicators.map((object) => revoke(object, nowMs + 1)),
    nowMs + 1,
  );
  expect(await leadsOfOthers(intelligence, keys, nowMs + 1)).toBeNull();
  const { settlements } = await heedOthers(others, nowMs + 1);
  expect(settlements).toMatchObject([{ campaign: "C-1", outcome: "closed", enforced: 1 }]);
  expect(campaigns).toEqual([]);
  expect(await inForce(state, nowMs + 1)).toEqual([]);
  expect(await state.outbox.find(itemId)).toMatchObject({
    state: "proposed",
    proposed_by: "intelligence",
    objects: expect.arrayContaining([
      expect.objectContaining({
        type: "note",
        content: "What was done here because of this is undone.",
        object_refs: [lead?.id],
      }),
    ]),
  });
  expect(await heedOthers(others, nowMs + 2)).toMatchObject({ settlements: [] });
});

test("what is confirmed and was told under the last key waits to be told under the one that is in use now", async () => {
  const circleKeys = keys.toReversed();
  const { campaign, signals, actions } = sharing();
  const proposals = createProposals({ state, self: () => us, circleKeys, newItemId: randomUUID });
  const how = { tlp: "amber+strict", permitted: null, flows: ["intelligence"], actor: null } as const;
  const [item = ""] = await proposals.campaign({ campaign, signals, actions }, how, { person: "Ada", nowMs });
  await state.outbox.decide(item, "released", "Berit", nowMs);
  await state.outbox.send(item, (await state.outbox.find(item))?.objects ?? [], [], nowMs);
  const intelligence = { record: () => Promise.resolve(), settle: () => Promise.resolve([]) };
  const findCampaign = () => Promise.resolve({ campaign, signals, actions });
  const others = { watch, intelligence, proposals, state, circleKeys, findCampaign };
  const seenIn = (looks: number) => [
    { id: campaign.id, members: new Map([["x", liveMember({ looks })]]), case: { leads: [] } },
  ];
  const decemberMs = Date.UTC(2026, 11, 1);
  campaigns = seenIn(1);
  expect(await heedOthers(others, decemberMs)).toMatchObject({ renewed: [] });
  campaigns = seenIn(2);
  expect(await heedOthers(others, nowMs)).toMatchObject({ renewed: [] });
  expect(await heedOthers(others, decemberMs)).toMatchObject({ renewed: [campaign.id] });
});
