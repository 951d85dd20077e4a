import { isUtf8 } from "node:buffer";
import { tooLong } from "./bounded-bytes.ts";
import { DamagedStreamError } from "./damaged-stream-error.ts";
import { JsonSplitter } from "./json-splitter.ts";
import type { SplitValue } from "./json-splitter.ts";
import { asList, firstField, isRecord, parseJson } from "./json-value.ts";
import { lineBytesMaxDefault, readLines } from "./lines.ts";
import type { SourceFile } from "./reader.ts";

/*
 * Limits. Lines and elements of an array are bounded alike; a document that is one value has to be held as a whole.
 */
const headBytesMax = 64 * 1024;
/** The first line is read further than the head, or long records would have no format. */
const firstLineBytesMax = 4 * 1024 * 1024;
const headValuesMax = 64;
const limits = { valueBytesMax: 256 * 1024 * 1024, elementBytesMax: lineBytesMaxDefault };

const newline = 0x0a;

/** A JSON value and the line that it starts on, or why there is none. */
export type Document =
  | { readonly kind: "value"; readonly line: number; readonly value: unknown }
  | { readonly kind: "reject"; readonly line: number; readonly reason: string };

/**
 * The records of a file, whichever way they are laid out: one JSON value a line (where a damaged line costs that line
 * only), several on a line, pretty-printed values one after another, one array of records, or an API's answer that lists them. An
 * array on a line stands for its elements.
 */
export async function* readDocuments(file: SourceFile): AsyncGenerator<Document> {
  const { bytes, whole } = await readHeadBytes(file);
  if (hasLayoutOfLines(bytes, whole)) yield* readLineDocuments(file);
  else yield* readSplitDocuments(file);
}

async function* readLineDocuments(file: SourceFile): AsyncGenerator<Document> {
  for await (const line of readLines(file)) {
    if (line.kind === "reject") yield { kind: "reject", line: line.number, reason: line.reason };
    else yield* parsed(line.text, line.number);
  }
}

async function* readSplitDocuments(file: SourceFile): AsyncGenerator<Document> {
  const splitter = new JsonSplitter(limits);
  let line = 1;
  try {
    for await (const chunk of file.open()) {
      for (const value of splitter.push(chunk)) {
        line = value.line;
        yield* documentOf(value);
      }
    }
  } catch (error) {
    if (!(error instanceof DamagedStreamError)) throw error;
    yield { kind: "reject", line, reason: `the file ends after this record: ${error.message}` };
    return;
  }
  for (const value of splitter.finish()) yield* documentOf(value);
}

function* documentOf(value: SplitValue): Generator<Document> {
  const { line, bytes, length, closed, inArray } = value;
  const reject = (reason: string): Document => ({ kind: "reject", line, reason });
  if (!closed) {
    yield reject("the JSON that starts here is cut: the file ends inside of it");
  } else if (bytes === null) {
    const what = inArray ? "element" : "JSON document";
    yield reject(tooLong(what, length, inArray ? limits.elementBytesMax : limits.valueBytesMax));
  } else if (!isUtf8(bytes)) {
    yield reject("not valid UTF-8");
  } else {
    yield* parsed(bytes.toString("utf8").replace(/^\u{FEFF}/u, ""), line);
  }
}

function* parsed(text: string, line: number): Generator<Document> {
  if (text.trim() === "") return;
  const value = parseJson(text);
  if (value !== undefined) for (const element of elementsOf(value)) yield { kind: "value", line, value: element };
  else if (isOneBehindAnother(text)) for (const { bytes } of splitOf(text)) yield* parsed(String(bytes), line);
  else yield { kind: "reject", line, reason: "not valid JSON (cut off?)" };
}

/** Values on one line with nothing between them, as Amazon Data Firehose writes records that bring no newline of their own. */
function isOneBehindAnother(text: string): boolean {
  const [first, second] = splitOf(text);
  return second !== undefined && isJsonContainer(String(first?.bytes));
}

function* splitOf(text: string): Generator<SplitValue> {
  const splitter = new JsonSplitter(limits);
  yield* splitter.push(Buffer.from(text));
  yield* splitter.finish();
}

/** Where APIs list records: most of them, Cloudflare's, and events of Azure Monitor. */
const listNames = ["data", "result", "records"];

/** An array stands for its elements, and so does what the APIs of such logs answer: `{"data": [...], ...}`. */
function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const listed = asList(firstField(value, ...listNames));
  return listed.length > 0 && listed.every(isRecord) ? listed : [value];
}

/** The first bytes of a file, its first line among them, and whether they are all of it. */
export async function readHeadBytes(file: SourceFile): Promise<{ bytes: Buffer; whole: boolean }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let hasLine = false;
  try {
    for await (const piece of file.open()) {
      pieces.push(piece);
      length += piece.length;
      hasLine ||= piece.includes(newline);
      const bytesMax = hasLine ? headBytesMax : firstLineBytesMax;
      if (length > bytesMax) return { bytes: Buffer.concat(pieces), whole: false };
    }
  } catch (error) {
    if (!(error instanceof DamagedStreamError)) throw error;
    return { bytes: Buffer.concat(pieces), whole: false };
  }
  return { bytes: Buffer.concat(pieces), whole: true };
}

/** The records that stand whole in the first bytes of a file. */
export function headValues(bytes: Buffer, whole: boolean): readonly unknown[] {
  const values: unknown[] = [];
  for (const document of headDocuments(bytes, whole)) {
    if (document.kind === "value") values.push(document.value);
    if (values.length >= headValuesMax) break;
  }
  return values;
}

function* headDocuments(bytes: Buffer, whole: boolean): Generator<Document> {
  if (hasLayoutOfLines(bytes, whole)) {
    for (const text of wholeLines(bytes, whole)) yield* parsed(text, 0);
    return;
  }
  const splitter = new JsonSplitter(limits);
  for (const value of splitter.push(bytes)) yield* documentOf(value);
  if (whole) for (const value of splitter.finish()) yield* documentOf(value);
}

function wholeLines(bytes: Buffer, whole: boolean): readonly string[] {
  const lines = bytes
    .toString("utf8")
    .replace(/^\u{FEFF}/u, "")
    .split("\n");
  return (whole ? lines : lines.slice(0, -1)).filter((line) => line.trim() !== "");
}

/**
 * One value a line, or values that span lines? Lines, if the first one stands for itself, or the second does although the
 * first is torn. An array's elements may look like lines, so an open bracket decides. What can't be told is read as
 * lines: they recover from damage.
 */
function hasLayoutOfLines(bytes: Buffer, whole: boolean): boolean {
  const [first, second] = wholeLines(bytes, whole);
  if (first !== undefined && isJsonContainer(first)) return true;
  // Where no newline comes, all of it would be one line, and too long.
  if (first === undefined && isOneBehindAnother(bytes.toString("utf8"))) return false;
  const opening = (first ?? bytes.toString("utf8")).replace(/^\u{FEFF}/u, "").trim();
  // A line of another kind of log may begin with a bracket, too: [2026-01-31 12:00:00][info] ...
  if (/^\[\s*([[{]|$)/.test(opening)) return false;
  if (second !== undefined && isJsonContainer(second) && opening !== "{") return true;
  return first === undefined || !/^\{(.*[[{,:])?$/s.test(opening);
}

function isJsonContainer(line: string): boolean {
  const value = parseJson(line);
  return typeof value === "object" && value !== null;
}
