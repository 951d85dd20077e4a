import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { systemSecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import { openCheckpoint } from "../log/checkpoint.ts";
import { commitmentEntry, saltedCommitment } from "../log/commitments.ts";
import { openLog } from "../log/log.ts";
import { logFolder } from "../log/log-folder.ts";
import { verifyLog } from "../log/verify-log.ts";
import { faultsOf, peer, SECRETS } from "../stix/stix.case.ts";
import { envelopeSchema } from "../taxii/resources.ts";
import {
  actions,
  by,
  campaign,
  openTestCircle,
  plainHeaders,
  propose,
  share,
  signals,
  startMs,
  terms,
  types,
} from "./circle.case.ts";
import type { TestMember } from "./circle.case.ts";
import { unsealed } from "./origin.ts";
import { logKeysOf, signingKeyOf } from "./own-keys.ts";
import { memberTransport } from "./transport.ts";
import { askWitness } from "./witness-protocol.ts";

/** Says of the campaign that this member has learnt of that it was seen here, too. @returns the campaign's id. */
async function agree({ circle, state, learnt }: TestMember): Promise<string> {
  const about = learnt.find(({ object }) => object.type === "campaign")!.object.id;
  const remark = "Seen here too, by own evidence.";
  const [id] = await circle.proposals.react([about], { kind: "opinion", opinion: "agree", remark }, terms, by);
  await state.outbox.decide(id!, "released", "Cy", startMs);
  await circle.round();
  return about;
}

describe("two members", () => {
  it("learn from each other what a person has released, and nothing before", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const id = await propose(a);
    await a.circle.round();
    await b.circle.round();
    expect(b.learnt).toEqual([]);
    expect(await a.state.ledger.after(0)).toEqual([]);

    await a.state.outbox.decide(id, "released", "Berit", startMs);
    expect(await a.circle.round()).toEqual({ sent: 1, pushed: 0, received: expect.any(Number) });
    await b.circle.round();
    expect(types(b)).toEqual(expect.arrayContaining(["campaign", "intrusion-set", "indicator", "report"]));
    expect(types(b)).not.toContain("incident");
    expect(new Set(b.learnt.map(({ member }) => member))).toEqual(new Set([a.id]));
    expect(SECRETS.filter((secret) => JSON.stringify(b.learnt).includes(secret))).toEqual([]);

    const before = b.learnt.length;
    await b.circle.round();
    expect(b.learnt).toHaveLength(before);
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("can say afterwards what went to whom, and show that the log has it", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const id = await share(a);
    await b.circle.round();
    const ledger = await a.state.ledger.after(0);
    expect(ledger.map(({ object }) => object)).toEqual(b.learnt.map(({ object }) => object.id));
    expect(new Set(ledger.map((entry) => [entry.item, entry.recipients, entry.released_by].join(" ")))).toEqual(
      new Set([`${id} member-b Berit`]),
    );

    const entries: string[] = [];
    const policy = { log: logKeysOf(a.secret, a.name).log, witnesses: [], witnessesMin: 0 };
    const verdict = await verifyLog(logFolder(join(a.folder, "log")).read, policy, undefined, (entry) => {
      entries.push(Buffer.from(entry).toString());
    });
    expect(verdict.kind).toBe("intact");
    const item = await a.state.outbox.find(id);
    for (const left of item?.objects ?? []) {
      const opened = unsealed(left);
      if (opened === null) continue;
      const commitment = saltedCommitment(
        Buffer.from(opened.origin.salt, "base64"),
        Buffer.from(canonicalJson(opened.object)),
      );
      expect(entries[opened.origin.log_index]).toBe(Buffer.from(commitmentEntry(a.id, commitment)).toString());
    }
    expect(entries).toHaveLength(ledger.length);
  });

  it.skipIf(peer.skipped)(`serve what OASIS's validator has nothing against, sealed (${peer.ifSkipped})`, async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const found = { campaign, signals, actions };
    const flows = ["intelligence", "incidents", "response"] as const;
    const ids = await a.circle.proposals.campaign(found, { ...terms, flows, actor: null }, by);
    for (const id of ids) await a.state.outbox.decide(id, "released", "Berit", startMs);
    await a.circle.round();
    await b.circle.round();
    await agree(b);

    const served = new Map<unknown, Record<string, unknown>>();
    for (const [member, reader] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const flow of flows) {
        const url = `${member.url}circle/collections/${flow}/objects/?limit=1000`;
        const { objects = [] } = envelopeSchema.parse(
          await (await fetch(url, { headers: plainHeaders(reader.name) })).json(),
        );
        for (const object of objects) served.set(object["id"], object);
      }
    }
    const objects = [...served.values()];
    const sealed = objects.filter((object) => unsealed(object) !== null).map(({ type }) => type);
    expect(sealed).toEqual(
      expect.arrayContaining(["campaign", "indicator", "incident", "course-of-action", "opinion"]),
    );
    expect(await faultsOf(objects)).toEqual([]);
  });

  it("react to what others say", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    await share(a);
    await b.circle.round();
    const about = await agree(b);
    await a.circle.round();
    expect(a.learnt.find(({ object }) => object.type === "opinion")).toMatchObject({
      member: b.id,
      object: { opinion: "agree", object_refs: [about] },
    });
  });

  it("keep incidents apart from intelligence, with rights of their own", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = circle.members;
    circle.write((entry) => (entry.name === "member-b" ? { ...entry, collections: "{ intelligence: read }" } : entry));
    const flows = ["intelligence", "incidents"] as const;
    const found = { campaign, signals, actions: [] };
    const ids = await a.circle.proposals.campaign(found, { ...terms, flows, actor: null }, by);
    for (const id of ids) await a.state.outbox.decide(id, "released", "Berit", startMs);
    await a.circle.round();
    await b.circle.round();
    expect(types(b)).toContain("campaign");
    expect(types(b)).not.toContain("incident");
    circle.write();
    await a.circle.round();
    await b.circle.round();
    expect(types(b)).toContain("incident");
  });
});

