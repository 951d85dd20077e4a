import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OutboxItem } from "../../model/sharing.ts";
import type { NewLedgerEntry } from "./ledger.ts";
import type { RetentionDays } from "./retention.ts";
import type { State } from "./state.ts";
import {
  appeal,
  auditEvent,
  dayMs,
  decision,
  exemption,
  iso,
  overlapResult,
  own,
  standing,
  startMs,
} from "./values.case.ts";

/** Long enough for all that the cases write. */
export const kept: RetentionDays = {
  decisions: 10_000,
  deltas: 10_000,
  standings: 10_000,
  campaigns: 10_000,
  exemptions: 10_000,
  appeals: 10_000,
  statements: 10_000,
  lessons: 10_000,
  submissions: 10_000,
  received: 10_000,
  quarantined: 10_000,
  outbox: 10_000,
  overlaps: 10_000,
};

const ledgerEntry = (item: string): NewLedgerEntry => ({
  item,
  object: "campaign--1",
  type: "campaign",
  version: null,
  flow: "intelligence",
  way: "push",
  recipients: ["member-hub"],
  released_by: "Ada",
  log_index: 0,
  salt: "AAAA",
});

export function describeRetention(open: () => State): void {
  describe("what is old is forgotten", () => {
    // Long before the other cases' time, so that nothing of theirs goes.
    const oldMs = startMs - 1_000 * dayMs;
    const nowMs = oldMs + 90 * dayMs;

    test("decisions and notices after their end, never those in force", async () => {
      const state = open();
      const topic = (id: string) => ({ decision: id, kind: "decided" as const });
      const told = (id: string) => ({ ...topic(id), channel: "response", category: "manual-review" as const });
      const [ended, inForce] = [decision(), decision()];
      await state.decisions.put([ended, inForce], oldMs);
      await state.notices.record([ended, inForce].map(({ id }) => ({ ...told(id), sent: iso(oldMs) })));
      await state.notices.enqueue("waiting", [topic(ended.id), topic(inForce.id)], 1, oldMs);
      await state.notices.enqueue("ends", [{ ...topic(ended.id), kind: "ended" }], 1, oldMs);
      await state.decisions.end([ended.id], "manual", oldMs);
      expect((await state.forget({ ...kept, decisions: 91 }, nowMs)).decisions).toBe(0);
      // That it is over may still be told, for as long as it is known.
      expect(await state.notices.due("ends", nowMs, 10)).toHaveLength(1);
      expect((await state.forget({ ...kept, decisions: 89 }, nowMs)).decisions).toBe(1);
      expect(await state.decisions.find(ended.id)).toBeNull();
      expect(await state.decisions.find(inForce.id)).not.toBeNull();
      expect(await state.notices.ofDecision(ended.id)).toEqual([]);
      expect(await state.notices.ofDecision(inForce.id)).toHaveLength(1);
      expect(await state.notices.due("waiting", nowMs, 10)).toMatchObject([{ decision: inForce.id }]);
    });

    test("standings, campaigns, exemptions and the count of affected accounts", async () => {
      const state = open();
      const [account, policy, id, live] = [own("account"), own("policy"), own("campaign"), own("campaign")];
      await state.standings.put([standing({ account, time: iso(oldMs) })]);
      const times = { first_seen: iso(oldMs), last_seen: iso(oldMs) };
      await state.campaigns.put({ id, state: "closed", ...times, verdict: null, memory: null });
      await state.campaigns.put({ id: live, state: "live", ...times, verdict: null, memory: null });
      const [over, revoked] = [
        exemption({ starts: iso(oldMs - 5), expires: iso(oldMs) }),
        exemption({ starts: iso(oldMs - 5), revoked: iso(oldMs) }),
      ];
      await state.exemptions.grant(over);
      await state.exemptions.grant(revoked);
      await state.affected.record(policy, [account], oldMs);
      const days = { ...kept, standings: 30, campaigns: 30, exemptions: 30 };
      expect(await state.forget(days, nowMs)).toMatchObject({ standings: 1, campaigns: 1, exemptions: 2, affected: 1 });
      expect(await state.standings.history(account)).toEqual([]);
      expect(await state.campaigns.find(id)).toBeNull();
      expect(await state.campaigns.find(live)).not.toBeNull();
      expect(await state.affected.countWithin(policy, oldMs - 1, nowMs)).toBe(0);
    });

    test("a customer's words before the appeal itself, and neither while it is open", async () => {
      const state = open();
      const given = (): ReturnType<typeof appeal> => appeal({ opened: iso(oldMs), deadline: iso(oldMs + dayMs) });
      const [unanswered, answered] = [
        await state.appeals.open(given(), "words"),
        await state.appeals.open(given(), "words"),
      ];
      await state.appeals.move(answered.id, { to: "withdrawn" }, oldMs);
      expect(await state.forget({ ...kept, statements: 30 }, nowMs)).toMatchObject({ statements: 1, appeals: 0 });
      expect(await state.appeals.statement(answered.id)).toBeNull();
      expect(await state.appeals.statement(unanswered.id)).toBe("words");
      const lesson = { appeal: answered.id, account: answered.account, campaign: "c", families: {}, at: iso(oldMs) };
      await state.appeals.teach(lesson);
      expect(await state.forget({ ...kept, appeals: 30, lessons: 30 }, nowMs)).toMatchObject({
        appeals: 1,
        lessons: 1,
      });
      expect(await state.appeals.find(answered.id)).toBeNull();
      expect(await state.appeals.find(unanswered.id)).not.toBeNull();
    });

    test("deltas from the front, so that followers who are behind start anew", async () => {
      const state = open();
      // What other cases left goes first, since only a beginning of the log is ever forgotten.
      await state.forget({ ...kept, deltas: 0 }, startMs + 1_000 * dayMs);
      const sequence = await state.snapshot(startMs, () => {});
      const times = [oldMs, oldMs + 80 * dayMs, oldMs + dayMs];
      for (const time of times) await state.decisions.put([decision()], time);
      // The last was written while the clock was wrong; it stays until what came before it goes.
      await state.forget({ ...kept, deltas: 30 }, nowMs);
      expect(await state.decisions.deltasAfter(sequence, 10)).toBeNull();
      expect((await state.decisions.deltasAfter(sequence + 1, 10))?.map((delta) => delta.sequence)).toEqual([
        sequence + 2,
        sequence + 3,
      ]);
      await state.forget({ ...kept, deltas: 1 }, nowMs);
      expect(await state.decisions.deltasAfter(sequence + 1, 10)).toBeNull();
      expect(await state.decisions.deltasAfter(sequence + 3, 10)).toEqual([]);
    });

    test("what was refused, the objects of what was taken back, and what was not taken", async () => {
      const { outbox, quarantine, ledger, forget } = open();
      const item = async (kind: OutboxItem["kind"], about: string, verdict: "released" | "refused", sentMs = oldMs) => {
        const id = randomUUID();
        const proposed = { proposed: iso(oldMs), proposed_by: "Ada" };
        await outbox.propose({ id, flow: "intelligence", kind, about, ...proposed, objects: [{ type: "x" }] });
        await outbox.decide(id, verdict, "Ada", oldMs);
        await outbox.send(id, [{ type: "signed" }], [hub], sentMs);
        return id;
      };
      const [hub, campaign] = [own("member"), own("campaign")];
      const refused = await item("proposal", own("campaign"), "refused");
      const holds = await item("proposal", own("campaign"), "released");
      const told = await item("proposal", campaign, "released");
      const back = await item("retraction", told, "released");
      const late = await item("proposal", own("campaign"), "released");
      const growing = own("campaign");
      const superseded = await item("proposal", growing, "released");
      const anew = await item("update", growing, "released", oldMs + 1);
      await item("retraction", late, "released", nowMs);
      await ledger.append([ledgerEntry(told)], oldMs);
      const aside = {
        digest: own("digest"),
        source: hub,
        flow: "intelligence",
        object: "x",
        reason: "it lies",
      } as const;
      await quarantine.put(hub, [{ ...aside, at: iso(oldMs), body: "{}" }]);
      const days = { ...kept, outbox: 30, quarantined: 30 };
      expect(await forget({ ...days, outbox: 91, quarantined: 91 }, nowMs)).toMatchObject({
        outbox: 0,
        quarantined: 0,
      });
      expect(await forget(days, nowMs)).toMatchObject({ outbox: 4, quarantined: 1 });
      expect(await forget(days, nowMs)).toMatchObject({ outbox: 0, quarantined: 0 });
      expect(await outbox.find(refused)).toBeNull();
      for (const id of [told, back, superseded])
        expect(await outbox.find(id)).toMatchObject({ state: "sent", objects: [] });
      for (const id of [holds, late, anew]) expect((await outbox.find(id))?.objects).toEqual([{ type: "signed" }]);
      // What still holds is still to be handed on, and what was shared stays to be seen.
      expect([holds, late, anew]).toContain((await outbox.nextPush(hub))?.id);
      expect(await ledger.ofCampaign(campaign, 0)).toMatchObject([{ item: told }]);
    });

    test("what overlaps have found, and sets whose offer is over", async () => {
      const state = open();
      const [result, peer] = [overlapResult({ at: iso(oldMs) }), own("peer")];
      await state.overlapResults.put(result);
      const offer = {
        id: randomUUID(),
        peer,
        offered: iso(oldMs),
        offered_by: "Ada",
        identifiers: ["email:a@b.example"],
      };
      await state.overlapOffers.put({ ...offer, expires: iso(nowMs + 1) });
      expect((await state.forget({ ...kept, overlaps: 91 }, nowMs)).overlaps).toBe(0);
      expect(await state.overlapOffers.find(peer, nowMs)).not.toBeNull();
      expect((await state.forget({ ...kept, overlaps: 89 }, nowMs + 2)).overlaps).toBe(1);
      expect(await state.overlapResults.find(result.session)).toBeNull();
      // Also for who looks as of before.
      expect(await state.overlapOffers.find(peer, nowMs)).toBeNull();
    });

    test("and never the audit log", async () => {
      const state = open();
      await state.audit.append([auditEvent({ at: iso(oldMs) })]);
      const before = await state.audit.verify();
      await state.forget({ ...kept, decisions: 0, deltas: 0 }, nowMs);
      expect(await state.audit.verify()).toEqual(before);
    });
  });
}
