import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { errorCode } from "../kit/error-code.ts";
import { UserError } from "../kit/user-error.ts";
import { DamagedStreamError } from "./damaged-stream-error.ts";
import { headValues, readHeadBytes } from "./documents.ts";
import type { FileHead, SourceFile } from "./reader.ts";

/*
 * Limits. A compressed piece is kept small because a hostile one can grow a thousandfold (gzip) or more (zstd) in one go.
 */
const readBytesMax = 64 * 1024;
const gzipPieceBytesMax = 16 * 1024;
const zstdPieceBytesMax = 4 * 1024;
const headTextBytesMax = 64 * 1024;

/**
 * A file of a log. Gzip (RFC 1952) and Zstandard (RFC 8878) are told by their magic bytes, not by the name.
 * `open` throws a `UserError` where the file can't be read, a `DamagedStreamError` where its compression is broken.
 */
export function openSourceFile(path: string): SourceFile {
  return { path, open: () => decompressed(path, readBytes(path), () => readBytes(path)) };
}

/** What this process holds, as a file. Not decompressed. */
export function heldFile(path: string, bytes: Uint8Array): SourceFile {
  return {
    path,
    async *open() {
      yield* pieces(bytes, readBytesMax);
    },
  };
}

/** The first bytes of a file and the values in them. A damaged stream gives what stands before the damage. */
export async function readHead(file: SourceFile): Promise<FileHead> {
  const { bytes, whole } = await readHeadBytes(file);
  return {
    path: file.path,
    text: new TextDecoder().decode(bytes.subarray(0, headTextBytesMax)),
    values: headValues(bytes, whole),
  };
}

async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: readBytesMax })) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${messageOf(error)}`, "Check that the file exists and may be read.", {
      cause: error,
    });
  }
}

/**
 * The bytes behind gzip or Zstandard, told by their magic bytes, or as they are. `path` is for errors. Throws a
 * `DamagedStreamError` where the compression is broken, after what could be read: all that stands before that place where
 * `again` gives the chunks anew, else all but the end of it.
 */
export async function* decompressed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  again?: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array(0);
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
    if (start.length >= 4) break;
  }
  const rest = prepend(start, { [Symbol.asyncIterator]: () => iterator });
  if (isGzip(start)) yield* gunzip(path, inPieces(rest, gzipPieceBytesMax), again);
  else if (isZstandard(start)) yield* unzstd(path, inPieces(rest, zstdPieceBytesMax));
  else yield* rest;
}

function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** RFC 8878 section 3.1.1 (frame) and 3.1.2 (skippable frame, which parallel compressors put first). */
function isZstandard(start: Uint8Array): boolean {
  const [a = 0, b, c, d] = start;
  const frame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  const skippable = a >= 0x50 && a <= 0x5f && b === 0x2a && c === 0x4d && d === 0x18;
  return frame || skippable;
}

async function* prepend(start: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (start.length > 0) yield start;
  yield* rest;
}

async function* inPieces(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield* pieces(chunk, bytesMax);
}

function* pieces(bytes: Uint8Array, bytesMax: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += bytesMax) yield bytes.subarray(at, at + bytesMax);
}

async function* gunzip(
  path: string,
  compressed: AsyncIterable<Uint8Array>,
  again?: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const done = { pieceStart: 0, output: 0 };
  const failure = yield* inflated(compressed, done);
  if (failure === undefined) return;
  // Nothing is dropped where the stream just ends.
  if (again !== undefined && errorCode(failure) !== "Z_BUF_ERROR") yield* droppedOutput(again(), done);
  throw damaged(path, "gzip", failure);
}

/** How far decompression has come: where the piece that was given last starts, and how many bytes came out. */
interface Inflation {
  pieceStart: number;
  output: number;
}

/**
 * Returns what the stream fails with. Written by hand because a stream that fails drops what waits in its buffer, and those
 * bytes must not be lost. Each piece is awaited, so that at most one piece's output is held.
 */
async function* inflated(compressed: AsyncIterable<Uint8Array>, done: Inflation): AsyncGenerator<Uint8Array, unknown> {
  const stream = createGunzip();
  let output: Uint8Array[] = [];
  let failure: unknown;
  let wake = (): void => {};
  stream.on("data", (bytes: Uint8Array) => output.push(bytes));
  stream.on("error", (error) => (failure ??= error));
  stream.on("close", () => wake());
  const settled = (begin: () => void): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (stream.destroyed) resolve();
      else begin();
    });
  const take = (): Uint8Array[] => {
    const taken = output;
    output = [];
    for (const bytes of taken) done.output += bytes.length;
    return taken;
  };
  try {
    for await (const piece of compressed) {
      await settled(() => stream.write(piece, () => wake()));
      yield* take();
      if (stream.destroyed) break;
      done.pieceStart += piece.length;
    }
    await settled(() => stream.end());
    yield* take();
  } finally {
    stream.destroy();
  }
  return failure;
}

/** zlib drops what it has made in the step that fails, so the piece at which it failed is taken once more, a byte a step. */
async function* droppedOutput(chunks: AsyncIterable<Uint8Array>, failed: Inflation): AsyncGenerator<Uint8Array> {
  let output = 0;
  const compressed = inPiecesAndBytes(chunks, failed.pieceStart);
  for await (const bytes of inflated(compressed, { pieceStart: 0, output: 0 })) {
    output += bytes.length;
    const fresh = Math.min(bytes.length, output - failed.output);
    if (fresh > 0) yield bytes.subarray(bytes.length - fresh);
  }
}

/** Pieces up to the byte at `start`, then single bytes. */
async function* inPiecesAndBytes(chunks: AsyncIterable<Uint8Array>, start: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of chunks) {
    const whole = Math.min(chunk.length, Math.max(0, start - at));
    yield* pieces(chunk.subarray(0, whole), gzipPieceBytesMax);
    yield* pieces(chunk.subarray(whole), 1);
    at += chunk.length;
  }
}

async function* unzstd(path: string, compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let output: Uint8Array[] = [];
  const decompressor = new Decompress((bytes) => output.push(bytes));
  const push = (piece: Uint8Array, last: boolean): unknown => {
    try {
      decompressor.push(piece, last);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const take = (): Uint8Array[] => {
    const taken = output;
    output = [];
    return taken;
  };
  for await (const piece of compressed) {
    const failure = push(piece, false);
    yield* take();
    if (failure !== undefined) throw damaged(path, "zstd", failure);
  }
  const failure = push(new Uint8Array(0), true);
  yield* take();
  if (failure !== undefined) throw damaged(path, "zstd", failure);
}

function damaged(path: string, compression: string, cause: unknown): DamagedStreamError {
  return new DamagedStreamError(
    `${path}: the ${compression} stream is cut or damaged (${messageOf(cause)})`,
    "What stands before that place was read. Copy the file again, or compress it anew, to read the rest.",
    { cause },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
