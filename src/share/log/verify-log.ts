import { NoteError } from "../note/note.ts";
import { openCheckpoint } from "./checkpoint.ts";
import type { Checkpoint, LogPolicy } from "./checkpoint.ts";
import { leafHash, rootHash } from "./merkle.ts";
import type { NodeReader, TreeHead } from "./merkle.ts";
import {
  hashesAt,
  hashesOf,
  perfectRoot,
  readEntries,
  readHashes,
  tilePath,
  tilesBetween,
  tileWidth,
} from "./tiles.ts";

/** A file of the log by its path: out of a folder, or from the web. Null where there is none. It bounds what it takes. */
export type LogSource = (path: string) => Promise<Uint8Array | null>;

export type LogVerdict =
  | { readonly kind: "intact"; readonly checkpoint: Checkpoint }
  | { readonly kind: "broken"; readonly reason: string };

/**
 * Reads all of a log and makes its tree anew: that the checkpoint is signed and witnessed, that every entry and every tile is what
 * it says, and, where one is given, that the log has only grown since an earlier checkpoint. `visit` gets the entries in order.
 */
export async function verifyLog(
  read: LogSource,
  policy: LogPolicy,
  earlier?: TreeHead,
  visit?: (entry: Uint8Array, index: number) => void,
): Promise<LogVerdict> {
  const broken = (reason: string): LogVerdict => ({ kind: "broken", reason });
  try {
    const text = await read("checkpoint");
    if (text === null) return broken("it has no checkpoint");
    const checkpoint = openCheckpoint(Buffer.from(text).toString("utf8"), policy);
    if (earlier !== undefined && earlier.size > checkpoint.size) return broken("it is shorter than it was");
    const node = await readTiles(read, checkpoint.size, visit);
    if (!isSame(await rootHash(checkpoint.size, node), checkpoint.root)) {
      return broken("its tiles do not lead to the root of its checkpoint");
    }
    if (earlier !== undefined && !isSame(await rootHash(earlier.size, node), earlier.root)) {
      return broken("what was in it before is not the same any more");
    }
    return { kind: "intact", checkpoint };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return broken(error.message);
  }
}

/** Checks tile by tile, each level against the one below; keeps the hashes, 33 bytes an entry. */
async function readTiles(
  read: LogSource,
  size: number,
  visit: (entry: Uint8Array, index: number) => void = () => {},
): Promise<NodeReader> {
  const levels: Uint8Array[][] = [];
  let expected: Uint8Array[] = [];
  for (const tile of tilesBetween("entries", 0, size)) {
    const entries = await readEntries(read, tile);
    if (entries === null) throw new NoteError(`${tilePath(tile)} does not hold the entries that it should`);
    for (const [i, entry] of entries.entries()) {
      visit(entry, tile.index * tileWidth + i);
      expected.push(leafHash(entry));
    }
  }
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const above: Uint8Array[] = [];
    for (const tile of tilesBetween(level, 0, size)) {
      const bytes = await readHashes(read, tile);
      if (bytes === null) throw new NoteError(`${tilePath(tile)} is missing`);
      const hashes = expected.slice(tile.index * tileWidth, tile.index * tileWidth + tile.width);
      if (!Buffer.concat(hashes).equals(bytes)) throw new NoteError(`${tilePath(tile)} is not what is below it`);
      if (tile.width === tileWidth) above.push(perfectRoot(hashesOf(bytes)));
    }
    levels.push(expected);
    expected = above;
  }
  return async (level, index) => {
    const height = Math.floor(level / Math.log2(tileWidth));
    const count = 2 ** (level % Math.log2(tileWidth));
    return perfectRoot((levels[height] ?? []).slice(index * count, (index + 1) * count));
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(b);
}
