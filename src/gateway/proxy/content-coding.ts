import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Holding } from "./byte-budget.ts";

// Limits.
/** What is decompressed in one go. */
const chunkSize = 256 * 2 ** 10;

/**
 * RFC 9110, 8.4.1, and Brotli. They decompress beside the event loop, a small piece at a time, however much a body may grow;
 * what we have for Zstandard does neither, and would let one caller hold up all.
 */
const decoders = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
] as const);

export const codingNames = "gzip, deflate, br";

/** @param coding what `Content-Encoding` says of a body, or that it says nothing */
export function isEncoded(coding: string | undefined): coding is string {
  return coding !== undefined && !/^\s*(?:identity\s*)?$/i.test(coding);
}

/**
 * A body without its coding. `too-large`: the holding has no room for it; `unreadable`: it is cut or damaged, or the coding is
 * none of those above.
 */
export async function decoded(
  bytes: Buffer,
  coding: string,
  holding: Holding,
): Promise<Buffer | "too-large" | "unreadable"> {
  const create = [...decoders].find(([name]) => name === coding.trim().toLowerCase())?.[1];
  if (create === undefined) return "unreadable";
  const decoder = create({ chunkSize });
  decoder.end(bytes);
  try {
    for await (const piece of decoder) if (Buffer.isBuffer(piece) && !holding.add(piece)) return "too-large";
    return holding.bytes();
  } catch {
    return "unreadable";
  }
}
