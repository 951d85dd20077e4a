import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { systemSecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import { cosign, openCheckpoint, withSignature } from "../log/checkpoint.ts";
import { commitmentEntry } from "../log/commitments.ts";
import { openLog } from "../log/log.ts";
import type { TransparencyLog } from "../log/log.ts";
import { checkpointOf } from "../log/proof.ts";
import { noteSigner } from "../note/note.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { openTestCircle, share, startMs } from "./circle.case.ts";
import type { TestCircle, TestMember } from "./circle.case.ts";
import { readMembers } from "./members.ts";
import { createOverlaps } from "./overlaps.ts";
import { logKeysOf, signingKeyOf } from "./own-keys.ts";
import { memberTransport } from "./transport.ts";
import { witnessedCommitments } from "./witnessed-commitments.ts";

const set: readonly Identifier[] = [{ kind: "payment", value: "card_1000001" }];
const by = (person: string) => ({ person, nowMs: startMs });
const offered = (to: TestMember, from: TestMember) => from.circle.overlaps.offer(to.name, set, 7, by("Berit"));
const compare = (from: TestMember, to: TestMember) => from.circle.overlaps.compare(to.name, set, by("Ada"));
const hintOf = (thrown: unknown): string => (thrown instanceof UserError ? (thrown.hint ?? "") : "");
const failed = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => null,
    (error: unknown) => error,
  );

/** The policy of who asks for the cosignatures of these. */
const policyOf = (member: TestMember, ...witnesses: readonly TestMember[]) => ({
  log: logKeysOf(member.secret, member.name).log,
  witnesses: witnesses.map(({ secret, name }) => logKeysOf(secret, name).cosigner),
  witnessesMin: witnesses.length,
});

/** Another log of this member's, signed with the same key: what stands in its own is not in it. */
async function fork({ folder, secret, name }: TestMember, size: number): Promise<TransparencyLog> {
  const log = await openLog(join(folder, `fork-${size}`), logKeysOf(secret, name).log);
  onTestFinished(() => log.close());
  await log.append(Array.from({ length: size }, (_, index) => Buffer.from(String(index))));
  return log;
}

/** The member begins an overlap with the other, and proves its commitment out of this log; it asks these to cosign it. */
function compareFrom(
  { clock, membersFile }: TestCircle,
  from: TestMember,
  to: TestMember,
  log: TransparencyLog,
  witnesses: readonly TestMember[],
): Promise<unknown> {
  const members = readMembers(membersFile);
  const member = (name: string) => members.find(name)!;
  const signer = { ...signingKeyOf(from.secret), keyId: `${from.name}-1` };
  const transport = memberTransport({ signer, random: systemSecureRandom, clock, dispatcher: null });
  const { overlaps } = createOverlaps({
    state: from.state,
    log,
    cosigner: logKeysOf(from.secret, from.name).cosigner,
    self: () => member(from.name),
    witnesses: () => witnesses.map(({ name }) => member(name)),
    limits: from.settings.overlap,
    memberNamed: member,
    transport: () => transport,
    random: systemSecureRandom,
    clock,
    signal: new AbortController().signal,
    onFailure: (error) => from.failures.push(error),
  });
  return overlaps.compare(to.name, set, by("Mallory"));
}

