import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { UserError } from "../../kit/user-error.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { NoteError, noteSigner, parseNote } from "../note/note.ts";
import type { NoteSignature } from "../note/note.ts";
import { openCheckpoint, signCheckpoint } from "./checkpoint.ts";
import type { LogPolicy } from "./checkpoint.ts";
import { commitmentEntry, isCommitted, saltedCommitment } from "./commitments.ts";
import { logFolder } from "./log-folder.ts";
import type { LogFolder } from "./log-folder.ts";
import { openLog, openLogIn } from "./log.ts";
import { verifyProof } from "./proof.ts";
import { verifyLog } from "./verify-log.ts";
import { witness } from "./witness.ts";
import type { WitnessAnswer } from "./witness.ts";

const key = (name: string, type: "note" | "cosignature" = "note") =>
  noteSigner(name, type, new Uint8Array(32).fill(name.length));
const logKey = key("circle.example/log");
const policy: LogPolicy = { log: logKey, witnesses: [], witnessesMin: 0 };
const entry = (i: number): Uint8Array => Buffer.from(`entry ${i}`);
const entries = (from: number, to: number): Uint8Array[] =>
  Array.from({ length: to - from }, (_, i) => entry(from + i));

function signatureIn(answer: WitnessAnswer): NoteSignature {
  if (answer.kind !== "cosigned") throw new Error(`not cosigned: ${answer.kind}`);
  return answer.signature;
}

