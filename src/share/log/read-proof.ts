import { NoteError } from "../note/note.ts";
import { unverifiedCheckpoint } from "./checkpoint.ts";
import { nodesIn } from "./log.ts";
import { includes, inclusionProof, leafHash } from "./merkle.ts";
import { formatProof } from "./proof.ts";
import { readEntries, tilePath, tileWidth } from "./tiles.ts";
import type { Tile } from "./tiles.ts";
import type { LogSource } from "./verify-log.ts";

/** An entry of a log, and that it is in it: see `verifyProof`. */
export interface ProvenEntry {
  readonly entry: Uint8Array;
  readonly proof: string;
}

/** Throws a `NoteError` where the log has no such entry, or its files are not those of its checkpoint. */
export type EntryProver = (index: number) => Promise<ProvenEntry>;

/**
 * Makes proofs out of a log's files, all of them as of the checkpoint that is there now, with no key and beside whoever writes to it. Null:
 * there is no log.
 */
export async function proofsIn(read: LogSource): Promise<EntryProver | null> {
  const bytes = await read("checkpoint");
  if (bytes === null) return null;
  const checkpoint = Buffer.from(bytes).toString("utf8");
  const head = unverifiedCheckpoint(checkpoint);
  return async (index) => {
    if (index >= head.size) throw new NoteError(`the log has no entry ${index}`);
    const hashes = await inclusionProof(index, head.size, nodesIn({ read }, head.size));
    const entry = await entryAt(read, index, head.size);
    if (!includes(head, index, leafHash(entry), hashes)) {
      throw new NoteError("its tiles do not lead to the root of its checkpoint");
    }
    return { entry, proof: formatProof(index, hashes, checkpoint) };
  };
}

async function entryAt(read: LogSource, index: number, size: number): Promise<Uint8Array> {
  const place = index % tileWidth;
  const first = index - place;
  const tile: Tile = { level: "entries", index: first / tileWidth, width: Math.min(tileWidth, size - first) };
  const entry = (await readEntries(read, tile))?.[place];
  if (entry === undefined) throw new NoteError(`${tilePath(tile)} does not hold the entries that it should`);
  return entry;
}
