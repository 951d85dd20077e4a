import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { drawSessionScalar } from "../group/session-scalar.ts";
import { fixedSecureRandom } from "../group/secure-random.case.ts";
import { commitmentEntry, isCommitted } from "../log/commitments.ts";
import { openLog } from "../log/log.ts";
import type { TransparencyLog } from "../log/log.ts";
import { noteSigner } from "../note/note.ts";
import type { Identifier } from "./identifier.ts";
import { OverlapRefusedError, overlapVersion, packElements, setCommitment, setSizeMax } from "./messages.ts";
import type { OverlapMessage, OverlapRefusal } from "./messages.ts";
import { findOverlap, overlapBudgetMax } from "./overlap.ts";
import type { CommitmentLog, Overlap, OverlapChannel, OverlapParty } from "./overlap.ts";

const email = (name: string): Identifier => ({ kind: "email", value: `${name}@example.com` });
const names = (overlap: Overlap): string[] => overlap.common.map(({ value }) => value.split("@")[0] ?? "").toSorted();

/** A way in memory whose ends are the two parties'; `alter` may change what the second one sends. */
function way(alter = (message: unknown): unknown => message) {
  const sent: OverlapMessage[] = [];
  const queue = () => {
    const waiting: ((message: unknown) => void)[] = [];
    const arrived: unknown[] = [];
    return {
      put(message: unknown) {
        const next = waiting.shift();
        if (next === undefined) arrived.push(message);
        else next(message);
      },
      take: (): Promise<unknown> =>
        arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((resolve) => waiting.push(resolve)),
    };
  };
  const [toFirst, toSecond] = [queue(), queue()];
  // As it is on a wire: text.
  const wire = (message: unknown): unknown => JSON.parse(JSON.stringify(message));
  const first: OverlapChannel = {
    async send(message) {
      sent.push(message);
      toSecond.put(wire(message));
    },
    receive: toFirst.take,
  };
  const second: OverlapChannel = {
    async send(message) {
      sent.push(message);
      toFirst.put(alter(wire(message)));
    },
    receive: toSecond.take,
  };
  return { first, second, sent };
}

/** Changes the messages of one kind, and leaves the others. */
const altered =
  (kind: OverlapMessage["kind"], change: (message: object) => unknown) =>
  (message: unknown): unknown =>
    typeof message === "object" && message !== null && "kind" in message && message.kind === kind
      ? change(message)
      : message;

