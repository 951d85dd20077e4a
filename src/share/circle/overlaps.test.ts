import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { systemSecureRandom } from "../../kit/secure-random.ts";
import { loadRistretto255 } from "../group/ristretto255.ts";
import { identifierText } from "../overlap/identifier.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { elementDomain } from "../overlap/messages.ts";
import { openTestCircle, startMs } from "./circle.case.ts";
import type { TestCircle, TestMember } from "./circle.case.ts";
import { signingKeyOf } from "./own-keys.ts";
import { memberTransport } from "./transport.ts";

const dayMs = 86_400_000;
const turnMsMax = 300_000;
const card = (number: number): Identifier => ({ kind: "payment", value: `card_${1_000_000 + number}` });
const cards = (from: number, to: number): Identifier[] => Array.from({ length: to - from }, (_, i) => card(from + i));
const texts = (set: readonly Identifier[]): string[] => set.map(identifierText);
const by = (person: string) => ({ person, nowMs: startMs });

interface Turn {
  readonly asked: string;
  readonly answered: string;
}

/** What crosses between others and this member's listener, from now on. */
function crossing(member: TestMember): Turn[] {
  const turns: Turn[] = [];
  member.server.prependListener("request", (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    const ended = vi.spyOn(response, "end");
    response.on("finish", () => {
      const [body] = ended.mock.calls[0] ?? [];
      turns.push({ asked: Buffer.concat(chunks).toString("utf8"), answered: String(body) });
    });
  });
  return turns;
}

/** Posts something as this member, signed; the status. */
async function post({ clock }: TestCircle, from: TestMember, to: TestMember, body: string): Promise<number> {
  const signer = { ...signingKeyOf(from.secret), keyId: `${from.name}-1` };
  const transport = memberTransport({ signer, random: systemSecureRandom, clock, dispatcher: null });
  const { status } = await transport(new URL("overlap", to.url), {
    method: "POST",
    redirect: "manual",
    signal: new AbortController().signal,
    headers: { "content-type": "application/json" },
    body,
  });
  return status;
}

const offered = (to: TestMember, from: TestMember, set: readonly Identifier[], days = 7) =>
  from.circle.overlaps.offer(to.name, set, days, by("Berit"));

/** What the audit log has of the other member, the oldest first. */
async function acts({ state }: TestMember, about: TestMember): Promise<unknown[]> {
  const entries = await state.audit.about({ kind: "member", id: about.name }, 20);
  return entries.toReversed().map(({ action, actor, detail }) => ({ action, actor, ...detail }));
}

/** Begins a session with the other, and does not go on with it. */
async function leave(from: TestMember, to: TestMember): Promise<void> {
  await offered(from, to, [card(1)]);
  let asked = 0;
  const cut = (request: { destroy(): unknown }): void => {
    if (++asked === 2) request.destroy();
  };
  to.server.prependListener("request", cut);
  const comparing = from.circle.overlaps.compare(to.name, [card(1)], by("Ada"));
  await expect(comparing).rejects.toThrow(`${to.name} can't be reached`);
  to.server.off("request", cut);
}

const checkpoint = ({ folder }: TestMember): string => readFileSync(join(folder, "log", "checkpoint"), "utf8");

