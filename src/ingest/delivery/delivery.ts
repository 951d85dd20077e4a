import { z } from "zod";

// Limits.
/** A delivery is spread over records of about this size: so many characters and a line, or so many lines. */
const recordLengthMax = 4 * 2 ** 20;
const recordLinesMax = 20_000;

const newline = 0x0a;

const headSchema = z.object({
  kind: z.enum(["exchange", "facts"]),
  origin: z.string(),
  count: z.int().nonnegative(),
  rejects: z.array(z.string()),
});

/** A line of a world without its line feed: as text, or as the bytes in UTF-8 that came. */
export type DeliveredLine = string | Buffer;

/**
 * What one sender handed in at one time, on its way through the spool: lines of a world (never with a line feed in them), and
 * the reasons of what could not be made one.
 */
export interface Delivery {
  readonly kind: "exchange" | "facts";
  /** Which door, and where it matters whose: it becomes the name of the file in which a reject stands. */
  readonly origin: string;
  readonly lines: readonly DeliveredLine[];
  readonly rejects: readonly string[];
}

/** A record of the spool, read: its lines as they stand, each one ended. */
export interface DeliveryRecord {
  readonly kind: Delivery["kind"];
  readonly origin: string;
  readonly count: number;
  readonly lines: Uint8Array;
  readonly rejects: readonly string[];
}

/** The records of a delivery: each a line of JSON that says what follows, then the lines. None where it holds nothing. */
export function encodeDelivery({ kind, origin, lines, rejects }: Delivery): Buffer[] {
  const records: Buffer[] = [];
  let held: DeliveredLine[] = [];
  let length = 0;
  const end = (withRejects: readonly string[]): void => {
    const head = { kind, origin, count: held.length, rejects: withRejects };
    records.push(endedLines([JSON.stringify(head), ...held]));
    held = [];
    length = 0;
  };
  for (const line of lines) {
    held.push(line);
    length += line.length;
    if (length >= recordLengthMax || held.length >= recordLinesMax) end([]);
  }
  if (held.length > 0) end([]);
  for (let at = 0; at < rejects.length; at += recordLinesMax) end(rejects.slice(at, at + recordLinesMax));
  return records;
}

function endedLines(lines: readonly DeliveredLine[]): Buffer {
  const ended = Buffer.allocUnsafe(lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0));
  let at = 0;
  for (const line of lines) {
    at += typeof line === "string" ? ended.write(line, at) : line.copy(ended, at);
    ended[at++] = newline;
  }
  return ended;
}

/** The inverse; lines, of which there are many, are not looked at. Throws where the record isn't one of a delivery. */
export function decodeDelivery(record: Uint8Array): DeliveryRecord {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const end = bytes.indexOf(newline);
  const head = headSchema.parse(JSON.parse(bytes.toString("utf8", 0, end)));
  return { ...head, lines: bytes.subarray(end + 1) };
}
