import { once } from "node:events";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { signObject } from "../sign/object-signature.ts";
import { openTestCircle, share, startMs, types } from "./circle.case.ts";
import type { TestMember } from "./circle.case.ts";
import { addToCollection } from "./dispatch.ts";
import { COLLECTION_IDS } from "./flows.ts";
import { asJson, sealed, unsealed } from "./origin.ts";
import { signingKeyOf } from "./own-keys.ts";

const hourMs = 3_600_000;
const notFound = ({ state }: TestMember) => state.receivedCommitments.open();

describe("what members have said", () => {
  it("is looked up in their logs, and again where these can't be read", async () => {
    const { members } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    await share(a);
    const [log, away] = [join(a.folder, "log"), join(a.folder, "away")];
    renameSync(log, away);
    await b.circle.round();
    expect(b.failures).toMatchObject([{ message: "the log of member-a can't be read: it has no checkpoint" }]);
    expect(await notFound(b)).toEqual([{ member: a.id, missing: 0, waiting: b.learnt.length }]);
    renameSync(away, log);
    await b.circle.round();
    expect(await notFound(b)).toEqual([]);
    expect(b.failures).toHaveLength(1);
  });

  it("is marked where the log does not commit its member to it, and counts all the same", async () => {
    const { members, clock } = await openTestCircle(["member-a", "member-b"], { "member-a": { pollFrom: [] } });
    const [a, b] = members;
    const item = await a.state.outbox.find(await share(a));
    const { object, origin } = unsealed(item!.objects.find(({ type }) => type === "campaign"))!;
    const told = { ...object, modified: "2026-11-20T11:00:00.000Z", confidence: 10 };
    const jws = signObject(told, { keyId: "member-a-1", ...signingKeyOf(a.secret) }, startMs);
    const never = sealed(told, { jws, log_index: origin.log_index, salt: origin.salt });
    await addToCollection(a.state, COLLECTION_IDS.intelligence, "nobody", asJson([never]), startMs);
    await b.circle.round();
    expect(types(b).filter((type) => type === "campaign")).toHaveLength(2);
    expect(await notFound(b)).toEqual([{ member: a.id, missing: 1, waiting: 0 }]);
    const missing = (of: number) => ({
      message: `the log of member-a does not show 1 of ${of} objects that it has signed`,
    });
    expect(b.failures).toMatchObject([missing(b.learnt.length - 1)]);
    expect(b.failures[0]).toBeInstanceOf(UserError);
    await b.circle.round();
    expect(b.failures).toHaveLength(1);
    // The log may be behind what others have of it: it is asked again.
    clock.advance(hourMs);
    await b.circle.round();
    expect(b.failures).toMatchObject([missing(b.learnt.length - 1), missing(1)]);
  });

  it("is not found before enough of our witnesses have seen it", async () => {
    const witnesses = { witnesses: ["member-c"] };
    const { members, clock } = await openTestCircle(["member-a", "member-b", "member-c"], {
      "member-a": witnesses,
      "member-b": witnesses,
    });
    const [a, b, c] = members;
    c!.server.close();
    c!.server.closeAllConnections();
    await share(a);
    await b.circle.round();
    expect(await notFound(b)).toEqual([{ member: a.id, missing: 0, waiting: b.learnt.length }]);
    c!.server.listen(Number(new URL(c!.url).port), "127.0.0.1");
    await once(c!.server, "listening");
    await a.circle.round();
    clock.advance(hourMs);
    await b.circle.round();
    expect(await notFound(b)).toEqual([]);
  });
});
