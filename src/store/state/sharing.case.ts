import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { overlapSummarySchema } from "../../model/overlap.ts";
import type { OverlapOffer, OverlapResult } from "../../model/overlap.ts";
import type { State } from "./state.ts";
import { dayMs, iso, overlapResult, own, startMs } from "./values.case.ts";

/** What members may tell each other, and have told. */
export function describeSharing(open: () => State): void {
  describe("sessions of overlap", () => {
    const budget = { sessionsMax: 2, identifiersMax: 100 };
    const session = (peer: string, own_size = 10, peer_size = 10) => ({
      peer,
      nonce: own("nonce"),
      own_size,
      peer_size,
    });

    test("are admitted as long as the pair's budget for a day lasts", async () => {
      const { overlaps } = open();
      const [peer, other] = [own("peer"), own("peer")];
      const admit = (given: ReturnType<typeof session>, nowMs: number) => overlaps.admit(given, budget, nowMs);
      expect(await admit(session(peer), startMs)).toBe("admitted");
      expect(await admit(session(peer), startMs + 1)).toBe("admitted");
      expect(await admit(session(peer), startMs + 2)).toBe("over-budget");
      expect(await admit(session(other), startMs + 2)).toBe("admitted");
      expect(await admit(session(peer), startMs + dayMs)).toBe("admitted");
    });

    test("count the identifiers of either side", async () => {
      const { overlaps } = open();
      const peer = own("peer");
      expect(await overlaps.admit(session(peer, 101, 1), budget, startMs)).toBe("over-budget");
      expect(await overlaps.admit(session(peer, 1, 101), budget, startMs)).toBe("over-budget");
      expect(await overlaps.admit(session(peer, 60, 1), budget, startMs)).toBe("admitted");
      expect(await overlaps.admit(session(peer, 41, 1), budget, startMs)).toBe("over-budget");
      expect(await overlaps.admit(session(peer, 40, 1), budget, startMs)).toBe("admitted");
    });

    test("never come twice", async () => {
      const { overlaps } = open();
      const given = session(own("peer"));
      expect(await overlaps.admit(given, budget, startMs)).toBe("admitted");
      expect(await overlaps.admit(given, budget, startMs + 400 * dayMs)).toBe("replayed");
      expect(await overlaps.admit({ ...given, peer: own("peer") }, budget, startMs)).toBe("admitted");
    });

    test("that come at once share one budget", async () => {
      const { overlaps } = open();
      const peer = own("peer");
      const verdicts = await Promise.all(
        Array.from({ length: 6 }, () => overlaps.admit(session(peer), budget, startMs)),
      );
      expect(verdicts.filter((verdict) => verdict === "admitted")).toHaveLength(2);
    });
  });

  describe("offers of overlap", () => {
    const offer = (peer: string, identifiers = ["payment:fp_1a2B3c4D"]): OverlapOffer => ({
      id: randomUUID(),
      peer,
      offered: iso(startMs),
      offered_by: "Ada",
      expires: iso(startMs + dayMs),
      identifiers,
    });

    test("stand until they expire, one a member", async () => {
      const { overlapOffers } = open();
      const peer = own("peer");
      const [first, second] = [offer(peer), offer(peer, ["phone:+4930901820", "email:ann@example.com"])];
      await overlapOffers.put(first);
      await overlapOffers.put(second);
      expect(await overlapOffers.find(peer, startMs)).toEqual(second);
      const { identifiers, ...about } = second;
      expect(await overlapOffers.list(startMs)).toContainEqual({ ...about, size: identifiers.length });
      expect(await overlapOffers.find(peer, startMs + dayMs)).toBeNull();
      expect(await overlapOffers.list(startMs + dayMs)).not.toContainEqual(expect.objectContaining({ peer }));
      expect(await overlapOffers.find(own("peer"), startMs)).toBeNull();
    });

    test("are used once, and only as they were read", async () => {
      const { overlapOffers } = open();
      const peer = own("peer");
      const [first, second] = [offer(peer), offer(peer)];
      await overlapOffers.put(first);
      await overlapOffers.put(second);
      expect(await overlapOffers.take(first, startMs)).toBe(false);
      expect(await overlapOffers.take(second, startMs + dayMs)).toBe(false);
      const taken = await Promise.all([1, 2, 3].map(() => overlapOffers.take(second, startMs)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await overlapOffers.withdraw(peer)).toBe(false);
      await overlapOffers.put(first);
      expect(await overlapOffers.withdraw(peer)).toBe(true);
      expect(await overlapOffers.find(peer, startMs)).toBeNull();
    });
  });

  describe("what overlaps have found", () => {
    test("is kept as it was, and listed by its sizes", async () => {
      const { overlapResults } = open();
      const result = (atMs: number): OverlapResult => overlapResult({ at: iso(atMs) });
      const [late, early] = [result(startMs + 1), result(startMs)];
      await overlapResults.put(late);
      await overlapResults.put(early);
      expect(await overlapResults.find(late.session)).toEqual(late);
      expect(await overlapResults.find("0".repeat(64))).toBeNull();
      const { rows } = await overlapResults.list();
      const listed = rows.filter(({ session }) => session === late.session || session === early.session);
      expect(listed).toEqual([early, late].map((one) => overlapSummarySchema.parse(one)));
      await expect(overlapResults.put(late)).rejects.toThrow("duplicate key");
    });
  });

  describe("heads of logs that we witness", () => {
    const head = (size: number, root = `root-${size}`) => ({ size, root, checkpoint: `${size} ${root}` });

    test("only ever grow, and from where they are", async () => {
      const { witnessed } = open();
      const origin = own("log");
      expect(await witnessed.find(origin)).toBeNull();
      expect(await witnessed.advance(origin, 5, head(9))).toBe(false);
      expect(await witnessed.advance(origin, 0, head(3))).toBe(true);
      expect(await witnessed.advance(origin, 0, head(4))).toBe(false);
      expect(await witnessed.advance(origin, 3, head(7))).toBe(true);
      expect(await witnessed.advance(origin, 7, head(6))).toBe(false);
      expect(await witnessed.find(origin)).toEqual(head(7));
    });

    test("have one root a size", async () => {
      const { witnessed } = open();
      const origin = own("log");
      await witnessed.advance(origin, 0, head(3));
      expect(await witnessed.advance(origin, 3, head(3))).toBe(true);
      expect(await witnessed.advance(origin, 3, head(3, "another"))).toBe(false);
      expect(await witnessed.find(origin)).toEqual(head(3));
    });

    test("are moved by one of those that come at once", async () => {
      const { witnessed } = open();
      const origin = own("log");
      const moved = await Promise.all([4, 5, 6].map((size) => witnessed.advance(origin, 0, head(size))));
      expect(moved.filter(Boolean)).toHaveLength(1);
    });
  });

  describe("quotas of queries", () => {
    test("are spent by a member in an epoch, and never beyond", async () => {
      const { quotas } = open();
      const [member, other] = [own("member"), own("member")];
      const spend = (count: number, epoch = 1, who = member) => quotas.spend({ member: who, epoch }, count, 10);
      expect(await spend(11)).toBe(false);
      expect(await spend(6)).toBe(true);
      expect(await spend(5)).toBe(false);
      expect(await spend(4)).toBe(true);
      expect(await spend(1)).toBe(false);
      expect(await spend(1, 2)).toBe(true);
      expect(await spend(1, 1, other)).toBe(true);
    });

    test("are one for requests that come at once", async () => {
      const { quotas } = open();
      const member = own("member");
      const spent = await Promise.all(Array.from({ length: 8 }, () => quotas.spend({ member, epoch: 1 }, 3, 10)));
      expect(spent.filter(Boolean)).toHaveLength(3);
    });
  });

  describe("disclosed counts", () => {
    const of = (recipient: string, question: string, period = "2026-03") => ({ recipient, question, period });
    const value = (given: number, millionths = 400_000) => ({ value: given, millionths });
    const max = 1_000_000;

    test("have one value a question and period, whoever asks, and cost each once", async () => {
      const { disclosures } = open();
      const [a, b, question] = [own("member"), own("member"), own("question")];
      expect(await disclosures.release(of(a, question), value(17), max, startMs)).toBe(17);
      expect(await disclosures.release(of(a, question), value(23), max, startMs)).toBe(17);
      expect(await disclosures.release(of(b, question), value(29), max, startMs)).toBe(17);
      expect(await disclosures.spent(a, "2026-03")).toBe(400_000);
      expect(await disclosures.release(of(a, question, "2026-04"), value(31), max, startMs)).toBe(31);
      expect(await disclosures.spent(a, "2026-03")).toBe(400_000);
    });

    test("end with the recipient's budget, but for what it has been told", async () => {
      const { disclosures } = open();
      const [a, first, second, third] = [own("member"), own("question"), own("question"), own("question")];
      await disclosures.release(of(a, first), value(1), max, startMs);
      await disclosures.release(of(a, second), value(2), max, startMs);
      expect(await disclosures.release(of(a, third), value(3), max, startMs)).toBeNull();
      expect(await disclosures.release(of(a, first), value(4), max, startMs)).toBe(1);
      expect(await disclosures.release(of(own("member"), third), value(5), max, startMs)).toBe(5);
    });

    test("are listed with what each has cost, the oldest first", async () => {
      const { disclosures } = open();
      const [a, question, other] = [own("member"), own("question"), own("question")];
      await disclosures.release(of(a, question), value(17), max, startMs + 1);
      await disclosures.release(of(a, other), value(0), max, startMs);
      await disclosures.release(of(a, question), value(23), max, startMs + 2);
      const first = await disclosures.list({ limit: 1 });
      const rest = await disclosures.list({ after: first.next ?? "" });
      expect([...first.rows, ...rest.rows].filter(({ recipient }) => recipient === a)).toEqual([
        { ...of(a, other), count: 0, millionths: 400_000, at: iso(startMs) },
        { ...of(a, question), count: 17, millionths: 400_000, at: iso(startMs + 1) },
      ]);
    });

    test("share one budget where they come at once", async () => {
      const { disclosures } = open();
      const a = own("member");
      const released = await Promise.all(
        Array.from({ length: 6 }, (_, i) => disclosures.release(of(a, own("question")), value(i), max, startMs)),
      );
      expect(released.filter((given) => given !== null)).toHaveLength(2);
    });
  });
}
