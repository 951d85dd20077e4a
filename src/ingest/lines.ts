import { isUtf8 } from "node:buffer";
import { BoundedBytes, tooLong } from "./bounded-bytes.ts";
import { DamagedStreamError } from "./damaged-stream-error.ts";
import type { SourceFile } from "./reader.ts";

/*
 * Limits. A longer line is skipped in bounded memory and rejected with its length.
 */
export const lineBytesMaxDefault = 16 * 1024 * 1024;

/** Lines count from 1. A reject is a line that can't be text, or the place where a compressed stream ends too early. */
export type Line =
  | { readonly kind: "text"; readonly number: number; readonly text: string }
  | { readonly kind: "reject"; readonly number: number; readonly reason: string };

const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line before it is text: valid UTF-8 without what ends it, and without a byte order mark. It may be blank. */
export type LineBytes =
  | { readonly kind: "bytes"; readonly number: number; readonly bytes: Buffer }
  | { readonly kind: "reject"; readonly number: number; readonly reason: string };

/** Splits what comes in pieces into lines: LF or CRLF, with or without a byte order mark and a last newline. */
export interface LineSplitter {
  /** Of the line that the next piece goes on with. */
  readonly number: number;
  push(piece: Uint8Array): Generator<LineBytes>;
  /** What stands behind the last newline. */
  end(): LineBytes;
}

export function lineSplitter(lineBytesMax = lineBytesMaxDefault): LineSplitter {
  const line = new BoundedBytes();
  let number = 1;
  return {
    get number() {
      return number;
    },
    *push(piece) {
      let start = 0;
      for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, start)) {
        line.append(piece.subarray(start, end), lineBytesMax);
        yield ended(line, number, lineBytesMax);
        number += 1;
        start = end + 1;
      }
      line.append(piece.subarray(start), lineBytesMax);
    },
    end: () => ended(line, number, lineBytesMax),
  };
}

/** The non-empty lines of a file. */
export async function* readLines(file: SourceFile, lineBytesMax = lineBytesMaxDefault): AsyncGenerator<Line> {
  const splitter = lineSplitter(lineBytesMax);
  try {
    for await (const chunk of file.open()) {
      for (const line of splitter.push(chunk)) {
        const taken = textOf(line);
        if (taken !== null) yield taken;
      }
    }
  } catch (error) {
    if (!(error instanceof DamagedStreamError)) throw error;
    yield { kind: "reject", number: splitter.number, reason: `the file ends here: ${error.message}` };
    return;
  }
  const last = textOf(splitter.end());
  if (last !== null) yield last;
}

/** Null where it holds nothing but white space. */
function textOf(line: LineBytes): Line | null {
  if (line.kind === "reject") return line;
  const text = line.bytes.toString("utf8");
  return text.trim() === "" ? null : { kind: "text", number: line.number, text };
}

function ended(collected: BoundedBytes, number: number, lineBytesMax: number): LineBytes {
  const { bytes, length } = collected.take();
  if (bytes === null) return { kind: "reject", number, reason: tooLong("line", length, lineBytesMax) };
  const start = number === 1 && byteOrderMark.equals(bytes.subarray(0, 3)) ? 3 : 0;
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  const line = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
  return isUtf8(line) ? { kind: "bytes", number, bytes: line } : { kind: "reject", number, reason: "not valid UTF-8" };
}
