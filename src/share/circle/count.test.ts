import { describe, expect, it } from "vitest";
import { FAMILIES } from "../../model/report.ts";
import { capabilitySchema } from "../stix/extensions.ts";
import { accountsCounted, openTestCircle } from "./circle.case.ts";
import type { CountQuestion } from "./count-messages.ts";
import { countPath } from "./count-messages.ts";
import { memberTransport } from "./transport.ts";
import { openSigner } from "./own-keys.ts";
import { readMembers } from "./members.ts";
import { systemSecureRandom } from "../../kit/secure-random.ts";

const any: CountQuestion = { capability: null, evidence: null };

describe("a count of another member's accounts", () => {
  it("comes with noise, is the same for all who ask in a month, and stands in the ledger", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b", "member-c"]);
    const [a, b, c] = members;
    const first = await a.circle.count(b.name, any);
    expect(Math.abs(first.count - accountsCounted)).toBeLessThan(200);
    expect(first.epsilon).toEqual({ numerator: 1, denominator: 10 });
    expect(await a.circle.count(b.name, any)).toEqual(first);
    expect(await c!.circle.count(b.name, any)).toEqual(first);
    expect(b.counted).toEqual([any, any, any]);
    // Once each: to ask again costs nothing.
    expect(await b.state.disclosures.spent(a.id, "2026-11")).toBe(100_000);
    expect(await b.state.disclosures.spent(c!.id, "2026-11")).toBe(100_000);
    expect(await a.state.disclosures.spent(b.id, "2026-11")).toBe(0);

    const reasoning = { capability: "reasoning", evidence: "twins" } as const;
    await a.circle.count(b.name, reasoning);
    expect(b.counted.at(-1)).toEqual(reasoning);
    expect(await b.state.disclosures.spent(a.id, "2026-11")).toBe(200_000);
    clock.advance(30 * 86_400_000);
    await a.circle.count(b.name, any);
    expect(await b.state.disclosures.spent(a.id, "2026-12")).toBe(100_000);
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("is refused once the month's budget is spent, and only for what is new", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const questions = capabilitySchema.options.flatMap((capability) =>
      FAMILIES.map((evidence): CountQuestion => ({ capability, evidence })),
    );
    const [first, ...rest] = questions.slice(0, 20);
    const answered = await a.circle.count(b.name, first!);
    for (const question of rest) await a.circle.count(b.name, question);
    const refusal = a.circle.count(b.name, questions[20]!);
    await expect(refusal).rejects.toThrow("member-b does not answer counts: 429");
    expect(await a.circle.count(b.name, first!)).toEqual(answered);
    expect(await b.state.disclosures.spent(a.id, "2026-11")).toBe(2_000_000);
  });

  it("takes the role, which is given and taken in the members' file", async () => {
    const { members, write } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    write((entry) => ({ ...entry, roles: "[witness, query, overlap]" }));
    await b.circle.round();
    await expect(a.circle.count(b.name, any)).rejects.toThrow("member-b does not answer counts: 403");
    await expect(a.circle.count(a.name, any)).rejects.toThrow("no other member member-a");
    expect(b.counted).toEqual([]);
  });

  it("is answered to none but the questions that there are, asked as they are", async () => {
    const { members, clock, membersFile } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const self = readMembers(membersFile).find(a.name)!;
    const signer = openSigner(a.settings.signingKeyFile, self, clock.nowMs());
    const transport = memberTransport({ signer, random: systemSecureRandom, clock, dispatcher: null });
    const headers = { "content-type": "application/json" };
    const statusOf = async (init: { readonly method: string; readonly body?: string }): Promise<number> => {
      const signal = new AbortController().signal;
      const { status } = await transport(new URL(countPath, b.url), { redirect: "manual", headers, signal, ...init });
      return status;
    };
    for (const body of ["", "{", "7", '{"capability":"nightfall"}', '{"account":"acct_1"}', '{"evidence":["twins"]}'])
      expect(await statusOf({ method: "POST", body }), body).toBe(400);
    expect(await statusOf({ method: "GET" })).toBe(405);
    expect(await statusOf({ method: "POST", body: "{}" })).toBe(200);
    expect(b.counted).toEqual([any]);
    expect((await fetch(new URL(countPath, b.url), { method: "POST", body: "{}" })).status).toBe(404);
  });
});
