import { hashBytes, nodeHash } from "./merkle.ts";
import type { NodeReader } from "./merkle.ts";

/*
 * How a log lies on disk and on the web (C2SP tlog-tiles): hashes in tiles of 256, entries in bundles of 256, the last of each
 * narrower. A tile of level l holds hashes of perfect trees of 256^l leaves.
 */

// Limits.
export const tileWidth = 256;
const tileHeight = 8;
/** Bytes of one entry: the length is written in two. Ours are small. */
const entryBytesMax = 16 * 1_024;
/** Of a bundle of as many entries as it may have. */
export const bundleBytesMax = tileWidth * (entryBytesMax + 2);

export interface Tile {
  readonly level: number | "entries";
  readonly index: number;
  /** 256 where it is whole. */
  readonly width: number;
}

/** The path under the log's prefix. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const parts = padded.match(/\d{3}/g) ?? [];
  const number = parts.map((part, i) => (i === parts.length - 1 ? part : `x${part}`)).join("/");
  return `tile/${level}/${number}${width === tileWidth ? "" : `.p/${width}`}`;
}

/** How many hashes a level has in a tree of this size. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level);
}

/** The tiles of a level that have changed, or are new, since the tree had `from` leaves; each as it is at `to`. */
export function tilesBetween(level: number | "entries", from: number, to: number): Tile[] {
  const [before, after] = [
    hashesAt(level === "entries" ? 0 : level, from),
    hashesAt(level === "entries" ? 0 : level, to),
  ];
  const tiles: Tile[] = [];
  for (let index = Math.floor(before / tileWidth); index * tileWidth < after; index++) {
    if (before === after) break;
    tiles.push({ level, index, width: Math.min(tileWidth, after - index * tileWidth) });
  }
  return tiles;
}

/** Hashes out of the tiles of a tree of this size. `read` yields a tile's bytes, or throws. */
export function nodesOf(size: number, read: (tile: Tile) => Promise<Uint8Array>): NodeReader {
  return async (level, index) => {
    const tileLevel = Math.floor(level / tileHeight);
    const count = 2 ** (level % tileHeight);
    const first = index * count;
    const tileIndex = Math.floor(first / tileWidth);
    const width = Math.min(tileWidth, hashesAt(tileLevel, size) - tileIndex * tileWidth);
    const hashes = hashesOf(await read({ level: tileLevel, index: tileIndex, width }));
    const from = first - tileIndex * tileWidth;
    return perfectRoot(hashes.slice(from, from + count));
  };
}

/**
 * The bytes of a tile of hashes. A partial one may be gone where the whole one is there: it begins with the same. Null where
 * there is neither.
 */
export async function readHashes(
  read: (path: string) => Promise<Uint8Array | null>,
  tile: Tile,
): Promise<Uint8Array | null> {
  const bytes = (await read(tilePath(tile))) ?? (await read(tilePath({ ...tile, width: tileWidth })));
  return bytes?.subarray(0, tile.width * hashBytes) ?? null;
}

/** The entries of a bundle, by the same rule. Null where there is none that holds them all. */
export async function readEntries(
  read: (path: string) => Promise<Uint8Array | null>,
  tile: Tile,
): Promise<Uint8Array[] | null> {
  const bytes = (await read(tilePath(tile))) ?? (await read(tilePath({ ...tile, width: tileWidth })));
  const entries = bytes === null ? null : unpackBundle(bytes);
  return entries === null || entries.length < tile.width ? null : entries.slice(0, tile.width);
}

export function hashesOf(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: tile.length / hashBytes }, (_, i) => tile.subarray(i * hashBytes, (i + 1) * hashBytes));
}

/** The root over a power of two of hashes. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!));
  }
  const [root] = row;
  if (root === undefined) throw new RangeError("no hash to make a root of");
  return root;
}

/** Entries, each with its length before it, big-endian. Throws a `RangeError` where one is over the limit. */
export function packBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > entryBytesMax) throw new RangeError(`an entry of ${entry.length} bytes is over the limit`);
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** Null where the bytes are no bundle. */
export function unpackBundle(bundle: Uint8Array): Uint8Array[] | null {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const [high, low] = bundle.subarray(at, at + 2);
    if (high === undefined || low === undefined) return null;
    const end = at + 2 + high * 256 + low;
    if (end > bundle.length) return null;
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