describe("an overlap between members that have witnesses", () => {
  it("is over logs that these have seen up to the commitments, and both keep the proof of it", async () => {
    const witnesses = { witnesses: ["member-c"] };
    const { members } = await openTestCircle(["member-a", "member-b", "member-c"], {
      "member-a": witnesses,
      "member-b": witnesses,
    });
    const [a, b, c] = members;
    await offered(a, b);
    const result = await compare(a, b);
    const seen = await b.state.overlapResults.find(result.session);
    expect(openCheckpoint(checkpointOf(result.peer_proof), policyOf(b, c!)).size).toBe(1);
    expect(openCheckpoint(checkpointOf(seen?.peer_proof ?? ""), policyOf(a, c!)).size).toBe(1);
    expect(members.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it("is refused by either where too few have cosigned the other's log, with what to do about it", async () => {
    const { members } = await openTestCircle(["member-a", "member-b", "member-c"], {
      "member-a": { witnesses: ["member-b", "member-c"] },
    });
    const [a, b] = members;
    await offered(a, b);
    const asking = await failed(compare(a, b));
    expect(asking).toMatchObject({ message: expect.stringContaining("too few of the witnesses") });
    expect(hintOf(asking)).toContain("name our witnesses as theirs");
    await offered(b, a);
    const asked = await failed(compare(b, a));
    expect(asked).toMatchObject({ message: "member-a does not answer overlaps: 412" });
    expect(hintOf(asked)).toContain("name them as witnesses here");
    // Who is refused has used nothing up.
    expect(await a.state.overlapOffers.find(b.id, startMs)).not.toBeNull();
    expect(members.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it("is refused where the other shows another past than we have cosigned, and our people get both", async () => {
    const circle = await openTestCircle(["member-a", "member-b"], { "member-b": { witnesses: ["member-a"] } });
    const [a, b] = circle.members;
    await share(b);
    const kept = openCheckpoint(readFileSync(join(b.folder, "log", "checkpoint"), "utf8"), policyOf(b, a));
    await offered(b, a);
    // Smaller, as large once its commitment is in it, and larger; asking for a cosignature, or not.
    for (const [size, witnesses] of [
      [0, [a]],
      [kept.size - 1, []],
      [kept.size + 4, [a]],
      [kept.size + 5, []],
    ] as const) {
      a.failures.length = 0;
      const log = await fork(b, size);
      const thrown = await failed(compareFrom(circle, b, a, log, witnesses));
      expect(thrown).toMatchObject({ message: "member-a does not answer overlaps: 412" });
      const told = a.failures.at(-1);
      expect(told).toMatchObject({ message: expect.stringContaining("the log of member-b does not show") });
      const evidence = z.object({ before: z.string(), now: z.string() });
      const { before, now } = evidence.parse(JSON.parse(hintOf(told).slice(hintOf(told).indexOf("{"))));
      expect(openCheckpoint(before, policyOf(b))).toEqual(kept);
      expect(openCheckpoint(now, policyOf(b)).size).toBe(size + 1);
    }
    a.failures.length = 0;
    expect(await compare(b, a)).toMatchObject({ common_size: 1 });
    expect(a.failures).toEqual([]);
  });

  it("is refused to another past by who has a witness that was shown the first", async () => {
    const circle = await openTestCircle(["member-a", "member-b", "member-c"], {
      "member-a": { witnesses: ["member-c"] },
      "member-b": { witnesses: ["member-c"] },
    });
    const [a, b, c] = circle.members;
    await offered(a, b);
    await compare(a, b);
    await offered(b, a);
    const thrown = await failed(compareFrom(circle, b, a, await fork(b, 7), [c!]));
    expect(thrown).toMatchObject({ message: "member-a does not answer overlaps: 412" });
    expect(c!.failures).toMatchObject([{ message: expect.stringContaining("the log of member-b does not show") }]);
  });
});

describe("who looks at a proof", () => {
  it("asks for more than half of its witnesses, the log's own member not among them", async () => {
    const { members, membersFile } = await openTestCircle(["member-a", "member-b"]);
    const [a, b] = members;
    const { log: key, ...peer } = readMembers(membersFile).find(b.name)!;
    const log = await fork(b, 0);
    const commitment = Buffer.alloc(32, 1);
    const proof = await log.proof(await log.append([commitmentEntry(b.id, commitment)]));
    const keys = [1, 2, 3, 4].map((fill) =>
      noteSigner(`witness-${fill}/cosigner`, "cosignature", new Uint8Array(32).fill(fill)),
    );
    const own = logKeysOf(b.secret, b.name).cosigner;
    const named = keys.map((cosigner, i) => ({ id: `identity--${i}` as const, url: null, cosigner }));
    const commitments = witnessedCommitments(
      {
        log,
        witnesses: () => [...named, { ...peer, url: null }],
        cosigner: logKeysOf(a.secret, a.name).cosigner,
        state: a.state,
        transport: () => () => Promise.reject(new Error("nobody is asked")),
        onFailure: (error) => a.failures.push(error),
      },
      { ...peer, log: key! },
      new AbortController().signal,
    );
    const faultWith = (...signers: readonly (typeof own)[]) => {
      const signed = signers.reduce(
        (text, signer) => withSignature(text, cosign(text, signer, startMs)),
        checkpointOf(proof),
      );
      return commitments.fault(b.id, commitment, proof.replace(checkpointOf(proof), signed));
    };
    const [one, two, three] = keys;
    expect(await faultWith(one!, two!, own)).toBe("unwitnessed");
    expect(await faultWith(one!, two!, three!)).toBeNull();
    expect(await commitments.fault(a.id, commitment, proof)).toBe("not-logged");
    expect(a.failures).toEqual([]);
  });
});
