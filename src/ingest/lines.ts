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

/** The non-empty lines of a file: LF or CRLF, with or without a byte order mark and a last newline. */
export async function* readLines(file: SourceFile, lineBytesMax = lineBytesMaxDefault): AsyncGenerator<Line> {
  const line = new BoundedBytes();
  let number = 1;
  try {
    for await (const chunk of file.open()) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        line.append(chunk.subarray(start, end), lineBytesMax);
        const taken = lineOf(line, number, lineBytesMax);
        if (taken !== null) yield taken;
        number += 1;
        start = end + 1;
      }
      line.append(chunk.subarray(start), lineBytesMax);
    }
  } catch (error) {
    if (!(error instanceof DamagedStreamError)) throw error;
    yield { kind: "reject", number, reason: `the file ends here: ${error.message}` };
    return;
  }
  const last = lineOf(line, number, lineBytesMax);
  if (last !== null) yield last;
}

/** Ends a line; null where it holds nothing but white space. */
function lineOf(collected: BoundedBytes, number: number, lineBytesMax: number): Line | null {
  const { bytes, length } = collected.take();
  if (bytes === null) return { kind: "reject", number, reason: tooLong("line", length, lineBytesMax) };
  const text = textOf(bytes, number === 1);
  if (text === null) return { kind: "reject", number, reason: "not valid UTF-8" };
  return text.trim() === "" ? null : { kind: "text", number, text };
}

/** UTF-8 without a byte order mark and a carriage return; null where it isn't UTF-8. */
function textOf(line: Buffer, isFirst: boolean): string | null {
  const start = isFirst && byteOrderMark.equals(line.subarray(0, 3)) ? 3 : 0;
  const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
  const bytes = line.subarray(start, end);
  return isUtf8(bytes) ? bytes.toString("utf8") : null;
}
