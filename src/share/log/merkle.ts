import { createHash } from "node:crypto";

/*
 * The Merkle tree of RFC 6962, section 2.1, with SHA-256; its proofs as RFC 9162, section 2.1, says to verify them.
 */

// Limits.
/** Leaves. Logarithms are exact to here and some way beyond. */
export const treeSizeMax = 2 ** 40;

export const hashBytes = 32;

/** The hash of the perfect subtree of 2^`level` leaves that is the `index`-th of its level. */
export type NodeReader = (level: number, index: number) => Promise<Uint8Array>;

export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** MTH of no leaf. */
export const emptyRoot: Uint8Array = createHash("sha256").digest();

export function leafHash(entry: Uint8Array): Uint8Array {
  return createHash("sha256").update(Uint8Array.of(0)).update(entry).digest();
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash("sha256").update(Uint8Array.of(1)).update(left).update(right).digest();
}

/** MTH of the first `size` leaves. */
export async function rootHash(size: number, node: NodeReader): Promise<Uint8Array> {
  return size === 0 ? emptyRoot : rangeHash(0, size, node);
}

/** PATH(index, D[size]): from the leaf's sibling up. Throws a `RangeError` where there is no such leaf. */
export async function inclusionProof(index: number, size: number, node: NodeReader): Promise<Uint8Array[]> {
  if (index < 0 || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const proof: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      proof.push(await rangeHash(middle, end, node));
      end = middle;
    } else {
      proof.push(await rangeHash(start, middle, node));
      start = middle;
    }
  }
  return proof.toReversed();
}

/** PROOF(from, D[to]): that the tree of `to` leaves begins with the tree of `from`. Throws a `RangeError` unless 0 < from <= to. */
export async function consistencyProof(from: number, to: number, node: NodeReader): Promise<Uint8Array[]> {
  if (from <= 0 || from > to) throw new RangeError(`no proof from ${from} to ${to} leaves`);
  const proof: Uint8Array[] = [];
  let [start, end] = [0, to];
  let isWhole = true;
  while (end !== from) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      proof.push(await rangeHash(middle, end, node));
      end = middle;
    } else {
      proof.push(await rangeHash(start, middle, node));
      start = middle;
      isWhole = false;
    }
  }
  if (!isWhole) proof.push(await rangeHash(start, end, node));
  return proof.toReversed();
}

/** Whether the leaf of this hash is the `index`-th of the tree: RFC 9162, section 2.1.3.2. */
export function includes(
  { size, root }: TreeHead,
  index: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let [position, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && isSame(hash, root);
}

/** Whether the tree `to` begins with all of the tree `from`: RFC 9162, section 2.1.4.2. Every tree begins with the empty one. */
export function isConsistent(from: TreeHead, to: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && isSame(from.root, to.root);
  if (from.size === 0) return proof.length === 0 && isSame(from.root, emptyRoot);
  const path = isPowerOfTwo(from.size) ? [from.root, ...proof] : [...proof];
  let [position, last] = [from.size - 1, to.size - 1];
  while (position % 2 === 1) [position, last] = [half(position), half(last)];
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [oldHash, newHash] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      oldHash = nodeHash(hash, oldHash);
      newHash = nodeHash(hash, newHash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      newHash = nodeHash(newHash, hash);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && isSame(oldHash, from.root) && isSame(newHash, to.root);
}

/** MTH of the leaves from `start` up to `end`, where `start` is a multiple of the least power of two that is at least as long. */
async function rangeHash(start: number, end: number, node: NodeReader): Promise<Uint8Array> {
  const length = end - start;
  if (isPowerOfTwo(length)) {
    const level = Math.log2(length);
    return node(level, start / length);
  }
  const middle = start + splitOf(length);
  return nodeHash(await rangeHash(start, middle, node), await rangeHash(middle, end, node));
}

/** The largest power of two below `length`, which is more than one. */
function splitOf(length: number): number {
  return 2 ** (Math.ceil(Math.log2(length)) - 1);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(b);
}
