import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noteSigner } from "../note/note.ts";
import { logFolder } from "./log-folder.ts";
import { openLog } from "./log.ts";
import { verifyProof } from "./proof.ts";
import { proofsIn } from "./read-proof.ts";
import type { EntryProver } from "./read-proof.ts";

const signer = noteSigner("member-a/log", "note", new Uint8Array(32).fill(3));
const policy = { log: signer, witnesses: [], witnessesMin: 0 };
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-read-proof-"));
});
afterAll(() => rm(root, { recursive: true }));

const entries = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => Buffer.from(`entry ${i}`));

async function prover(folder: string): Promise<EntryProver> {
  const prove = await proofsIn(logFolder(folder).read);
  if (prove === null) throw new Error("there is no log");
  return prove;
}

describe("proofs out of a log's files", () => {
  test("are those that the log itself gives, of whole tiles and of the last one", async () => {
    const folder = join(root, "whole");
    const log = await openLog(folder, signer);
    await log.append(entries(300));
    const prove = await prover(folder);
    for (const index of [0, 255, 256, 299]) {
      const { entry, proof } = await prove(index);
      expect(Buffer.from(entry).toString()).toBe(`entry ${index}`);
      expect(verifyProof(proof, entry, policy)).toBe(index);
      expect(proof).toBe(await log.proof(index));
    }
    await expect(prove(300)).rejects.toThrow("the log has no entry 300");
    await log.close();
  });

  test("stay those of one checkpoint, though the log grows over its partial tiles meanwhile", async () => {
    const folder = join(root, "growing");
    const log = await openLog(folder, signer);
    await log.append(entries(200));
    const prove = await prover(folder);
    const before = await log.proof(7);
    await log.append(entries(100));
    expect((await prove(7)).proof).toBe(before);
    await log.close();
  });

  test("are not made of entries that the checkpoint does not speak of, and not where there is no log", async () => {
    const folder = join(root, "changed");
    const log = await openLog(folder, signer);
    await log.append(entries(2));
    await log.close();
    const prove = await prover(folder);
    await writeFile(join(folder, "tile/entries/000.p/2"), Buffer.from("\0\u0007entry 0\0\u0007entry x"));
    await expect(prove(1)).rejects.toThrow("its tiles do not lead to the root of its checkpoint");
    await rm(join(folder, "tile/entries/000.p/2"));
    await expect(prove(1)).rejects.toThrow("does not hold the entries that it should");
    expect(await proofsIn(logFolder(join(root, "none")).read)).toBeNull();
  });
});
