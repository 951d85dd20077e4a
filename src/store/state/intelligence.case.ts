import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ReceivedObject } from "../../model/received-object.ts";
import { kept } from "./retention.case.ts";
import type { State } from "./state.ts";
import { dayMs, decision, hourMs, iso, own, startMs } from "./values.case.ts";

function received(change: Partial<ReceivedObject> = {}): ReceivedObject {
  return {
    member: own("member"),
    key: null,
    id: `indicator--${randomUUID()}`,
    type: "indicator",
    versionMs: startMs,
    firstReceived: iso(startMs),
    received: iso(startMs),
    revoked: false,
    forbidden: false,
    narrowed: null,
    body: '{"name":"\\u0000"}',
    ...change,
  };
}

const nameOf = ({ id, member }: ReceivedObject) => ({ id, source: member });

/** What others say, and which of our campaigns stand on it. */
export function describeIntelligence(open: () => State): void {
  describe("received objects", () => {
    test("are kept as their last version under whose they are, and the first time stays", async () => {
      const { received: repository } = open();
      const [one, other] = [own("member"), own("member")];
      const first = received({ member: one });
      const squatter = { ...first, member: other, body: '{"name":"mine"}' };
      await repository.open(one, 0);
      await repository.put(one, [first]);
      await repository.put(other, [squatter]);
      const second = { ...first, versionMs: startMs + 1, received: iso(startMs + hourMs), body: "{}" };
      await repository.put(one, [{ ...second, firstReceived: iso(startMs + hourMs) }]);
      expect(await repository.find(one, [first.id, "none"])).toEqual([second]);
      expect(await repository.find(other, [first.id])).toEqual([squatter]);
    });

    test("are counted, a day's versions apart", async () => {
      const { received: repository } = open();
      const member = own("member");
      const add = (...objects: ReceivedObject[]) => repository.put(member, objects);
      expect(await repository.open(member, 7)).toEqual({ objects: 0, versions: 0 });
      const object = received({ member });
      await add(object, received({ member }));
      await add({ ...object, versionMs: startMs + 1 });
      expect(await repository.open(member, 7)).toEqual({ objects: 2, versions: 3 });
      expect(await repository.open(member, 8)).toEqual({ objects: 2, versions: 0 });
    });

    test("of one member that come at once wait for each other", async () => {
      const state = open();
      const member = own("member");
      const counts = await Promise.all(
        Array.from({ length: 5 }, () =>
          state.transaction(async (tables) => {
            const { objects } = await tables.received.open(member, 1);
            await tables.received.put(member, [received({ member })]);
            return objects;
          }),
        ),
      );
      expect(counts.toSorted((one, another) => one - another)).toEqual([0, 1, 2, 3, 4]);
    });

    test("that hold are told in the order in which they came first", async () => {
      const { received: repository } = open();
      const member = own("member");
      const at = (ms: number, change: Partial<ReceivedObject> = {}) =>
        received({ member, firstReceived: iso(ms), received: iso(ms), ...change });
      const farMs = startMs + 9_000 * dayMs;
      const [old, late, early, gone] = [
        at(farMs - dayMs),
        at(farMs + 2),
        at(farMs + 1, { type: "note", received: iso(farMs + 9) }),
        at(farMs + 1, { revoked: true }),
      ];
      await repository.put(member, [old, late, early, gone]);
      const page = await repository.current(farMs, { limit: 1 });
      expect(page.rows).toEqual([early]);
      expect(await repository.current(farMs, { after: page.next ?? "" })).toEqual({ rows: [late], next: null });
      expect((await repository.ofMember(member, "note")).rows).toEqual([early]);
    });

    test("are forgotten after their time", async () => {
      const state = open();
      const oldMs = startMs - 1_000 * dayMs;
      const object = received({ firstReceived: iso(oldMs), received: iso(oldMs) });
      const campaign = own("campaign");
      await state.received.put(object.member, [object]);
      await state.leadUses.record(campaign, [nameOf(object)], [], oldMs);
      expect((await state.forget({ ...kept, received: 91 }, oldMs + 90 * dayMs)).received).toBe(0);
      expect((await state.forget({ ...kept, received: 89 }, oldMs + 90 * dayMs)).received).toBe(1);
      expect(await state.received.find(object.member, [object.id])).toEqual([]);
      expect(await state.leadUses.ofCampaign(campaign, [])).toEqual([]);
    });
  });

  describe("what campaigns were formed on", () => {
    test("is known once it was received, and settled once it was taken back", async () => {
      const { received: repository, leadUses } = open();
      const [campaign, other] = [own("campaign"), own("campaign")];
      const [lead, note] = [received(), received({ type: "note" })];
      const copy = { ...lead, member: own("member") };
      for (const object of [lead, note, copy]) await repository.put(object.member, [object]);
      const record = (which: string, ms: number) =>
        leadUses.record(which, [lead, copy, note, received()].map(nameOf), [], ms);
      await record(campaign, startMs);
      await record(campaign, startMs + 1);
      await record(other, startMs + 2);
      const use = { campaign, lead: lead.id, at: iso(startMs), lost: false, outcome: null };
      expect(await leadUses.ofCampaign(campaign, [])).toEqual([lead, copy].map(({ member }) => ({ ...use, member })));
      expect(await leadUses.unsettled([], 10)).toEqual([]);
      await repository.put(lead.member, [{ ...lead, revoked: true }]);
      expect(await leadUses.unsettled([], 10)).toEqual([campaign, other]);
      expect(await leadUses.unsettled([], 1)).toEqual([campaign]);
      await leadUses.settle(campaign, "stands", [], startMs);
      await leadUses.settle(other, "closed", [], startMs);
      expect(await leadUses.unsettled([], 10)).toEqual([]);
      expect(await leadUses.ofCampaign(campaign, [])).toEqual([
        { ...use, member: lead.member, lost: true, outcome: "stands" },
        { ...use, member: copy.member },
      ]);
      await repository.put(copy.member, [{ ...copy, revoked: true }]);
      expect(await leadUses.unsettled([], 10)).toEqual([campaign, other]);
    });

    test("is lost where it may not be looked for any more", async () => {
      const { received: repository, leadUses } = open();
      const [campaign, lead] = [own("campaign"), received()];
      await repository.put(lead.member, [lead]);
      await leadUses.record(campaign, [nameOf(lead)], [], startMs);
      expect(await leadUses.ofCampaign(campaign, [])).toMatchObject([{ lost: false }]);
      await repository.put(lead.member, [{ ...lead, forbidden: true }]);
      expect(await leadUses.ofCampaign(campaign, [])).toMatchObject([{ lost: true }]);
    });

    test("is lost to what was formed from it before it might not be acted on any more, and not to what is after", async () => {
      const { received: repository, leadUses } = open();
      const [campaign, after, lead] = [own("campaign"), own("campaign"), received()];
      const record = (which: string, ms: number) => leadUses.record(which, [nameOf(lead)], [], ms);
      const lost = async (which: string) => (await leadUses.ofCampaign(which, [])).map(({ lost: is }) => is);
      await repository.put(lead.member, [lead]);
      await record(campaign, startMs);
      await repository.put(lead.member, [{ ...lead, narrowed: iso(startMs + 1) }]);
      await record(after, startMs + 2);
      expect([await lost(campaign), await lost(after)]).toEqual([[true], [false]]);
      // Seen again as it was: until something has followed.
      await record(campaign, startMs + 2);
      expect(await lost(campaign)).toEqual([true]);
      await leadUses.settle(campaign, "closed", [], startMs + 3);
      await record(campaign, startMs + 4);
      expect(await leadUses.ofCampaign(campaign, [])).toMatchObject([{ lost: false, outcome: null }]);
      await repository.put(lead.member, [{ ...lead, narrowed: iso(startMs + 1), revoked: true }]);
      expect(await lost(campaign)).toEqual([true]);
    });

    test("is lost with the key that it is signed with, and again where it was said with another one since", async () => {
      const { received: repository, leadUses } = open();
      const campaign = own("campaign");
      const [key, next] = [own("key"), own("key")];
      const lead = received({ key });
      const record = (revokedKeys: readonly string[]) =>
        leadUses.record(campaign, [nameOf(lead)], revokedKeys, startMs);
      const unsettled = async (revokedKeys: readonly string[]) =>
        (await leadUses.unsettled(revokedKeys, 1_000)).filter((id) => id === campaign);
      await repository.put(lead.member, [lead]);
      await record([]);
      expect(await unsettled([next])).toEqual([]);
      expect(await unsettled([next, key])).toEqual([campaign]);
      await leadUses.settle(campaign, "stands", [key], startMs);
      // As long as it is lost it is settled, also where the detector still names it.
      await record([key]);
      expect(await unsettled([key])).toEqual([]);
      await repository.put(lead.member, [{ ...lead, key: next }]);
      await record([key]);
      expect(await leadUses.ofCampaign(campaign, [key])).toMatchObject([{ lost: false, outcome: null }]);
      expect(await unsettled([key, next])).toEqual([campaign]);
    });

    test("leads to all that was decided on it", async () => {
      const { received: repository, leadUses, decisions } = open();
      const campaign = own("campaign");
      const lead = received();
      await repository.put(lead.member, [lead]);
      await leadUses.record(campaign, [nameOf(lead)], [], startMs);
      const [ended, later] = [decision({ campaign }), decision({ campaign, created: iso(startMs + hourMs) })];
      await decisions.put([later, ended, decision()], startMs);
      await decisions.end([ended.id], "released", startMs);
      const { rows } = await leadUses.decisions(lead.member, lead.id);
      expect(rows.map(({ id }) => id)).toEqual([ended.id, later.id]);
    });
  });
}
