import { once as eventOf } from "node:events";
import { readFileSync } from "node:fs";
import { IncomingMessage, request as httpRequest } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Clock } from "../../kit/clock.ts";
import { systemSecureRandom } from "../../kit/secure-random.ts";
import type { Transport } from "../taxii/client/connection.ts";
import { TAXII_MEDIA_TYPE } from "../taxii/media-type.ts";
import { refusal } from "../taxii/server/answers.case.ts";
import { by, openTestCircle, plainHeaders, share, types } from "./circle.case.ts";
import type { TestMember } from "./circle.case.ts";
import { signingKeyOf } from "./own-keys.ts";
import { memberTransport } from "./transport.ts";

/** Requests of a member, with its signature. */
function signedBy({ name, secret }: TestMember, clock: Clock): Transport {
  const signer = { keyId: `${name}-1`, ...signingKeyOf(secret) };
  return memberTransport({ signer, random: systemSecureRandom, clock, dispatcher: null });
}
const once = { redirect: "manual", signal: new AbortController().signal } as const;

describe("the listener", () => {
  it("takes from a member what it says itself, and nothing in the name of another", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const told = (await a.state.outbox.find(await share(a)))!.objects.find(({ type }) => type === "campaign")!;
    const posted = await fetch(`${b.url}circle/collections/intelligence/objects/`, {
      method: "POST",
      headers: plainHeaders("member-a"),
      body: JSON.stringify({ objects: [told, { ...told, modified: "2026-11-20T11:00:00.000Z" }] }),
    });
    expect(await posted.json()).toMatchObject({
      success_count: 1,
      failures: [{ id: told["id"], message: expect.stringMatching(/not by its key/) }],
    });
    const copied = await fetch(`${a.url}circle/collections/intelligence/objects/`, {
      method: "POST",
      headers: plainHeaders("member-b"),
      body: JSON.stringify({ objects: [told] }),
    });
    expect(await copied.json()).toMatchObject({
      failures: [{ message: "it is not said by the member that hands it in" }],
    });
  });

  it("removes nothing for anybody, so that a member that lies can't hide what another has said or taken back", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b", "member-hub"]);
    const [a, b] = members;
    const hub = members.at(-1)!;
    const item = await share(a);
    await hub.circle.round();
    clock.advance(60_000);
    const [retraction] = await a.circle.proposals.retract(item, { ...by, nowMs: clock.nowMs() });
    await a.state.outbox.decide(retraction!, "released", "Berit", clock.nowMs());
    await a.circle.round();

    const told = new Set((await a.state.ledger.after(0)).map(({ object }) => object));
    const signed = signedBy(b, clock);
    for (const id of told) {
      const url = new URL(`circle/collections/intelligence/objects/${id}/?match[version]=all`, a.url);
      const plain = await fetch(url, { method: "DELETE", headers: plainHeaders("member-b") });
      expect(plain.status).toBe(403);
      expect(await plain.json()).toMatchObject({ description: expect.stringContaining("with a revoked version") });
      const headers = { accept: TAXII_MEDIA_TYPE };
      expect((await signed(url, { ...once, method: "DELETE", headers })).status).toBe(403);
    }

    await hub.circle.round();
    const campaigns = hub.learnt.filter(({ object }) => object.type === "campaign").map(({ object }) => object);
    expect(campaigns).toMatchObject([{ id: campaigns[0]!.id }, { id: campaigns[0]!.id, revoked: true }]);
    await b.circle.round();
    expect(types(b)).toContain("campaign");
  });

  it("knows a plain TAXII client by its password, and nobody without one", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a] = members;
    await share(a);
    const ask = (name: string, secret?: string) =>
      fetch(`${a.url}circle/collections/intelligence/objects/`, { headers: plainHeaders(name, secret) });
    expect((await ask("member-b")).status).toBe(200);
    expect((await ask("member-b", "wrong")).status).toBe(401);
    expect((await ask("member-a")).status).toBe(401);
  });

  it("says in TAXII's words that a body is longer than it may be", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b"]);
    const [{ url, failures }, b] = members;
    // All of it is read before it is too much, so that the answer is not lost to a closed connection.
    const body = "x".repeat(8 * 2 ** 20 + 1);
    const post = (path: string) =>
      signedBy(b, clock)(new URL(path, url), { ...once, method: "POST", headers: { accept: TAXII_MEDIA_TYPE }, body });
    const answer = await post("circle/collections/intelligence/objects/");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([413, TAXII_MEDIA_TYPE]);
    expect((await post("overlap")).status).toBe(413);
    expect(failures).toEqual([]);
  });

  it("waits for no body of whose signature does not count", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [{ url, failures }] = members;
    const headers = { "signature-input": "stillwatch=()", signature: "stillwatch=:AA==:", "content-length": 1_000 };
    const asking = httpRequest(`${url}overlap`, { method: "POST", headers });
    asking.flushHeaders();
    const [answer] = z.tuple([z.instanceof(IncomingMessage)]).parse(await eventOf(asking, "response"));
    expect(answer.statusCode).toBe(401);
    asking.destroy();
    expect(failures).toEqual([]);
  });

  it("refuses requests that are signed wrongly, and addresses that there are not", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a] = members;
    const headers = { "signature-input": "stillwatch=()", signature: "stillwatch=:AA==:" };
    for (const path of ["taxii2/", "circle/collections/", "circle/collections/intelligence/objects/?limit=1"]) {
      const refused = await fetch(`${a.url}${path}`, { headers });
      expect(refused.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
      expect(await refusal(refused)).toEqual([401, "401"]);
    }
    const elsewhere = await fetch(`${a.url}query/snapshot`, { headers });
    expect([elsewhere.status, elsewhere.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    for (const path of [
      "",
      "log/../secret",
      "log/tile/0/%2e%2e",
      "log/tile/0/x000/../../../secret",
      "/",
      "witness/add-checkpoint",
    ]) {
      expect((await fetch(`${a.url}${path}`)).status).toBe(404);
    }
    expect((await fetch(`${a.url}log/checkpoint`, { method: "POST" })).status).toBe(405);
    expect(await (await fetch(`${a.url}log/checkpoint`)).text()).toBe(
      readFileSync(join(a.folder, "log", "checkpoint"), "utf8"),
    );
  });
});
