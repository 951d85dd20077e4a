import { describe, expect, it } from "vitest";
import { openTestCircle } from "./circle.case.ts";
import type { TestMember } from "./circle.case.ts";
import { formatKnown } from "./query-messages.ts";

const weekMs = 7 * 86_400_000;
const card = (number: number) => ({ kind: "payment", value: `card_${1_000_000 + number}` }) as const;
const known = { verdicts: ["coordinated" as const], seen: "2026-11" };

/** A member that may be asked about the first cards, and says what requests came to it for it. */
async function answering(b: TestMember, count: number): Promise<string[]> {
  b.answers.push(...Array.from({ length: count }, (_, i) => ({ identifier: card(i), content: formatKnown(known) })));
  await b.circle.round();
  const bodies: string[] = [];
  b.server.prependListener("request", (request) => {
    request.on("data", (chunk: Buffer) => bodies.push(chunk.toString("utf8")));
  });
  return bodies;
}

describe("a blind query", () => {
  it("tells what a member knows, which does not see what is asked", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const bodies = await answering(b, 2);
    // More than go in one request.
    const asked = Array.from({ length: 40 }, (_, i) => card(i));
    const answers = await a.circle.ask(b.name, asked);
    expect(answers).toEqual(asked.map((_, i) => (i < 2 ? known : null)));
    expect(bodies.join("")).toContain("stillwatch-query/1");
    expect(bodies.join("")).not.toContain("card_");
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("takes the role, which is given and taken in the members' file", async () => {
    const { members, write } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    await answering(b, 1);
    write((entry) => ({ ...entry, roles: "[witness]" }));
    await b.circle.round();
    await expect(a.circle.ask(b.name, [card(0)])).rejects.toThrow("member-b does not answer queries: 403");
    await expect(a.circle.ask(a.name, [card(0)])).rejects.toThrow("no other member member-a");
  });

  it("is answered of what is known now, and goes on in the next epoch", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    await answering(b, 0);
    expect(await a.circle.ask(b.name, [card(0)])).toEqual([null]);
    await answering(b, 1);
    expect(await a.circle.ask(b.name, [card(0)])).toEqual([known]);
    clock.advance(weekMs);
    await expect(a.circle.ask(b.name, [card(0)])).rejects.toThrow("the snapshot's epoch is over");
    await b.circle.round();
    expect(await a.circle.ask(b.name, [card(0)])).toEqual([known]);
  });

  it("counts what each member asks, and ends at the quota", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    await answering(b, 1);
    expect(await b.state.quotas.spend({ member: a.id, epoch: 1 }, 19_999, 20_000)).toBe(true);
    expect(await a.circle.ask(b.name, [card(0)])).toEqual([known]);
    await expect(a.circle.ask(b.name, [card(0)])).rejects.toThrow("member-b does not answer queries: 429");
  });

  it("is believed only with the key that the members' file has", async () => {
    const { members, write } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    await answering(b, 1);
    write((entry) => ({ ...entry, snapshots: "" }));
    await a.circle.round();
    await expect(a.circle.ask(b.name, [card(0)])).rejects.toThrow("no key for snapshots of member-b");
  });
});
