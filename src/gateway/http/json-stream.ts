import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { errorCode } from "../../kit/error-code.ts";
import { isTurnOver, nextTurn } from "../../kit/turns.ts";

// Limits.
/** Items of one piece of text. */
const itemsPerSliceMax = 500;
/** A reader that takes longer is cut off, since it holds a place. */
const answerMsMax = 120_000;

/** Texts of the items that are not null, joined, in slices. Memory is one slice, however many items there are. */
export async function* textsOf<T>(
  items: Iterable<T>,
  text: (item: T) => string | null,
  separator: string,
): AsyncGenerator<string> {
  let slice: string[] = [];
  let looked = 0;
  let begun = false;
  for (const item of items) {
    const one = text(item);
    if (one !== null) slice.push(one);
    if (++looked % itemsPerSliceMax !== 0) continue;
    if (slice.length > 0) {
      yield (begun ? separator : "") + slice.join(separator);
      begun = true;
      slice = [];
    }
    if (isTurnOver()) await nextTurn();
  }
  if (slice.length > 0) yield (begun ? separator : "") + slice.join(separator);
}

/** How the end of a connection shows, ours (`ABORT_ERR`) or the reader's. Whatever else comes is a defect. */
const READER_LEFT: ReadonlySet<unknown> = new Set(["ABORT_ERR", "ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE"]);

/** Decisions are much alike: they shrink to a tenth at the lowest level already. */
const gzipLevel = 1;

/**
 * Sends an answer as it is made, no faster than it is read; compressed where the reader takes that.
 * @returns whether all of it went out; false where the reader left, or was too slow
 */
export async function sendStream(
  response: ServerResponse,
  contentType: string,
  texts: AsyncIterable<string>,
): Promise<boolean> {
  const isZipped = takesGzip(response.req.headers["accept-encoding"]);
  response.writeHead(200, {
    "content-type": contentType,
    "cache-control": "no-store",
    ...(isZipped ? { "content-encoding": "gzip" } : {}),
  });
  const signal = AbortSignal.timeout(answerMsMax);
  const source = Readable.from(texts);
  try {
    if (isZipped) await pipeline(source, createGzip({ level: gzipLevel }), response, { signal });
    else await pipeline(source, response, { signal });
    return true;
  } catch (error) {
    if (READER_LEFT.has(errorCode(error))) return false;
    throw error;
  }
}

/** Whether `gzip` is named in Accept-Encoding (RFC 9110, 12.5.3), and not with the weight nought. */
const takesGzip = (accepted: string | undefined): boolean =>
  accepted !== undefined && /(?:^|,)\s*gzip\s*(?:,|$|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))/i.test(accepted);
