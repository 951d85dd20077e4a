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
const openingBrace = 0x7b;
/** What may stand before a record: tabs, spaces, the rest of a CRLF, the byte order mark. */
const blanks: ReadonlySet<number> = new Set([0x09, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);

/** Thrown where one line would have to be held to be rewritten, and is longer than what may be held. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";

  constructor() {
    super("a line that has to be rewritten is too long to be held");
  }
}

/**
 * Changes the JSON records in a body of lines, one at a time. Only what begins as one is held; all else passes as it comes, and so
 * does what turns out to be no JSON. A form with files in it is lines to this, too: the head of a part ends in a blank line.
 */
export function createLineFilter(change: (record: JsonRecord) => JsonRecord, budget: ByteBudget): BodyFilter {
  const holding = createHolding(budget, lineBytesMax);
  let begins: "blank" | "record" | "other" = "blank";

  function changed(line: Buffer): Buffer {
    const text = line.toString("utf8").trim();
    const record = parseJson(text);
    if (!isRecord(record)) return line;
    const kept = change(record);
    const bytes = kept === record ? null : jsonBytes(kept);
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
        if (piece.at(-1) !== LF) continue;
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
      done(null, filter.finish());
    },
    destroy(error, done) {
      filter.release();
      done(error);
    },
  });
}

/** Cuts behind each line's end. */
function* piecesOf(chunk: Buffer): Generator<Buffer> {
  for (let start = 0; start < chunk.length;) {
    const end = chunk.indexOf(LF, start);
    yield chunk.subarray(start, end < 0 ? chunk.length : end + 1);
    start = end < 0 ? chunk.length : end + 1;
  }
}

function beginningOf(piece: Buffer): "blank" | "record" | "other" {
  const first = piece.find((byte) => !blanks.has(byte));
  if (first === undefined || first === LF) return "blank";
  return first === openingBrace ? "record" : "other";
}
