import { describe, expect, it } from "vitest";
import { z } from "zod";
import { signObject } from "../sign/object-signature.ts";
import { tlpMarking } from "../stix/tlp.ts";
import { createInbox } from "./inbox.ts";
import { readMembers } from "./members.ts";
import { openTestCircle, share, startMs, types } from "./circle.case.ts";
import type { TestMember } from "./circle.case.ts";
import { addToCollection } from "./dispatch.ts";
import { COLLECTION_IDS } from "./flows.ts";
import { asJson, sealed, unsealed } from "./origin.ts";
import { signingKeyOf } from "./own-keys.ts";

describe("what comes and is not what it should be", () => {
  /** Puts an object of `change`'s making into a's collection, as a server that lies would have it. */
  async function quarantinedFrom(
    change: (object: Record<string, unknown>, a: TestMember) => object,
    edit: (circle: Awaited<ReturnType<typeof openTestCircle>>) => void = () => {},
  ): Promise<{ reasons: string[]; learnt: string[]; bodies: string[]; withdrawn: string[] }> {
    const circle = await openTestCircle(["member-a", "member-b"], { "member-a": { pollFrom: [] } });
    const [a, b] = circle.members;
    const id = await share(a);
    const item = await a.state.outbox.find(id);
    const told = item!.objects.find(({ type }) => type === "campaign")!;
    const changed = asJson([change(structuredClone(told), a)]);
    await addToCollection(a.state, COLLECTION_IDS.intelligence, "nobody", changed, startMs);
    edit(circle);
    await b.circle.round();
    const { rows } = await b.state.quarantine.list();
    const bodies = rows.map(({ body }) => body);
    return { reasons: rows.map(({ reason }) => reason), learnt: types(b), bodies, withdrawn: b.withdrawn };
  }
  const later = { modified: "2026-11-20T11:00:00.000Z" };

  it.each<[string, (object: Record<string, unknown>) => object, RegExp]>([
    ["was changed", (object) => ({ ...object, ...later, confidence: 100 }), /not by its key/],
    ["is not signed", (object) => ({ ...object, ...later, extensions: {} }), /does not say where it comes from/],
    ["has something of its own", (object) => ({ ...object, ...later, description: "a prompt" }), /not by its key/],
    ["is large", (object) => ({ ...object, ...later, description: "x".repeat(70_000) }), /over 65536 bytes/],
  ])("is kept aside where it %s", async (_what, change, reason) => {
    const { reasons, learnt, withdrawn } = await quarantinedFrom(change);
    expect(reasons).toEqual([expect.stringMatching(reason)]);
    expect(withdrawn).toEqual([]);
    expect(learnt.filter((type) => type === "campaign")).toHaveLength(1);
  });

  it("is kept aside, without what is in it, where it is nested deeper than anybody can walk through", async () => {
    const { members, membersFile, clock } = await openTestCircle(["member-a", "member-b"]);
    const { id: self, state } = members[1];
    const nothing = () => Promise.reject(new Error("it went on"));
    const intelligence = { receive: nothing, withdraw: nothing };
    const inbox = createInbox({ state, intelligence, members: () => readMembers(membersFile), self, clock });
    const deep: unknown = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    const id = "campaign--00000000-0000-4000-8000-000000000009";
    await inbox("member-a", "intelligence", [{ id, x_deep: deep }]);
    const { rows } = await state.quarantine.list();
    expect(rows).toMatchObject([{ object: id, reason: "it is nested too deeply", body: "" }]);
  });

  it("is kept nowhere where its author has marked it TLP:RED, and signed that; and what he had said before is taken back", async () => {
    const { reasons, learnt, bodies, withdrawn } = await quarantinedFrom((object, a) => {
      const { object: said, origin } = unsealed({ ...object, ...later, object_marking_refs: [tlpMarking("red").id] })!;
      const jws = signObject(said, { keyId: "member-a-1", ...signingKeyOf(a.secret) }, startMs);
      return sealed(said, { jws, log_index: origin.log_index, salt: origin.salt });
    });
    expect(reasons).toEqual(["TLP:RED is for persons, not for a circle"]);
    expect(bodies).toEqual([""]);
    expect(withdrawn).toEqual([expect.stringMatching(/^campaign--/)]);
    expect(learnt.filter((type) => type === "campaign")).toHaveLength(1);
  });

  it("is kept aside where its key was revoked, or was not in use", async () => {
    for (const [field, reason] of [
      ["revoked: true }", /its key was revoked/],
      ["until: 2026-11-19 }", /not in use at that time/],
    ] as const) {
      const { reasons, learnt } = await quarantinedFrom(
        (object) => object,
        (circle) =>
          circle.write((entry) =>
            entry.name === "member-a"
              ? {
                  ...entry,
                  keys: entry.keys.replace(
                    /(?:until: 2028-01-01 )\}/,
                    field.startsWith("until") ? field : `until: 2028-01-01, ${field}`,
                  ),
                }
              : entry,
          ),
      );
      expect(new Set(reasons).size).toBe(1);
      expect(reasons[0]).toMatch(reason);
      expect(learnt).toEqual([]);
    }
  });

  it("is otherwise given on with the key that it is signed with, each key's for itself", async () => {
    const circle = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = circle.members;
    await share(a);
    await b.circle.round();
    expect(new Set(b.learnt.map(({ key }) => key))).toEqual(new Set(["member-a-1"]));
  });

  it("is kept aside where the member has no right to say it", async () => {
    const { reasons, learnt } = await quarantinedFrom(
      (object) => object,
      (circle) =>
        circle.write((entry) =>
          entry.name === "member-a" ? { ...entry, collections: "{ intelligence: read }" } : entry,
        ),
    );
    expect(reasons[0]).toMatch("member-a has no right to say something in intelligence");
    expect(learnt).toEqual([]);
  });

  it("is kept aside where it is signed well, and not kept", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const item = await a.state.outbox.find(await share(a));
    const id = z.string().parse(item?.objects.find(({ type }) => type === "campaign")?.["id"]);
    b.unwanted.add(id);
    await b.circle.round();
    const { rows } = await b.state.quarantine.list();
    expect(rows).toMatchObject([{ source: "member-a", object: id, reason: "it is not kept: too old" }]);
    expect(JSON.parse(rows[0]!.body)).toMatchObject({ type: "campaign", id });
  });
});
