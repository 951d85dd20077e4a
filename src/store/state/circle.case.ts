import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ReceivedCommitment } from "../../model/received-object.ts";
import type { Quarantined } from "../../model/sharing.ts";
import { sql } from "../sql.ts";
import type { Database } from "./database/database.ts";
import type { NewLedgerEntry } from "./ledger.ts";
import type { NewOutboxItem } from "./outbox.ts";
import type { State } from "./state.ts";
import { iso, own, startMs } from "./values.case.ts";

function item(change: Partial<NewOutboxItem> = {}): NewOutboxItem {
  return {
    id: randomUUID(),
    flow: "intelligence",
    kind: "proposal",
    about: own("campaign"),
    proposed: iso(startMs),
    proposed_by: "Ada",
    objects: [{ type: "campaign", id: own("campaign"), confidence: 80 }],
    ...change,
  };
}

function entry(change: Partial<NewLedgerEntry> = {}): NewLedgerEntry {
  return {
    item: randomUUID(),
    object: own("campaign"),
    type: "campaign",
    version: iso(startMs),
    flow: "intelligence",
    way: "collection",
    recipients: ["member-a", "member-b"],
    released_by: "Ada",
    log_index: 7,
    salt: "AAAA",
    ...change,
  };
}

function quarantined(source: string, change: Partial<Quarantined> = {}): Quarantined {
  return {
    digest: own("digest"),
    source,
    flow: "intelligence",
    object: own("campaign"),
    reason: "it is not signed",
    at: iso(startMs),
    body: '{"a":"\\u0000"}',
    ...change,
  };
}