describe("a hub", () => {
  it("passes on what it is handed, and nobody but the origin is believed for it", async () => {
    const { members } = await openTestCircle(["member-a", "member-b", "member-hub"], {
      "member-a": { pushTo: ["member-hub"], pollFrom: ["member-hub"], witnesses: ["member-hub"] },
      "member-b": { pollFrom: ["member-hub"] },
      "member-hub": { pollFrom: [] },
    });
    const [a, b] = members;
    const hub = members.at(-1)!;
    await share(a);
    await hub.circle.round();
    await b.circle.round();
    expect([...a.failures, ...b.failures, ...hub.failures]).toEqual([]);
    expect(types(hub)).toContain("indicator");
    expect(types(b)).toContain("indicator");
    expect(new Set(b.learnt.map(({ member }) => member))).toEqual(new Set([a.id]));
    // What comes back to its origin is no news.
    await a.circle.round();
    expect(a.learnt).toEqual([]);
    const ways = (await a.state.ledger.after(0)).map(({ way, recipients }) => `${way} ${recipients.join(",")}`);
    expect(new Set(ways)).toEqual(new Set(["collection member-b,member-hub", "push member-hub"]));
  });

  it("cosigns the logs of members, as far as they have only grown", async () => {
    const { members } = await openTestCircle(["member-a", "member-hub"], {
      "member-a": { witnesses: ["member-hub"] },
    });
    const [a, hub] = members;
    await share(a);
    const policy = {
      log: logKeysOf(a.secret, a.name).log,
      witnesses: [logKeysOf(hub.secret, hub.name).cosigner],
      witnessesMin: 1,
    };
    const checkpoint = async (): Promise<string> => (await fetch(`${a.url}log/checkpoint`)).text();
    const first = openCheckpoint(await checkpoint(), policy);
    expect(first.size).toBeGreaterThan(0);
    const [id] = await a.circle.proposals.react(
      ["campaign--00000000-0000-4000-8000-000000000001"],
      { kind: "note", remark: "Looked for and not found here." },
      terms,
      by,
    );
    await a.state.outbox.decide(id!, "released", "Berit", startMs);
    await a.circle.round();
    expect(openCheckpoint(await checkpoint(), policy).size).toBeGreaterThan(first.size);
    expect(a.failures).toEqual([]);
  });

  it("tells its people of a log that shows another past, with what it has signed", async () => {
    const circle = await openTestCircle(["member-a", "member-hub"], { "member-a": { witnesses: ["member-hub"] } });
    const [a, hub] = circle.members;
    await share(a);
    const policy = { log: logKeysOf(a.secret, a.name).log, witnesses: [], witnessesMin: 0 };
    const before = openCheckpoint(readFileSync(join(a.folder, "log", "checkpoint"), "utf8"), policy);
    const log = await openLog(join(a.folder, "fork"), logKeysOf(a.secret, a.name).log);
    onTestFinished(() => log.close());
    await log.append(Array.from({ length: 100 }, (_, index) => Buffer.from(String(index))));
    const signer = { keyId: "member-a-1", ...signingKeyOf(a.secret) };
    const transport = memberTransport({ signer, random: systemSecureRandom, clock: circle.clock, dispatcher: null });
    const { signal } = new AbortController();
    const asking = askWitness({ log, transport, signal }, new URL(hub.url), logKeysOf(hub.secret, hub.name).cosigner);
    await expect(asking).rejects.toThrow("it answers 422");
    const [failure] = hub.failures;
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({ message: expect.stringContaining("the log of member-a does not show") });
    const { hint = "" } = failure instanceof UserError ? failure : {};
    const evidence = z.object({ before: z.string(), now: z.string() });
    const told = evidence.parse(JSON.parse(hint.slice(hint.indexOf("{"))));
    expect(openCheckpoint(told.before, policy)).toEqual(before);
    expect(openCheckpoint(told.now, policy).size).toBe(100);
  });

  it("is asked to cosign again once it can be reached", async () => {
    const circle = await openTestCircle(["member-a", "member-b"], { "member-a": { witnesses: ["member-b"] } });
    const [a, b] = circle.members;
    b.server.close();
    b.server.closeAllConnections();
    await share(a);
    expect(a.failures).toEqual(expect.arrayContaining([expect.objectContaining({ name: "UserError" })]));
    expect(a.failures.every((failure) => failure instanceof UserError)).toBe(true);
    expect((await a.state.ledger.after(0)).length).toBeGreaterThan(0);
    b.server.listen(Number(new URL(b.url).port), "127.0.0.1");
    await once(b.server, "listening");
    await a.circle.round();
    const policy = {
      log: logKeysOf(a.secret, a.name).log,
      witnesses: [logKeysOf(b.secret, b.name).cosigner],
      witnessesMin: 1,
    };
    expect(openCheckpoint(readFileSync(join(a.folder, "log", "checkpoint"), "utf8"), policy).size).toBeGreaterThan(0);
  });

  it("waits for a member that is down, and stops nobody else", async () => {
    const circle = await openTestCircle(["member-a", "member-b", "member-hub"], {
      "member-a": { pushTo: ["member-hub"] },
    });
    const [a, b] = circle.members;
    // The hub takes nothing from anybody any more.
    circle.write((entry) => ({
      ...entry,
      collections: entry.name === "member-a" ? "{}" : "{ intelligence: read-write }",
    }));
    await circle.members[2]!.circle.round();
    circle.write();
    await share(a);
    await b.circle.round();
    expect(types(b)).toContain("campaign");
    expect(a.failures).not.toEqual([]);
    expect((await a.state.outbox.nextPush("member-hub"))?.state).toBe("sent");
    await circle.members[2]!.circle.round();
    expect(await a.circle.round()).toMatchObject({ pushed: 1 });
  });
});
