import { mkdir } from "node:fs/promises";
import { UserError } from "../../kit/user-error.ts";
import { lockDirectory } from "../../store/state/database/directory-lock.ts";
import { NoteError, parseNote } from "../note/note.ts";
import type { NoteSignature, NoteSigner, NoteVerifier } from "../note/note.ts";
import { hasCosigned, openCheckpoint, signCheckpoint, withSignature } from "./checkpoint.ts";
import { logFolder } from "./log-folder.ts";
import type { LogFolder } from "./log-folder.ts";
import { consistencyProof, emptyRoot, inclusionProof, leafHash, rootHash, treeSizeMax } from "./merkle.ts";
import type { NodeReader } from "./merkle.ts";
import { formatProof } from "./proof.ts";
import {
  hashesAt,
  hashesOf,
  nodesOf,
  packBundle,
  perfectRoot,
  readHashes,
  tilePath,
  tilesBetween,
  tileWidth,
} from "./tiles.ts";
import type { Tile } from "./tiles.ts";
import type { LogSource } from "./verify-log.ts";

// Limits.
/** Of one append, which is held in memory. */
const entriesPerAppendMax = 1_024;
/** Appends and cosignatures that wait for their turn. */
const waitingMax = 1_000;

/**
 * An append-only log in a folder, as C2SP tlog-tiles lays it out: any web server can serve it as it is. One process a folder. What
 * an append has resolved for survives the process and, as far as the disk tells the truth, the machine: tiles are on disk
 * before the checkpoint that speaks of them, and what no checkpoint speaks of does not count.
 */
