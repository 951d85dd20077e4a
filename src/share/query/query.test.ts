import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { loadRistretto255 } from "../group/ristretto255.ts";
import type { Ristretto255 } from "../group/ristretto255.ts";
import { fixedSecureRandom } from "../group/secure-random.case.ts";
import { noteSigner, signNote } from "../note/note.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { nextEpoch, retireEpoch } from "./epochs.ts";
import { QueryRefusedError, answerQuery, beginQuery } from "./query.ts";
import type { QueryHub, QueryRequest } from "./query.ts";
import { SnapshotError, contentBytesMax, openSnapshot, sealSnapshot } from "./snapshot.ts";
import type { SealedSnapshot, SnapshotEntry } from "./snapshot.ts";

const startMs = Date.parse("2026-03-01T00:00:00Z");
const weekMs = 7 * 86_400_000;
const email = (name: string): Identifier => ({ kind: "email", value: `${name}@example.com` });
const entry = (name: string, content = `seen: ${name}`): SnapshotEntry => ({
  identifier: email(name),
  content: Buffer.from(content),
});
const wire = (message: unknown): unknown => JSON.parse(JSON.stringify(message));
const said = (answers: readonly (Uint8Array | null)[]): (string | null)[] =>
  answers.map((answer) => (answer === null ? null : Buffer.from(answer).toString()));

const random = fixedSecureRandom("query");
const signer = noteSigner("hub.example", "note", new Uint8Array(32).fill(5));
const epoch = nextEpoch(null, startMs, random);