describe("a transparency log", () => {
  let root = "";
  let folders = 0;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "stillwatch-log-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  const newFolder = (): string => join(root, String(++folders));
  const verdictOf = (folder: string, given = policy, earlier?: Parameters<typeof verifyLog>[2]) =>
    verifyLog(logFolder(folder).read, given, earlier);

  it("is intact at any size, however it came there, and proves each entry", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        async (batches, any) => {
          const folder = newFolder();
          const log = await openLog(folder, logKey);
          for (const batch of batches) {
            const first = log.size();
            expect(await log.append(entries(first, first + batch))).toBe(first);
          }
          const size = batches.reduce((sum, batch) => sum + batch, 0);
          expect(log.size()).toBe(size);
          expect(await verdictOf(folder)).toMatchObject({ kind: "intact", checkpoint: { size } });
          await log.append(entries(size, size + 1));
          const index = any % (size + 1);
          expect(verifyProof(await log.proof(index), entry(index), policy)).toBe(index);
          await log.close();
        },
      ),
      { numRuns: 12 },
    );
  });

  it("goes on where it was, and is what it was before with more behind it", async () => {
    const folder = newFolder();
    const first = await openLog(folder, logKey);
    await first.append(entries(0, 300));
    const earlier = openCheckpoint(first.checkpoint(), policy);
    await first.close();
    const second = await openLog(folder, logKey);
    expect(second.size()).toBe(300);
    await second.append(entries(300, 700));
    await second.close();
    const seen: string[] = [];
    const verdict = await verifyLog(logFolder(folder).read, policy, earlier, (bytes) => {
      seen.push(Buffer.from(bytes).toString());
    });
    expect(verdict.kind).toBe("intact");
    expect(seen).toEqual(entries(0, 700).map((bytes) => Buffer.from(bytes).toString()));
    // Partial tiles went when the whole ones came.
    expect((await readdir(join(folder, "tile/0"))).toSorted()).toEqual(["000", "001", "002.p"]);
  });

  it("keeps to the specification's sizes in a tree of three levels", async () => {
    const folder = newFolder();
    const log = await openLog(folder, logKey);
    for (let size = 0; size < 66_560; size += 1_024) await log.append(entries(size, size + 1_024));
    expect(verifyProof(await log.proof(65_537), entry(65_537), policy)).toBe(65_537);
    await log.close();
    expect(await verdictOf(folder)).toMatchObject({ kind: "intact" });
    expect((await readFile(join(folder, "tile/1/000"))).length).toBe(8_192);
    expect((await readFile(join(folder, "tile/2/000.p/1"))).length).toBe(32);
  });

  it("takes appends at once one after the other", async () => {
    const log = await openLog(newFolder(), logKey);
    const firsts = await Promise.all([3, 4, 5].map((count) => log.append(entries(0, count))));
    expect(firsts).toEqual([0, 3, 7]);
    await log.close();
  });

  it("loses nothing that was acknowledged, and goes on, wherever a write is cut off", async () => {
    let writes = 0;
    for (let outcome = ""; outcome !== "done"; writes++) {
      const folder = newFolder();
      let left = Number.POSITIVE_INFINITY;
      const files = logFolder(folder);
      // What a process that is killed leaves: the new file not yet under its name.
      const dying: LogFolder = {
        ...files,
        async write(path, bytes) {
          if (left-- > 0) return files.write(path, bytes);
          await files.write(`${path}.new`, bytes.subarray(0, bytes.length / 2));
          throw new Error("killed");
        },
      };
      const log = await openLogIn(dying, logKey);
      await log.append(entries(0, 250));
      left = writes;
      outcome = await log.append(entries(250, 520)).then(
        () => "done",
        (error: Error) => error.message,
      );
      if (outcome === "done") continue;
      expect(outcome).toBe("killed");
      await expect(log.append([entry(0)])).rejects.toThrow("opened anew");
      const again = await openLogIn(files, logKey);
      expect(again.size()).toBe(250);
      // Other entries than those that were cut off.
      await again.append(entries(1_000, 1_400));
      expect(verifyProof(await again.proof(249), entry(249), policy)).toBe(249);
      expect(verifyProof(await again.proof(649), entry(1_399), policy)).toBe(649);
      expect(await verdictOf(folder)).toMatchObject({ kind: "intact", checkpoint: { size: 650 } });
    }
    // Three bundles, three tiles, one above them, and the checkpoint were each cut off once.
    expect(writes).toBe(9);
  });

  it("is broken by any altered byte of any of its files", async () => {
    const folder = newFolder();
    const log = await openLog(folder, logKey);
    await log.append(entries(0, 300));
    await log.close();
    const paths = [
      "checkpoint",
      "tile/0/000",
      "tile/0/001.p/44",
      "tile/1/000.p/1",
      "tile/entries/000",
      "tile/entries/001.p/44",
    ];
    const files = logFolder(folder);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, place, change) => {
          const altered: LogFolder["read"] = async (asked) => {
            const bytes = await files.read(asked);
            if (bytes === null || asked !== path) return bytes;
            const at = place % bytes.length;
            bytes[at] = (bytes[at] ?? 0) ^ change;
            return bytes;
          };
          expect((await verifyLog(altered, policy)).kind).toBe("broken");
        },
      ),
      { numRuns: 150 },
    );
    for (const path of paths) {
      const without: LogFolder["read"] = async (asked) => (asked === path ? null : files.read(asked));
      expect((await verifyLog(without, policy)).kind).toBe("broken");
    }
  });

  it("shows where it was made anew with another past, or cut", async () => {
    const folder = newFolder();
    const log = await openLog(folder, logKey);
    await log.append(entries(0, 10));
    const earlier = openCheckpoint(log.checkpoint(), policy);
    await log.close();
    const other = newFolder();
    const forged = await openLog(other, logKey);
    await forged.append(entries(1, 5));
    expect(await verdictOf(other, policy, earlier)).toEqual({ kind: "broken", reason: "it is shorter than it was" });
    await forged.append(entries(5, 30));
    await forged.close();
    expect(await verdictOf(other, policy, earlier)).toEqual({
      kind: "broken",
      reason: "what was in it before is not the same any more",
    });
  });

  it("is not gone on with by a second process, on other tiles, or with another key", async () => {
    const folder = newFolder();
    const log = await openLog(folder, logKey);
    await log.append(entries(0, 3));
    await expect(openLog(folder, logKey)).rejects.toThrow(UserError);
    await log.close();
    await expect(openLog(folder, key("circle.example/another"))).rejects.toThrow("not signed by");
    await writeFile(join(folder, "tile/0/000.p/3"), Buffer.alloc(96));
    await expect(openLog(folder, logKey)).rejects.toThrow("its tiles are not those of its checkpoint");
  });

  it("takes nothing over its limits", async () => {
    const log = await openLog(newFolder(), logKey);
    await expect(log.append([new Uint8Array(16_385)])).rejects.toThrow(RangeError);
    await expect(log.append(entries(0, 1_025))).rejects.toThrow(RangeError);
    expect(await log.append([entry(0)])).toBe(0);
    await log.close();
  });

  describe("a proof", () => {
    it("stands no other entry, no altered byte, and no log that is not known", async () => {
      const log = await openLog(newFolder(), logKey);
      await log.append(entries(0, 20));
      const proof = await log.proof(7);
      await log.close();
      expect(() => verifyProof(proof, entry(8), policy)).toThrow(NoteError);
      expect(() => verifyProof(proof, entry(7), { ...policy, log: key("circle.example/another") })).toThrow(NoteError);
      const bytes = Buffer.from(proof);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
          const altered = Buffer.from(bytes);
          altered[at] = (altered[at] ?? 0) ^ change;
          expect(() => verifyProof(altered.toString("utf8"), entry(7), policy)).toThrow(NoteError);
        }),
        { numRuns: 300 },
      );
    });

    it("is one or a NoteError, whatever the text", () => {
      fc.assert(
        fc.property(
          fc.string({ unit: fc.constantFrom("c2sp.org/tlog-proof@v1", "\n", "index ", "1", "AAAA", "— ") }),
          (text) => {
            expect(() => verifyProof(text, entry(0), policy)).toThrow(NoteError);
          },
        ),
      );
    });
  });

  describe("with witnesses", () => {
    let state: State;
    beforeAll(async () => {
      state = await emptyState();
    });
    afterAll(() => state.close());
    const clock = fixedClock(Date.parse("2026-03-01T00:00:00Z"));

    it("is believed once enough of them have cosigned", async () => {
      const folder = newFolder();
      const log = await openLog(folder, logKey);
      const watcher = key("b.example", "cosignature");
      const strict: LogPolicy = {
        log: logKey,
        witnesses: [watcher, key("other.example", "cosignature")],
        witnessesMin: 1,
      };
      const ask = witness(watcher, state.witnessed, clock);
      let seen = 0;
      for (const size of [3, 3, 300, 301]) {
        await log.append(entries(log.size(), size));
        const checkpoint = log.checkpoint();
        const answer = await ask(logKey, { checkpoint, from: seen, proof: await log.consistency(seen) });
        expect((await verdictOf(folder, strict)).kind).toBe(seen === size ? "intact" : "broken");
        expect(await log.addCosignature(signatureIn(answer), watcher)).toBe(true);
        expect(await verdictOf(folder, strict)).toMatchObject({ kind: "intact", checkpoint: { size } });
        seen = size;
      }
      expect(verifyProof(await log.proof(300), entry(300), strict)).toBe(300);
      const stale = await ask(logKey, { checkpoint: log.checkpoint(), from: 3, proof: await log.consistency(3) });
      expect(stale).toEqual({ kind: "conflict", size: 301 });
      await log.close();
      const reopened = await openLog(folder, logKey);
      expect(parseNote(reopened.checkpoint()).signatures.map(({ name }) => name)).toEqual([logKey.name, "b.example"]);
      await reopened.close();
    });

    it("does not get a second past, or another log's checkpoint, cosigned", async () => {
      const origin = key("fork.example/log");
      const ask = witness(key("c.example", "cosignature"), state.witnessed, clock);
      const one = await openLog(newFolder(), origin);
      await one.append(entries(0, 5));
      const before = one.checkpoint();
      expect((await ask(origin, { checkpoint: before, from: 0, proof: [] })).kind).toBe("cosigned");
      const other = await openLog(newFolder(), origin);
      await other.append(entries(1, 9));
      const request = { checkpoint: other.checkpoint(), from: 5, proof: await other.consistency(5) };
      expect(await ask(origin, request)).toEqual({ kind: "inconsistent", before });
      const sameSize = signCheckpoint({ size: 5, root: new Uint8Array(32) }, origin);
      expect(await ask(origin, { checkpoint: sameSize, from: 5, proof: [] })).toEqual({ kind: "inconsistent", before });
      await expect(ask(logKey, request)).rejects.toThrow(NoteError);
      await one.close();
      await other.close();
    });

    it("takes a cosignature by nobody else, and for no other checkpoint", async () => {
      const log = await openLog(newFolder(), key("lines.example/log"));
      const watcher = key("dd.example", "cosignature");
      const ask = witness(watcher, state.witnessed, clock);
      await log.append(entries(0, 2));
      const answer = await ask(key("lines.example/log"), { checkpoint: log.checkpoint(), from: 0, proof: [] });
      await expect(log.addCosignature(signatureIn(answer), key("eee.example", "cosignature"))).rejects.toThrow(
        NoteError,
      );
      await log.append(entries(2, 3));
      await expect(log.addCosignature(signatureIn(answer), watcher)).rejects.toThrow(NoteError);
      await log.close();
    });
  });

  describe("of commitments", () => {
    const salt = new Uint8Array(32).fill(9);

    it("shows that one is there, to who has the log's key, and of whom", async () => {
      const log = await openLog(newFolder(), logKey);
      const commitment = saltedCommitment(salt, Buffer.from("an object"));
      const proof = await log.proof(await log.append([commitmentEntry("a.example", commitment)]));
      expect(isCommitted("a.example", commitment, proof, policy)).toBe(true);
      expect(isCommitted("b.example", commitment, proof, policy)).toBe(false);
      expect(isCommitted("a.example", saltedCommitment(salt, Buffer.from("another")), proof, policy)).toBe(false);
      expect(isCommitted("a.example", commitment, "", policy)).toBe(false);
      await log.close();
    });

    it("says nothing of what is committed to", () => {
      const commitment = saltedCommitment(salt, Buffer.from("an object"));
      expect(commitment).not.toEqual(saltedCommitment(new Uint8Array(32), Buffer.from("an object")));
      expect(Buffer.from(commitmentEntry("a.example", commitment)).toString()).not.toContain("object");
      expect(() => saltedCommitment(new Uint8Array(8), Buffer.from("an object"))).toThrow(RangeError);
    });
  });
});