export interface TransparencyLog {
  /** Signed by the log; as many witnesses as have cosigned it. */
  checkpoint(): string;
  size(): number;
  /** Resolves with the index of the first, once all of them are in the log. */
  append(entries: readonly Uint8Array[]): Promise<number>;
  /** That an entry is in the log, as of the checkpoint: see `verifyProof`. Throws a `RangeError` where it is not. */
  proof(index: number): Promise<string>;
  /** That the log has only grown since it had `from` entries, for a witness: see `isConsistent`. */
  consistency(from: number): Promise<readonly Uint8Array[]>;
  /**
   * Adds a witness's line to the checkpoint. False: the log has grown meanwhile. Throws a `NoteError` where the line is not this
   * witness's, or not for this checkpoint.
   */
  addCosignature(signature: NoteSignature, witness: NoteVerifier): Promise<boolean>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/**
 * Opens the log in a folder, or begins one. Throws a `UserError` where another process has it, or where its files are not what
 * its last checkpoint says.
 */
export async function openLog(folder: string, signer: NoteSigner): Promise<TransparencyLog> {
  await mkdir(folder, { recursive: true });
  const unlock = await lockDirectory(folder);
  try {
    const log = await openLogIn(logFolder(folder), signer);
    return {
      ...log,
      async close() {
        await log.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

interface State {
  readonly size: number;
  readonly checkpoint: string;
}

/** The log in files that nobody else writes to. */
export async function openLogIn(files: LogFolder, signer: NoteSigner): Promise<TransparencyLog> {
  let state = (await readCheckpoint(files, signer)) ?? (await begin(files, signer));
  let waiting = 0;
  let hasFailed = false;
  let turn: Promise<unknown> = Promise.resolve();
  /**
   * Writers go one after the other, and none after one that has failed: what is on disk is not known then, and to sign another
   * tree of the same size would be to fork the log.
   */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= waitingMax) throw new Error("too much waits to be written to the log");
    waiting++;
    const result = turn
      .then(() => {
        if (hasFailed) throw new Error("the log could not be written to before: it has to be opened anew");
        return work();
      })
      .finally(() => waiting--);
    turn = result.catch(() => {
      hasFailed = true;
    });
    return result;
  };
  return {
    checkpoint: () => state.checkpoint,
    size: () => state.size,
    async append(entries) {
      if (entries.length > entriesPerAppendMax) throw new RangeError(`${entries.length} entries are over the limit`);
      const bundles = entries.map((entry) => packBundle([entry]));
      return inTurn(async () => {
        const { size } = state;
        if (entries.length > 0) state = await grow(files, signer, state, entries, bundles);
        return size;
      });
    },
    async proof(index) {
      const { size, checkpoint } = state;
      return formatProof(index, await inclusionProof(index, size, nodesIn(files, size)), checkpoint);
    },
    consistency: async (from) => (from === 0 ? [] : consistencyProof(from, state.size, nodesIn(files, state.size))),
    async addCosignature(line, witness) {
      const given = state;
      const checkpoint = withSignature(given.checkpoint, line);
      if (!hasCosigned(parseNote(checkpoint), witness)) throw new NoteError("the line is not by this witness");
      return inTurn(async () => {
        if (state.size !== given.size) return false;
        const next = withSignature(state.checkpoint, line);
        await files.write("checkpoint", Buffer.from(next));
        state = { ...state, checkpoint: next };
        return true;
      });
    },
    async close() {
      await turn;
    },
  };
}

async function begin(files: LogFolder, signer: NoteSigner): Promise<State> {
  const checkpoint = signCheckpoint({ size: 0, root: emptyRoot }, signer);
  await files.write("checkpoint", Buffer.from(checkpoint));
  return { size: 0, checkpoint };
}

async function grow(
  files: LogFolder,
  signer: NoteSigner,
  before: State,
  entries: readonly Uint8Array[],
  bundles: readonly Uint8Array[],
): Promise<State> {
  const size = before.size + entries.length;
  if (size > treeSizeMax) throw new RangeError("the log is full");
  await extend(files, tilesBetween("entries", before.size, size), before.size, bundles);
  let [added, level] = [entries.map(leafHash), 0];
  while (added.length > 0) {
    const tiles = tilesBetween(level, before.size, size);
    const written = await extend(files, tiles, hashesAt(level, before.size), added);
    added = written.filter(({ tile }) => tile.width === tileWidth).map(({ bytes }) => perfectRoot(hashesOf(bytes)));
    level++;
  }
  const root = await rootHash(size, nodesIn(files, size));
  const checkpoint = signCheckpoint({ size, root }, signer);
  await files.write("checkpoint", Buffer.from(checkpoint));
  await removePartial(files, before.size, size);
  return { size, checkpoint };
}

/** Writes tiles (or bundles) that go on after `count` items with `added`. */
async function extend(
  files: LogFolder,
  tiles: readonly Tile[],
  count: number,
  added: readonly Uint8Array[],
): Promise<{ tile: Tile; bytes: Uint8Array }[]> {
  const written: { tile: Tile; bytes: Uint8Array }[] = [];
  for (const tile of tiles) {
    const first = tile.index * tileWidth;
    const kept = Math.max(0, count - first);
    const head = kept === 0 ? Buffer.alloc(0) : await files.read(tilePath({ ...tile, width: kept }));
    if (head === null) throw new NoteError(`${tilePath({ ...tile, width: kept })} is missing`);
    const rest = added.slice(Math.max(0, first - count), first + tile.width - count);
    const bytes = Buffer.concat([head, ...rest]);
    await files.write(tilePath(tile), bytes);
    written.push({ tile, bytes });
  }
  return written;
}

/** Partial tiles of which the whole one is now there: a checkpoint speaks of it. */
async function removePartial(files: LogFolder, from: number, to: number): Promise<void> {
  for (const level of ["entries", ...levelsOf(to)] as const) {
    for (const tile of tilesBetween(level, from, to)) {
      if (tile.width === tileWidth) await files.remove(`${tilePath(tile)}.p`);
    }
  }
}

function levelsOf(size: number): number[] {
  const levels: number[] = [];
  while (hashesAt(levels.length, size) > 0) levels.push(levels.length);
  return levels;
}

async function readCheckpoint(files: LogFolder, signer: NoteSigner): Promise<State | null> {
  const bytes = await files.read("checkpoint");
  if (bytes === null) return null;
  const text = bytes.toString("utf8");
  try {
    const { size, root } = openCheckpoint(text, { log: signer, witnesses: [], witnessesMin: 0 });
    const found = await rootHash(size, nodesIn(files, size));
    if (!Buffer.from(found).equals(root)) throw new NoteError("its tiles are not those of its checkpoint");
    return { size, checkpoint: text };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new UserError(
      `the log can't be gone on with: ${error.message}`,
      "restore the folder of the log and its key as they were: a log that begins anew, or differs, is not the same log",
      { cause: error },
    );
  }
}

export function nodesIn(files: { readonly read: LogSource }, size: number): NodeReader {
  return nodesOf(size, async (tile) => {
    const bytes = await readHashes(files.read, tile);
    if (bytes === null) throw new NoteError(`${tilePath(tile)} is missing`);
    return bytes;
  });
}