/** What goes out to a circle and what comes in from it. */
export function describeCircle(open: () => { readonly state: State; readonly database: Database }): void {
  describe("the outbox", () => {
    test("lets nothing be sent that was not released, and nothing twice", async () => {
      const { outbox } = open().state;
      const given = item();
      await outbox.propose(given);
      expect(await outbox.find(given.id)).toMatchObject({ ...given, state: "proposed", decided: null, sent: null });
      expect(await outbox.send(given.id, [], [], startMs)).toBe(false);
      expect(await outbox.decide(given.id, "released", "Berit", startMs + 1)).toBe(true);
      expect(await outbox.decide(given.id, "refused", "Carl", startMs + 2)).toBe(false);
      const signed = [{ type: "campaign", id: "x", signed: true }];
      expect(await outbox.send(given.id, signed, [], startMs + 3)).toBe(true);
      expect(await outbox.send(given.id, [], [], startMs + 4)).toBe(false);
      expect(await outbox.find(given.id)).toMatchObject({
        state: "sent",
        decided_by: "Berit",
        sent: iso(startMs + 3),
        objects: signed,
      });
    });

    test("remembers what waits about a campaign, but for what was refused", async () => {
      const { outbox } = open().state;
      const about = own("campaign");
      const [first, second] = [item({ about }), item({ about, kind: "update", proposed: iso(startMs + 1) })];
      await outbox.propose(first);
      await outbox.propose(second);
      expect((await outbox.waiting(about))?.id).toBe(second.id);
      await outbox.decide(second.id, "refused", "Ada", startMs);
      expect((await outbox.waiting(about))?.id).toBe(first.id);
      expect(await outbox.standing(about)).toEqual([]);
      const { rows } = await outbox.inState("proposed");
      expect(rows.map(({ id }) => id)).toContain(first.id);
      expect(rows.map(({ id }) => id)).not.toContain(second.id);
      await outbox.decide(first.id, "released", "Ada", startMs);
      expect((await outbox.waiting(about))?.id).toBe(first.id);
      await outbox.send(first.id, [], [], startMs);
      expect(await outbox.waiting(about)).toBeNull();
    });

    test("knows what holds of a campaign: all of a flow since it was last taken back", async () => {
      const { outbox } = open().state;
      const about = own("campaign");
      const send = async (change: Partial<NewOutboxItem>, ms: number): Promise<string> => {
        const given = item({ about, proposed: iso(startMs + ms), ...change });
        await outbox.propose(given);
        await outbox.decide(given.id, "released", "Ada", startMs + ms);
        await outbox.send(given.id, given.objects, [], startMs + ms);
        return given.id;
      };
      const holding = async (): Promise<string[]> => (await outbox.standing(about)).map(({ id }) => id);
      await send({}, 0);
      const update = await send({ kind: "update" }, 1);
      const incident = await send({ flow: "incidents" }, 2);
      expect(await holding()).toHaveLength(3);
      const back = item({ kind: "retraction", about: update, proposed: iso(startMs + 3) });
      await outbox.propose(back);
      expect((await outbox.retractionOf(update))?.id).toBe(back.id);
      expect(await holding()).toHaveLength(3);
      await outbox.decide(back.id, "released", "Ada", startMs + 3);
      await outbox.send(back.id, [], [], startMs + 3);
      expect(await holding()).toEqual([incident]);
      const anew = await send({}, 4);
      expect(await holding()).toEqual([incident, anew]);
      expect((await outbox.standing(about))[1]?.objects).toHaveLength(1);
      expect(await outbox.retractionOf(anew)).toBeNull();
    });

    test("hands each item to each member once, in the order in which they left", async () => {
      const { outbox } = open().state;
      const [hub, other] = [own("member"), own("member")];
      const ids: string[] = [];
      for (const delay of [0, 1]) {
        const given = item();
        await outbox.propose(given);
        await outbox.decide(given.id, "released", "Ada", startMs);
        await outbox.send(given.id, given.objects, [hub, other], startMs + delay);
        ids.push(given.id);
      }
      expect((await outbox.nextPush(hub))?.id).toBe(ids[0]);
      await outbox.pushed(ids[0]!, hub, startMs + 2);
      expect((await outbox.nextPush(hub))?.id).toBe(ids[1]);
      await outbox.pushed(ids[1]!, hub, startMs + 3);
      expect(await outbox.nextPush(hub)).toBeNull();
      expect((await outbox.nextPush(other))?.id).toBe(ids[0]);
    });

    test("refuses what nobody could look through", async () => {
      const text = "x".repeat(2 * 2 ** 20);
      await expect(open().state.outbox.propose(item({ objects: [{ text }] }))).rejects.toThrow(RangeError);
    });
  });

  describe("the ledger", () => {
    test("numbers its entries without a gap, whoever writes at the same time, and a step that fails leaves none", async () => {
      const { state } = open();
      const before = (await allAfter(state, 0)).at(-1)?.sequence ?? 0;
      const failed = state.transaction(async (inside) => {
        await inside.ledger.append([entry()], startMs);
        throw new Error("on purpose");
      });
      await expect(failed).rejects.toThrow("on purpose");
      await Promise.all([1, 2, 3].map(() => state.ledger.append([entry(), entry({ version: null })], startMs)));
      const sequences = (await allAfter(state, before)).map(({ sequence }) => sequence);
      expect(sequences).toEqual([1, 2, 3, 4, 5, 6].map((number) => before + number));
    });

    test("tells to whom an object went", async () => {
      const { ledger } = open().state;
      const given = entry();
      const pushed = { ...given, way: "push" as const, recipients: ["member-hub"] };
      await ledger.append([given, entry(), pushed], startMs);
      expect(await ledger.after(0, given.object)).toMatchObject([given, pushed]);
    });

    test("tells what left because of a campaign, what was taken back of it too", async () => {
      const { ledger, outbox } = open().state;
      const proposal = item();
      const retraction = item({ kind: "retraction", about: proposal.id });
      for (const given of [proposal, retraction, item()]) await outbox.propose(given);
      const [left, back] = [entry({ item: proposal.id }), entry({ item: retraction.id })];
      await ledger.append([left, entry(), back], startMs);
      const told = await ledger.ofCampaign(proposal.about, 0);
      expect(told).toMatchObject([left, back]);
      expect(await ledger.ofCampaign(proposal.about, told[0]?.sequence ?? 0)).toMatchObject([back]);
    });

    test("is never changed", async () => {
      const { state, database } = open();
      await state.ledger.append([entry()], startMs);
      for (const change of [sql`UPDATE ledger_entry SET salt = ''`, sql`DELETE FROM ledger_entry`]) {
        await expect(database.run(change)).rejects.toThrow(/append-only|permission denied/);
      }
    });
  });

  describe("the quarantine", () => {
    test("keeps what came as it came, once, until it was looked at", async () => {
      const { quarantine } = open().state;
      const source = own("member");
      const given = [quarantined(source), quarantined(source)];
      expect(await quarantine.put(source, given)).toBe(true);
      expect(await quarantine.put(source, given)).toBe(true);
      const kept = (await quarantine.list()).rows.filter((row) => row.source === source);
      expect(kept).toEqual(given);
      expect(await quarantine.clear(source)).toBe(2);
      expect(await quarantine.clear(source)).toBe(0);
    });

    test("is full before a source has filled the disk, and says so", async () => {
      const { quarantine } = open().state;
      const source = own("member");
      const many = Array.from({ length: 10_000 }, () => quarantined(source, { body: "{}" }));
      expect(await quarantine.put(source, many)).toBe(true);
      expect(await quarantine.put(source, [quarantined(source)])).toBe(false);
      expect(await quarantine.put(own("member"), [quarantined(own("member"))])).toBe(true);
      expect(await quarantine.clear(source)).toBe(10_000);
    });
  });

  describe("commitments to what came", () => {
    const hourMs = 3_600_000;
    const commitment = (object: string, change: Partial<ReceivedCommitment> = {}): ReceivedCommitment => ({
      object,
      versionMs: 5,
      logIndex: 3,
      commitment: "AAAA",
      ...change,
    });

    test("are due until they are found, later each time, and not for ever", async () => {
      const { receivedCommitments } = open().state;
      const member = own("identity");
      const [one, two] = [commitment(own("campaign"), { logIndex: 9 }), commitment(own("indicator"))];
      await receivedCommitments.put(member, [one, two], startMs);
      expect(await receivedCommitments.due(member, startMs - 1, 10)).toEqual([]);
      expect(await receivedCommitments.due(member, startMs, 10)).toEqual([two, one]);
      expect(await receivedCommitments.due(member, startMs, 1)).toHaveLength(1);
      await receivedCommitments.settle(member, [{ ...two, state: "found" }], startMs);
      let nowMs = startMs;
      const delays: number[] = [];
      for (let hours = 0; hours < 2_000 && delays.length < 20; hours++, nowMs += hourMs) {
        if ((await receivedCommitments.due(member, nowMs, 10)).length === 0) continue;
        await receivedCommitments.settle(member, [{ ...one, state: "missing" }], nowMs);
        delays.push(hours - delays.reduce((sum, delay) => sum + delay, 0));
      }
      expect(delays).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 128, 128, 128]);
      const found = await receivedCommitments.open();
      expect(found.filter((each) => each.member === member)).toEqual([{ member, missing: 1, waiting: 0 }]);
    });

    test("are those of the last version, and of another place only where the first does not hold", async () => {
      const { receivedCommitments } = open().state;
      const member = own("identity");
      const first = commitment(own("campaign"));
      const other = { ...first, logIndex: 4 };
      const due = () => receivedCommitments.due(member, startMs, 10);
      await receivedCommitments.put(member, [first], startMs);
      await receivedCommitments.settle(member, [{ ...first, state: "missing" }], startMs);
      await receivedCommitments.put(member, [first], startMs);
      expect(await due()).toEqual([]);
      await receivedCommitments.put(member, [other], startMs);
      expect(await due()).toEqual([other]);
      // What was looked up meanwhile is not what it is now.
      await receivedCommitments.settle(member, [{ ...first, state: "found" }], startMs);
      expect(await due()).toEqual([other]);
      await receivedCommitments.settle(member, [{ ...other, state: "found" }], startMs);
      await receivedCommitments.put(member, [first], startMs);
      await receivedCommitments.put(member, [{ ...first, versionMs: 4 }], startMs);
      expect(await due()).toEqual([]);
      const later = { ...first, versionMs: 6 };
      await receivedCommitments.put(member, [later], startMs);
      expect(await due()).toEqual([later]);
    });
  });
}

async function allAfter(state: State, sequence: number): Promise<Awaited<ReturnType<State["ledger"]["after"]>>> {
  const page = await state.ledger.after(sequence);
  const last = page.at(-1);
  return last === undefined ? [] : [...page, ...(await allAfter(state, last.sequence))];
}
