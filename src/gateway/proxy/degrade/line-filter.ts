import { Transform } from "node:stream";
import { isRecord, parseJson } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import { createHolding } from "../byte-budget.ts";
import type { ByteBudget } from "../byte-budget.ts";
import { jsonBytes } from "./json-change.ts";
import type { BodyFilter } from "./stripping-filter.ts";

// Limits.
/** Of one line: it holds a request or an answer whole. */
const lineBytesMax = 64 * 2 ** 20;

const LF = 0x0a;
const CR = 0x0d;
const openingBrace = 0x7b;
/** Bytes of what may stand before a record where a server is lenient: the byte order mark and Unicode's blanks; and all that control. */
const blanks: ReadonlySet<number> = new Set(
  Buffer.from(
    "\u{feff}\u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}",
  ),
);
/** The marks of UTF-16 are never part of UTF-8. */
const isBlank = (byte: number): boolean => byte <= 0x20 || byte >= 0xfe || blanks.has(byte);

/** Thrown where one line would have to be held to be rewritten, and is longer than what may be held. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";

  constructor() {
    super("a line that has to be rewritten is too long to be held");
  }
}

/** Thrown where a line is meant for a record and can't be read as one, though a server that is lenient may. */
export class LineUnreadable extends Error {
  override readonly name = "LineUnreadable";

  constructor() {
    super("a line that has to be rewritten is no JSON");
  }
}

/**
 * Changes the JSON records in a body of lines, one at a time. Only what begins as one is held; all else passes as it comes, and so
 * does what turns out to be no JSON, unless it is meant as a record. A line ends at LF, and at CR where that makes records of it:
 * within a record CR is a blank. A form with files in it is lines to this, too: the head of a part ends in a blank line.
 */
export function createLineFilter(
  change: (record: JsonRecord) => JsonRecord,
  budget: ByteBudget,
  isMeant: (text: string) => boolean = () => false,
): BodyFilter {
  const holding = createHolding(budget, lineBytesMax);
  let begins: "blank" | "record" | "other" = "blank";

  function changed(line: Buffer): Buffer {
    const text = line.toString("utf8").trim();
    const record = parseJson(text);
    if (!isRecord(record)) {
      const lines = [...piecesOf(line)];
      if (lines.length > 1) return Buffer.concat(lines.map(changed));
      if (isMeant(text)) throw new LineUnreadable();
      return line;
    }
    const kept = change(record);
    if (kept === record) return line;
    const bytes = jsonBytes(kept);
    // Nested beyond the stack.
    if (bytes === null && isMeant(text)) throw new LineUnreadable();
    if (bytes === null) return line;
    const [end = ""] = /\r?\n?$/.exec(line.subarray(-2).toString("latin1")) ?? [];
    return Buffer.concat([bytes, Buffer.from(end)]);
  }

  function takeHeld(): Buffer {
    const line = holding.bytes();
    holding.release();
    return begins === "record" ? changed(line) : line;
  }

  return {
    push(chunk) {
      const passed: Buffer[] = [];
      for (const piece of piecesOf(chunk)) {
        if (begins === "blank") begins = beginningOf(piece);
        if (begins === "other") passed.push(takeHeld(), piece);
        else if (!holding.add(piece)) throw new LineTooLong();
        const end = piece.at(-1);
        if (end !== LF && (end !== CR || begins === "record")) continue;
        passed.push(takeHeld());
        begins = "blank";
      }
      return Buffer.concat(passed);
    },
    finish: takeHeld,
    release: holding.release,
  };
}

/** The same for a body that is sent on. */
export function lineTransform(filter: BodyFilter): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, filter.push(chunk));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
    flush(done) {
      try {
        done(null, filter.finish());
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
    destroy(error, done) {
      filter.release();
      done(error);
    },
  });
}

/** Cuts behind each CR and each LF. */
function* piecesOf(chunk: Buffer): Generator<Buffer> {
  let start = 0;
  let [cr, lf] = [chunk.indexOf(CR), chunk.indexOf(LF)];
  while (cr >= 0 || lf >= 0) {
    const end = Math.min(cr < 0 ? lf : cr, lf < 0 ? cr : lf) + 1;
    yield chunk.subarray(start, end);
    start = end;
    if (cr >= 0 && cr < end) cr = chunk.indexOf(CR, end);
    if (lf >= 0 && lf < end) lf = chunk.indexOf(LF, end);
  }
  if (start < chunk.length) yield chunk.subarray(start);
}

function beginningOf(piece: Buffer): "blank" | "record" | "other" {
  const first = piece.find((byte) => !isBlank(byte));
  if (first === undefined) return "blank";
  return first === openingBrace ? "record" : "other";
}
