import { NoteError } from "../note/note.ts";
import { openCheckpoint } from "./checkpoint.ts";
import type { LogPolicy } from "./checkpoint.ts";
import { hashBytes, includes, leafHash, treeSizeMax } from "./merkle.ts";

/*
 * That an entry is in a log, in one text that can be checked without asking anyone (C2SP tlog-proof, v1).
 */

// Limits.
/** A path in a tree of 2^40 leaves has so many hashes. */
const hashesMax = Math.log2(treeSizeMax);

const header = "c2sp.org/tlog-proof@v1";

export function formatProof(index: number, hashes: readonly Uint8Array[], checkpoint: string): string {
  const lines = hashes.map((hash) => `${Buffer.from(hash).toString("base64")}\n`).join("");
  return `${header}\nindex ${index}\n${lines}\n${checkpoint}`;
}

/** The checkpoint that a proof leads to, or what stands in its place. */
export function checkpointOf(proof: string): string {
  return proof.slice(proof.indexOf("\n\n") + 2);
}

/** The index at which the entry is in the log. Throws a `NoteError` where the proof does not show it to whom the policy believes. */
export function verifyProof(proof: string, entry: Uint8Array, policy: LogPolicy): number {
  const end = proof.indexOf("\n\n");
  const [first, second, ...lines] = proof.slice(0, Math.max(end, 0)).split("\n");
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(second ?? "") ?? [];
  if (first !== header || digits === undefined || lines.length > hashesMax) throw new NoteError("this is no proof");
  const hashes = lines.map((line) => Buffer.from(line, "base64"));
  if (hashes.some((hash, i) => hash.length !== hashBytes || hash.toString("base64") !== lines[i])) {
    throw new NoteError("the proof has a line that is no hash");
  }
  const head = openCheckpoint(checkpointOf(proof), policy);
  if (!includes(head, Number(digits), leafHash(entry), hashes)) {
    throw new NoteError("the proof does not lead to the log's root");
  }
  return Number(digits);
}