describe("an overlap", () => {
  const ending = new AbortController();
  const states: State[] = [];
  let folder = "";
  let log: TransparencyLog;
  let commitments: CommitmentLog;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stillwatch-overlap-"));
    const signer = noteSigner("circle.example/log", "note", new Uint8Array(32).fill(1));
    log = await openLog(folder, signer);
    const policy = { log: signer, witnesses: [], witnessesMin: 0 };
    commitments = {
      append: async (member, commitment) => log.proof(await log.append([commitmentEntry(member, commitment)])),
      fault: async (...said) => (isCommitted(...said, policy) ? null : "not-logged"),
    };
    states.push(await emptyState(), await emptyState());
  });
  afterAll(async () => {
    // Parties that were left waiting have their threads.
    ending.abort();
    await Promise.all(states.map((state) => state.close()));
    await log.close();
    await rm(folder, { recursive: true, force: true });
  });

  const clock = fixedClock(Date.parse("2026-03-01T00:00:00Z"));
  let pairs = 0;
  /** Two parties that have not met before, so that no case spends the budget of another. */
  function pair(scalars: { isDestroyed: boolean }[] = []): readonly [OverlapParty, OverlapParty] {
    const [a, b] = [`a-${++pairs}`, `b-${pairs}`];
    const party = (self: string, peer: string, role: OverlapParty["role"], state: State): OverlapParty => ({
      async drawScalar() {
        const scalar = await drawSessionScalar(AbortSignal.any([ending.signal]));
        const seen = { isDestroyed: false };
        scalars.push(seen);
        return {
          ...scalar,
          async destroy() {
            await scalar.destroy();
            seen.isDestroyed = true;
          },
        };
      },
      random: fixedSecureRandom(self),
      log: commitments,
      async admit(session) {
        const verdict = await state.overlaps.admit(session, overlapBudgetMax, clock.nowMs());
        if (verdict !== "admitted") throw new OverlapRefusedError(verdict);
      },
      setSizeMax,
      self,
      peer,
      role,
    });
    return [party(a, b, "initiator", states[0]!), party(b, a, "responder", states[1]!)];
  }

  async function meet(ownSet: readonly Identifier[], peerSet: readonly Identifier[]): Promise<[Overlap, Overlap]> {
    const [a, b] = pair();
    const { first, second } = way();
    return Promise.all([findOverlap(a, first, ownSet), findOverlap(b, second, peerSet)]);
  }

  it("is what both have, for both, and nothing else crosses", async () => {
    const [a, b] = await meet(
      [email("ann"), email("bob"), email("cy")],
      [email("bob"), email("dan"), email("cy"), email("cy")],
    );
    expect(names(a)).toEqual(["bob", "cy"]);
    expect(names(b)).toEqual(["bob", "cy"]);
    expect([a.theirs.size, b.theirs.size]).toEqual([3, 3]);
    expect(a.session).toEqual(b.session);
  });

  it("keeps kinds apart", async () => {
    const [a] = await meet([{ kind: "payment", value: "same-value" }], [{ kind: "phone", value: "same-value" }]);
    expect(a.common).toEqual([]);
  });

  it("is the intersection of any two sets", async () => {
    const set = fc.uniqueArray(fc.constantFrom(...Array.from("abcdefghij")), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(set, set, async (one, other) => {
        const [a, b] = await meet(one.map(email), other.map(email));
        const expected = one.filter((name) => other.includes(name)).toSorted();
        expect(names(a)).toEqual(expected);
        expect(names(b)).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it("sends no identifier, in no form that comes again in another session", async () => {
    const sets = [[email("ann"), email("bob")], [email("bob")]] as const;
    const runs: OverlapMessage[][] = [];
    for (let run = 0; run < 2; run++) {
      const [a, b] = pair();
      const { first, second, sent } = way();
      await Promise.all([findOverlap(a, first, sets[0]), findOverlap(b, second, sets[1])]);
      runs.push(sent);
    }
    for (const sent of runs) {
      expect(sent.map(({ kind }) => kind)).toEqual([
        "hello",
        "hello",
        "blinded",
        "blinded",
        "doubly-blinded",
        "doubly-blinded",
      ]);
      // Names by themselves come up in random text of base64 now and then.
      expect(JSON.stringify(sent)).not.toMatch(/ann@|bob@|example\.com/);
    }
    const elements = runs.map((sent) =>
      sent.flatMap((message) => ("elements" in message ? (message.elements.match(/.{1,40}/g) ?? []) : [])),
    );
    expect(elements[0]!.filter((part) => elements[1]!.includes(part))).toEqual([]);
  });

  it("destroys its scalars, also where it fails", async () => {
    const scalars: { isDestroyed: boolean }[] = [];
    const [a, b] = pair(scalars);
    const good = way();
    await Promise.all([findOverlap(a, good.first, [email("ann")]), findOverlap(b, good.second, [email("ann")])]);
    expect(scalars).toHaveLength(2);
    expect(scalars.every(({ isDestroyed }) => isDestroyed)).toBe(true);

    const [c, d] = pair(scalars);
    const bad = way(altered("blinded", () => null));
    const pending = findOverlap(d, bad.second, [email("ann")]).then(() => new Promise<never>(() => {}));
    await expect(Promise.race([findOverlap(c, bad.first, [email("ann")]), pending])).rejects.toThrow(
      OverlapRefusedError,
    );
    // The other one still waits.
    expect([scalars.length, scalars.filter(({ isDestroyed }) => isDestroyed).length]).toEqual([4, 3]);
  });

  it("can be shown later to have been committed to", async () => {
    const { first, second, sent } = way();
    const [a, b] = pair();
    const set = [email("ann"), email("bob")];
    const [overlap] = await Promise.all([findOverlap(a, first, set), findOverlap(b, second, [email("cy")])]);
    const [hello] = sent;
    const opened = async (claimed: readonly Identifier[]): Promise<string> =>
      (await setCommitment(overlap.salt, claimed)).toString("base64");
    expect(hello).toMatchObject({ commitment: await opened(set.toReversed()) });
    expect(hello).not.toMatchObject({ commitment: await opened([email("ann")]) });
  });

  describe("refuses", () => {
    /** What the initiator says to a responder whose messages of one kind are changed on their way. */
    async function refusal(
      kind: OverlapMessage["kind"],
      change: (message: object) => unknown,
      size = 2,
    ): Promise<OverlapRefusal> {
      const [a, b] = pair();
      const set = Array.from({ length: size }, (_, i) => email(`peer-${i}`));
      const { first, second } = way(altered(kind, change));
      const refused = findOverlap(a, first, [email("ann"), email("bob")]).then(
        () => expect.fail("it was not refused"),
        (error: unknown) => {
          if (!(error instanceof OverlapRefusedError)) throw error;
          expect(`${error.message} ${String(error.cause)}`).not.toMatch(/ann@|bob@|peer-\d+@|example\.com/);
          return error.reason;
        },
      );
      const other = findOverlap(b, second, set).then(() => new Promise<never>(() => {}));
      return Promise.race([refused, other]);
    }
    const elements = (...list: string[]): string => packElements(list.map((text) => Buffer.from(text, "hex")));
    const [valid, another] = [
      "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
      "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
    ];

    it.each<[string, OverlapRefusal, OverlapMessage["kind"], object]>([
      ["another version", "version", "hello", { version: "stillwatch-overlap/2" }],
      ["another member's message", "addressee", "hello", { from: "somebody" }],
      ["a message for somebody else", "addressee", "hello", { to: "somebody" }],
      ["a set over the limit", "too-large", "hello", { size: 50_001 }],
      ["an empty set", "malformed", "hello", { size: 0 }],
      ["a field too many", "malformed", "hello", { prompt: "x" }],
      [
        "a commitment that is not logged",
        "not-logged",
        "hello",
        { commitment: Buffer.alloc(32, 1).toString("base64") },
      ],
      ["a proof of something else", "not-logged", "hello", { proof: "" }],
      ["elements of another session", "session", "blinded", { session: Buffer.alloc(32, 1).toString("base64") }],
      ["fewer elements than were said", "size", "blinded", { elements: elements(valid) }],
      ["half an element", "size", "blinded", { elements: elements(valid, another.slice(2)) }],
      ["the identity", "element", "blinded", { elements: elements(valid, "00".repeat(32)) }],
      ["what is no element", "element", "blinded", { elements: elements(valid, "ff".repeat(32)) }],
      ["an element twice", "element", "blinded", { elements: elements(valid, valid) }],
      ["a message out of turn", "malformed", "blinded", { kind: "doubly-blinded" }],
      [
        "an answer to another session",
        "session",
        "doubly-blinded",
        { session: Buffer.alloc(32, 1).toString("base64") },
      ],
      ["a short answer", "size", "doubly-blinded", { elements: elements(valid) }],
      ["an answer with one element twice", "element", "doubly-blinded", { elements: elements(valid, valid) }],
    ])("%s", async (_what, reason, kind, change) => {
      expect(await refusal(kind, (message) => ({ ...message, ...change }))).toBe(reason);
    });

    it("a set that is made of our own elements", async () => {
      const [a, b] = pair();
      let seen: unknown;
      const { first, second } = way(altered("blinded", (message) => ({ ...message, elements: seen })));
      const channel: OverlapChannel = {
        async send(message) {
          if (message.kind === "blinded") seen = message.elements;
          await first.send(message);
        },
        receive: first.receive,
      };
      const own = findOverlap(a, channel, [email("ann"), email("bob")]);
      await Promise.race([
        expect(own).rejects.toMatchObject({ reason: "reflected" }),
        findOverlap(b, second, [email("cy"), email("dan")]),
      ]);
      await expect(own).rejects.toThrow(OverlapRefusedError);
    });

    it("a first message that was used before, and sessions beyond the day's budget", async () => {
      const [a, b] = pair();
      const hellos: unknown[] = [];
      const session = async (alter?: (message: unknown) => unknown): Promise<unknown> => {
        const { first, second } = way(alter);
        const other = findOverlap(b, second, [email("cy")]).then(() => new Promise<never>(() => {}));
        return Promise.race([findOverlap(a, first, [email("ann")]), other]);
      };
      await session(
        altered("hello", (message) => {
          hellos.push(message);
          return message;
        }),
      );
      const replay = altered("hello", () => hellos[0]);
      await expect(session(replay)).rejects.toMatchObject({ reason: "replayed" });
      // The responder has counted that one, too: two of its four are left.
      await session();
      await session();
      await expect(session()).rejects.toMatchObject({ reason: "over-budget" });
    });

    it("anything that is no message, without a word of it", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom<OverlapMessage["kind"]>("hello", "blinded", "doubly-blinded"),
          fc.jsonValue(),
          async (kind, junk) => {
            expect(await refusal(kind, () => junk)).toBe("malformed");
          },
        ),
        { numRuns: 9 },
      );
    });
  });

  it("can't be had with nothing, or with too much", async () => {
    const [a] = pair();
    const { first } = way();
    await expect(findOverlap(a, first, [])).rejects.toThrow("no identifiers");
    const many = Array.from({ length: 50_001 }, (_, i) => email(String(i)));
    await expect(findOverlap(a, first, many)).rejects.toThrow("more than a session may have");
  });

  it("speaks one version", () => {
    expect(overlapVersion).toBe("stillwatch-overlap/1");
  });
});
