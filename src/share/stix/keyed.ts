import { createHmac } from "node:crypto";
import { z } from "zod";
import { FINGERPRINT_KINDS } from "../../model/campaign-signals.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";

// Limits.
/** Of a circle's key: what HMAC-SHA256 is as strong as. */
const keyBytesMin = 32;
/** Hashes of a sketch, the least ones. */
const sketchHashesMax = 64;
/** Pieces of text that one sketch is made of. */
const piecesMax = 100_000;

/** What a circle's members know and nobody else, for a time: digests under different keys can't be compared. */
export interface CircleKey {
  readonly secret: Uint8Array;
  /** Names the key, in what is made with it. */
  readonly epoch: string;
}

export const epochSchema = z.string().regex(/^\d{4}-\d\d$/, "not a month");
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);
export const fingerprintKindSchema = z.enum(FINGERPRINT_KINDS);

/** Ascending, each once: 16 hex digits. */
export const sketchSchema = z
  .array(z.string().regex(/^[0-9a-f]{16}$/))
  .min(1)
  .max(sketchHashesMax)
  .refine((hashes) => hashes.every((hash, i) => i === 0 || hash > (hashes[i - 1] ?? "")), "not ascending");

/** A value that members can compare and none can read: HMAC-SHA256 (RFC 2104) of the kind and the canonical value, in hex. */
export function fingerprint(key: CircleKey, kind: FingerprintKind, value: string): string {
  return digest(key, `fingerprint/${kind}`, value).toString("hex");
}

/** A piece of a prompt's skeleton as it stands in a sketch: 16 hex digits. */
export function pieceDigest(key: CircleKey, piece: string): string {
  return digest(key, "skeleton", piece).toString("hex", 0, 8);
}

/**
 * A keyed bottom-k sketch of a set of pieces of a prompt's skeleton (Bar-Yossef et al. 2002; Cohen and Kaplan 2007): its least
 * hashes. It says how alike two sets are and, without the key, nothing of what is in them; with the key a member can ask
 * whether a piece that it knows is among the least, which is what the sketch is for.
 */
export function skeletonSketch(key: CircleKey, pieces: ReadonlySet<string>): string[] {
  if (pieces.size === 0 || pieces.size > piecesMax)
    throw new RangeError(`not 1 to ${piecesMax} pieces: ${pieces.size}`);
  const hashes = new Set([...pieces].map((piece) => pieceDigest(key, piece)));
  return [...hashes].toSorted((a, b) => (a < b ? -1 : 1)).slice(0, sketchHashesMax);
}

/** Estimates the Jaccard similarity of two sets from their sketches under one key: the share of the union's least hashes in both. */
export function sketchSimilarity(a: readonly string[], b: readonly string[]): number {
  const [inA, inB] = [new Set(a), new Set(b)];
  // A sketch that is not full holds its whole set; a full one says nothing beyond its greatest hash.
  const size = Math.min(...[a, b].map(({ length }) => (length < sketchHashesMax ? Number.POSITIVE_INFINITY : length)));
  const least = [...new Set([...a, ...b])].toSorted((x, y) => (x < y ? -1 : 1)).slice(0, size);
  return least.length === 0 ? 0 : least.filter((hash) => inA.has(hash) && inB.has(hash)).length / least.length;
}

function digest({ secret, epoch }: CircleKey, purpose: string, value: string): Buffer {
  if (secret.length < keyBytesMin) throw new RangeError(`a circle's key has at least ${keyBytesMin} bytes`);
  return createHmac("sha256", secret).update(`stillwatch/1\0${epoch}\0${purpose}\0${value}`).digest();
}