describe("a query", () => {
  let group: Ristretto255;
  let state: State;
  let sealed: SealedSnapshot;
  let hub: QueryHub;
  const clock = fixedClock(startMs);
  beforeAll(async () => {
    group = await loadRistretto255();
    state = await emptyState();
    sealed = await seal([entry("ann"), entry("bob", ""), entry("cy", "x".repeat(contentBytesMax))]);
    hub = { epochs: [epoch], quotas: state.quotas, random, clock };
  });
  afterAll(() => state.close());
  const seal = (entries: readonly SnapshotEntry[], at = epoch): Promise<SealedSnapshot> =>
    sealSnapshot({ group, random, signer, epoch: at, nowMs: startMs }, entries);
  const open = (snapshot = sealed, nowMs = startMs) => openSnapshot(snapshot, signer, nowMs);

  it("tells what the hub has on an identifier, and nothing where it has nothing", async () => {
    const query = beginQuery(open(), ["ann", "eve", "bob", "cy"].map(email), random);
    const response = await answerQuery(hub, "member", wire(query.request));
    expect(said(query.answer(wire(response)))).toEqual(["seen: ann", null, "", "x".repeat(contentBytesMax)]);
  });

  it("shows the hub nothing that it could tell another query by", async () => {
    const [one, other] = [beginQuery(open(), [email("ann")], random), beginQuery(open(), [email("ann")], random)];
    expect(one.request.elements).not.toEqual(other.request.elements);
    expect(JSON.stringify(one.request)).not.toMatch(/ann@|example\.com/);
  });

  it("finds any entry of any snapshot, and no other", async () => {
    const names = fc.uniqueArray(fc.constantFrom(...Array.from("abcdefghijklmnop")), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(names, fc.constantFrom(...Array.from("abcdefghijklmnop")), async (known, asked) => {
        const query = beginQuery(open(await seal(known.map((name) => entry(name)))), [email(asked)], random);
        const answers = query.answer(await answerQuery(hub, "finder", query.request));
        expect(said(answers)).toEqual([known.includes(asked) ? `seen: ${asked}` : null]);
      }),
      { numRuns: 10 },
    );
  });

  it("is answered only with the snapshot's key", async () => {
    const impostor = { ...hub, epochs: [{ ...nextEpoch(null, startMs, random), number: epoch.number }] };
    const query = beginQuery(open(), [email("ann")], random);
    const response = await answerQuery(impostor, "member", query.request);
    expect(() => query.answer(response)).toThrow(expect.objectContaining({ reason: "proof" }));
  });

  it("costs quota for each identifier, and is refused once that is spent", async () => {
    const ask = (count: number): Promise<unknown> => {
      const { request } = beginQuery(
        open(),
        Array.from({ length: count }, (_, i) => email(`q${i}`)),
        random,
      );
      return answerQuery(hub, "curious", request);
    };
    expect(await state.quotas.spend({ member: "curious", epoch: epoch.number }, 19_998, 20_000)).toBe(true);
    await expect(ask(3)).rejects.toMatchObject({ reason: "quota" });
    await expect(ask(2)).resolves.toBeDefined();
    await expect(ask(1)).rejects.toMatchObject({ reason: "quota" });
  });

  it("is for an epoch that is now", async () => {
    const next = nextEpoch(epoch, startMs, random);
    expect([next.number, next.startsMs, next.endsMs]).toEqual([epoch.number + 1, epoch.endsMs, epoch.endsMs + weekMs]);
    expect(next.key.public).not.toEqual(epoch.key.public);
    const rotating = { ...hub, epochs: [epoch, next], clock: fixedClock(startMs) };
    const ask = (number: number): Promise<unknown> =>
      answerQuery(rotating, "member", { ...beginQuery(open(), [email("ann")], random).request, epoch: number });
    await expect(ask(next.number)).rejects.toMatchObject({ reason: "epoch" });
    await expect(ask(epoch.number)).resolves.toBeDefined();
    rotating.clock.advance(weekMs);
    await expect(ask(epoch.number)).rejects.toMatchObject({ reason: "epoch" });
    await expect(ask(next.number)).resolves.toBeDefined();
    const later = open(await seal([entry("ann")], next), startMs + weekMs);
    const query = beginQuery(later, [email("ann")], random);
    expect(said(query.answer(await answerQuery(rotating, "member", query.request)))).toEqual(["seen: ann"]);
    retireEpoch(next);
    expect(next.key.secret.every((byte) => byte === 0)).toBe(true);
  });

  it("destroys its blinds, so that it has one answer", async () => {
    const query = beginQuery(open(), [email("ann")], random);
    const response = await answerQuery(hub, "member", query.request);
    query.answer(response);
    expect(() => query.answer(response)).toThrow(QueryRefusedError);
  });

  it("asks about some identifiers at a time", () => {
    expect(() => beginQuery(open(), [], random)).toThrow("can't be asked about at once");
    expect(() =>
      beginQuery(
        open(),
        Array.from({ length: 33 }, () => email("ann")),
        random,
      ),
    ).toThrow("at once");
  });

  it.each<[string, (request: QueryRequest) => unknown]>([
    ["another version", (request) => ({ ...request, version: "2" })],
    ["a field too many", (request) => ({ ...request, identifier: "ann" })],
    ["no element", (request) => ({ ...request, elements: [] })],
    [
      "too many elements",
      ({ elements, ...request }) => ({ ...request, elements: Array.from({ length: 33 }, () => elements[0]) }),
    ],
    ["the identity", (request) => ({ ...request, elements: [Buffer.alloc(32).toString("base64")] })],
    ["what is no element", (request) => ({ ...request, elements: [Buffer.alloc(32, 255).toString("base64")] })],
    ["nothing", () => null],
  ])("is refused with %s", async (_what, change) => {
    const { request } = beginQuery(open(), [email("ann")], random);
    await expect(answerQuery(hub, "clumsy", change(request))).rejects.toMatchObject({ reason: "malformed" });
  });

  it("is refused or answered, whatever the text, and says nothing of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (junk) => {
        await expect(answerQuery(hub, "noisy", junk)).rejects.toThrow(/^the query is refused: the message is not/);
        expect(() => beginQuery(open(), [email("ann")], random).answer(junk)).toThrow(QueryRefusedError);
      }),
      { numRuns: 20 },
    );
  });

  describe("a snapshot", () => {
    it("shows neither identifiers nor contents, nor which entries it shares with another", async () => {
      const again = await seal([entry("ann"), entry("bob", "")]);
      for (const { manifest, body } of [sealed, again]) {
        expect(manifest + Buffer.from(body).toString("latin1")).not.toMatch(/ann@|bob@|seen: |example\.com/);
      }
      const locators = ({ body }: SealedSnapshot): string[] =>
        Array.from({ length: body.length / 544 }, (_, i) =>
          Buffer.from(body)
            .subarray(i * 544, i * 544 + 16)
            .toString("hex"),
        );
      expect(locators(sealed)).toHaveLength(3);
      expect(locators(sealed).filter((locator) => locators(again).includes(locator))).toEqual([]);
      expect(locators(sealed)).toEqual(locators(sealed).toSorted());
    });

    it("stands no change of any byte", () => {
      const manifest = Buffer.from(sealed.manifest);
      fc.assert(
        fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (inBody, place, change) => {
          const bytes = Buffer.from(inBody ? sealed.body : manifest);
          const at = place % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ change;
          const altered = inBody ? { ...sealed, body: bytes } : { ...sealed, manifest: bytes.toString("utf8") };
          expect(() => open(altered)).toThrow(SnapshotError);
        }),
        { numRuns: 200 },
      );
      expect(() => open({ ...sealed, body: sealed.body.subarray(544) })).toThrow(SnapshotError);
    });

    it("is refused from another hub, of another form, and after its epoch", () => {
      const other = noteSigner("other.example", "note", new Uint8Array(32).fill(6));
      expect(() => openSnapshot(sealed, other, startMs)).toThrow("not signed by other.example");
      expect(() => open({ ...sealed, manifest: signNote("stillwatch-snapshot/1\n{}\n", signer) })).toThrow(
        SnapshotError,
      );
      expect(() => open({ ...sealed, manifest: signNote("stillwatch-snapshot/2\n{}\n", signer) })).toThrow(
        SnapshotError,
      );
      expect(() => open(sealed, startMs + weekMs)).toThrow("epoch is over");
    });

    it("holds what its limits allow, and an identifier once", async () => {
      await expect(seal([entry("ann", "x".repeat(contentBytesMax + 1))])).rejects.toThrow(RangeError);
      await expect(seal([entry("ann"), entry("ann", "twice")])).rejects.toThrow("twice");
    });
  });
});