describe("an overlap over the listener", () => {
  it("is found by both, out of what a person has offered, and stands in both members' records", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const audited = { a: (await acts(a, b)).length, b: (await acts(b, a)).length };
    await offered(a, b, cards(0, 30));
    const [before, result] = [checkpoint(b), await a.circle.overlaps.compare(b.name, cards(27, 40), by("Ada"))];
    expect(result).toMatchObject({ role: "initiator", person: "Ada", own_size: 13, peer_size: 30, common_size: 3 });
    expect(result.common).toEqual(texts(cards(27, 30)));
    const seen = await b.state.overlapResults.find(result.session);
    expect(seen).toMatchObject({
      role: "responder",
      person: "Berit",
      peer: a.id,
      common: result.common,
      peer_size: 13,
    });
    expect(await a.state.overlapResults.find(result.session)).toEqual(result);
    // Each has what the other would have to open, and a log that has it.
    expect([seen?.peer_commitment, seen?.commitment]).toEqual([result.commitment, result.peer_commitment]);
    expect(checkpoint(b)).not.toBe(before);
    const { session } = result;
    expect((await acts(a, b)).slice(audited.a)).toEqual([
      { action: "overlap.asked", actor: "Ada", identifiers: 13 },
      { action: "overlap.admitted", actor: "Ada", role: "initiator", own_size: 13, peer_size: 30 },
      {
        action: "overlap.found",
        actor: "Ada",
        role: "initiator",
        session,
        own_size: 13,
        peer_size: 30,
        common_size: 3,
      },
    ]);
    const answering = { actor: "circle", role: "responder", offered_by: "Berit", own_size: 30, peer_size: 13 };
    expect((await acts(b, a)).slice(audited.b)).toEqual([
      { action: "overlap.offered", actor: "Berit", identifiers: 30, days: 7 },
      { action: "overlap.admitted", ...answering },
      { action: "overlap.found", ...answering, session, common_size: 3 },
    ]);
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("lets nothing of what one has alone cross, in no form that could be looked up", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const turns = crossing(b);
    const elements: Set<string>[] = [];
    for (let run = 0; run < 2; run++) {
      await offered(a, b, cards(0, 20));
      const { session } = await a.circle.overlaps.compare(b.name, cards(19, 40), by("Ada"));
      const traffic = turns.splice(0).flatMap(({ asked, answered }) => [asked, answered]);
      const messages = traffic.map((text): unknown => JSON.parse(text));
      expect(messages).toMatchObject(["hello", "blinded", "doubly-blinded"].flatMap((kind) => [{ kind }, { kind }]));
      const crossed = new Set(messages.flatMap(elementsOf));
      // Of 20 and 21, each once blinded and once doubly; the one that both have is the same for both.
      expect(crossed.size).toBe(2 * (20 + 21) - 1);
      const group = await loadRistretto255();
      const forms = cards(0, 40).flatMap((identifier) => {
        const text = Buffer.from(identifierText(identifier));
        const inSession = Buffer.concat([Buffer.from(session, "hex"), text]);
        return [
          ...[text, Buffer.from(identifier.value), inSession].flatMap((plain) => [plain, digest(plain)]),
          ...[text, inSession].map((plain) => Buffer.from(group.hashToElement(elementDomain, plain))),
        ];
      });
      const all = traffic.join("\n");
      for (const form of forms) {
        expect(crossed.has(form.toString("base64"))).toBe(false);
        for (const encoding of ["utf8", "hex", "base64"] as const) expect(all).not.toContain(form.toString(encoding));
      }
      elements.push(crossed);
    }
    // Nor can one session's be recognised in another's.
    expect([...elements[0]!].filter((element) => elements[1]!.has(element))).toEqual([]);
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("takes the role, a key of the log, and an offer that stands; which is for one session", async () => {
    const { members, clock, write } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const compare = (): Promise<unknown> => a.circle.overlaps.compare(b.name, [card(1)], by("Ada"));
    await expect(compare()).rejects.toThrow("member-b does not answer overlaps: 404");
    await offered(a, b, [card(1)]);
    await compare();
    await expect(compare()).rejects.toThrow("404");
    await offered(a, b, [card(1)]);
    expect(await b.circle.overlaps.withdraw(a.name, by("Berit"))).toBe(true);
    expect(await b.circle.overlaps.withdraw(a.name, by("Berit"))).toBe(false);
    await expect(compare()).rejects.toThrow("404");
    await offered(a, b, [card(1)], 1);
    clock.advance(dayMs);
    await expect(compare()).rejects.toThrow("404");
    await offered(a, b, [card(1)], 2);
    write((entry) => ({ ...entry, roles: "[witness, query]" }));
    await b.circle.round();
    await expect(compare()).rejects.toThrow("member-b does not answer overlaps: 403");
    await expect(offered(a, b, [card(1)])).rejects.toThrow("member-a could not take it up");
    await expect(a.circle.overlaps.compare(a.name, [card(1)], by("Ada"))).rejects.toThrow("no other member member-a");
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("ends with the pair's budget, and leaves the offer to another day", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const compare = (set: Identifier[]): Promise<unknown> => a.circle.overlaps.compare(b.name, set, by("Ada"));
    await offered(a, b, cards(0, 100));
    await compare(cards(0, 10));
    await offered(a, b, cards(0, 51));
    // 151 of theirs within a day.
    await expect(compare(cards(0, 10))).rejects.toThrow("member-b does not answer overlaps: 429");
    clock.advance(dayMs);
    await compare(cards(0, 10));
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("takes no set that is larger than either allows", async () => {
    const small = { overlap: { setSizeMax: 5, budget: { sessionsMax: 4, identifiersMax: 100 } } };
    const { members } = await openTestCircle(["member-a", "member-b"], { "member-b": small });
    const [a, b] = members;
    await expect(offered(a, b, cards(0, 6))).rejects.toThrow("6 identifiers are more than a session may have");
    await offered(a, b, cards(0, 5));
    await expect(a.circle.overlaps.compare(b.name, cards(0, 6), by("Ada"))).rejects.toThrow("overlaps: 413");
    await expect(a.circle.overlaps.compare(b.name, cards(0, 101), by("Ada"))).rejects.toThrow("more than a session");
    await expect(a.circle.overlaps.compare(b.name, [], by("Ada"))).rejects.toThrow("no identifiers");
  });

  it("refuses a first message that was used before, and one whose commitment its log does not hold", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = circle.members;
    const turns = crossing(b);
    await offered(a, b, [card(1)]);
    await a.circle.overlaps.compare(b.name, [card(1)], by("Ada"));
    await offered(a, b, [card(1)]);
    const [hello = { asked: "", answered: "" }] = turns;
    const before = checkpoint(b);
    expect(await post(circle, a, b, hello.asked)).toBe(409);
    const changed = (change: object): string => JSON.stringify({ ...JSON.parse(hello.asked), ...change });
    expect(await post(circle, a, b, changed({ commitment: Buffer.alloc(32, 1).toString("base64") }))).toBe(403);
    // A proof of the other's log is none of a's.
    expect(await post(circle, a, b, changed({ proof: proofOf(hello.answered) }))).toBe(403);
    expect(await post(circle, a, b, changed({ from: b.id }))).toBe(400);
    expect(await post(circle, a, b, "nothing")).toBe(400);
    // What was refused has used nothing up, and left nothing in the log.
    expect(checkpoint(b)).toBe(before);
    expect(await b.state.overlapOffers.find(a.id, startMs)).toMatchObject({ peer: a.id });
    expect(await post(circle, a, b, JSON.stringify({ kind: "blinded" }))).toBe(409);
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("is broken off where the other does not go on, and the place is free again", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const compare = (): Promise<unknown> => a.circle.overlaps.compare(b.name, [card(1)], by("Ada"));
    await leave(a, b);
    await offered(a, b, [card(1)]);
    await expect(compare()).rejects.toThrow("member-b does not answer overlaps: 409");
    clock.advance(turnMsMax);
    await b.circle.round();
    expect((await acts(b, a)).at(-1)).toMatchObject({ action: "overlap.failed", reason: "broken-off" });
    expect(await compare()).toMatchObject({ common_size: 1 });
    expect(await acts(a, b)).toContainEqual({
      action: "overlap.failed",
      actor: "Ada",
      role: "initiator",
      reason: "broken-off",
    });
    expect(b.failures).toEqual([]);
  });
});

describe("sessions at once", () => {
  it("are two, whoever began them", async () => {
    const { members } = await openTestCircle(["member-a", "member-b", "member-c"]);
    const [a, b, c] = members;
    await leave(a, b);
    await leave(c!, b);
    await offered(b, a, [card(1)]);
    const own = b.circle.overlaps.compare(a.name, [card(1)], by("Berit"));
    await expect(own).rejects.toThrow("as many overlaps as may be are under way here");
    expect(await a.state.overlapOffers.find(b.id, startMs)).not.toBeNull();
    // Those that are left end with the circle.
    await b.circle.close();
    expect((await acts(b, c!)).at(-1)).toMatchObject({ action: "overlap.failed", reason: "broken-off" });
    expect(b.failures).toEqual([]);
  });
});

function elementsOf(message: unknown): string[] {
  if (typeof message !== "object" || message === null || !("elements" in message)) return [];
  const bytes = Buffer.from(String(message.elements), "base64");
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32).toString("base64"));
}

function proofOf(hello: string): unknown {
  const message: unknown = JSON.parse(hello);
  return typeof message === "object" && message !== null && "proof" in message ? message.proof : undefined;
}

const digest = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();
