import { inTurns, isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { AccountFacts } from "../../model/account.ts";
import { readDocuments } from "../documents.ts";
import { field, isRecord, parseJson, recordText } from "../json-value.ts";
import type { RecordText } from "../json-value.ts";
import { isObjectWithTexts } from "../json-glance.ts";
import { withKeyNamed } from "../keys/key-directory.ts";
import type { KeyDirectory } from "../keys/key-directory.ts";
import { lineSplitter } from "../lines.ts";
import type { LineBytes } from "../lines.ts";
import type { FileHead, LogReader, ReadItem, SourceFile } from "../reader.ts";
import { exchangeMust, formatNames, isOfWorldDocuments, recogniseHead, worldFormat } from "../recognise.ts";
import { readerOfFormat } from "../readers.ts";
import { readHead } from "../source-file.ts";
import { encodeDelivery } from "./delivery.ts";
import type { DeliveredLine } from "./delivery.ts";

// Limits.
/** Exchanges, facts and rejects of one delivery. */
const itemsMax = 100_000;

/** Something that was sent and isn't taken. Lines count from 1. */
export interface Refusal {
  readonly line: number;
  readonly reason: string;
}

/** What came of a delivery. */
export interface Reading {
  /** Lines of a world. What only the engine sees to be wrong with one becomes a reject later. */
  readonly exchanges: readonly DeliveredLine[];
  readonly facts: readonly DeliveredLine[];
  readonly refusals: readonly Refusal[];
  /** Whole records that are no model calls. */
  readonly skipped: number;
}

export interface ReadOptions {
  /** `world` or a reader's name; told by the head if absent. */
  readonly format?: string;
  readonly keys: KeyDirectory;
}

/** The sender must say what it sends, or send something else. */
export class UnknownFormatError extends Error {
  override readonly name = "UnknownFormatError";
}

/** More than one delivery may hold. */
export class TooManyItemsError extends Error {
  override readonly name = "TooManyItemsError";
}

/** Collects items up to the limit. */
class Collected implements Reading {
  readonly exchanges: DeliveredLine[] = [];
  readonly facts: DeliveredLine[] = [];
  readonly refusals: Refusal[] = [];
  skipped = 0;

  add(list: "exchanges" | "facts", line: DeliveredLine): void {
    this[list].push(line);
    this.#limit();
  }

  refuse(line: number, reason: string): void {
    this.refusals.push({ line, reason });
    this.#limit();
  }

  #limit(): void {
    if (this.exchanges.length + this.facts.length + this.refusals.length > itemsMax) {
      throw new TooManyItemsError(`more than ${itemsMax} records at once`);
    }
  }
}

/**
 * Reads what was sent in any format that a scan reads. Throws an `UnknownFormatError`, a `TooManyItemsError`; what is wrong with
 * single records is a refusal.
 */
export async function readDelivery(source: SourceFile, options: ReadOptions): Promise<Reading> {
  const { format, keys } = options;
  const head = await readHead(source);
  const reader = format === undefined ? recognised(head) : named(format);
  const collected = new Collected();
  if (reader !== worldFormat) await readForeign(source, reader, keys, collected);
  else if (isOfWorldDocuments(head)) await readWorldDocuments(source, keys, collected);
  else await readWorldLines(source, keys, collected);
  return collected;
}

/** The records of the spool for what was read; to be appended together. */
export function encodeReading(origin: string, { exchanges, facts, refusals }: Omit<Reading, "skipped">): Buffer[] {
  const rejects = refusals.map(({ line, reason }) => `line ${line}: ${reason}`);
  return [
    ...encodeDelivery({ kind: "exchange", origin, lines: exchanges, rejects }),
    ...encodeDelivery({ kind: "facts", origin, lines: facts, rejects: [] }),
  ];
}

function recognised(head: FileHead): LogReader | typeof worldFormat {
  // A shipper that has nothing to send just now sends nothing.
  if (head.text.trim() === "") return worldFormat;
  const found = recogniseHead(head);
  if (found === null) throw new UnknownFormatError(`in no format that is known here; say which of ${formatNames()}`);
  return found;
}

function named(format: string): LogReader | typeof worldFormat {
  if (format === worldFormat) return worldFormat;
  const reader = readerOfFormat(format);
  if (reader === null) throw new UnknownFormatError(`there is no such format; the formats are ${formatNames()}`);
  return reader;
}

async function readWorldLines(source: SourceFile, keys: KeyDirectory, collected: Collected): Promise<void> {
  const splitter = lineSplitter();
  for await (const piece of source.open()) {
    for (const line of splitter.push(piece)) {
      if (isTurnOver()) await nextTurn();
      takeWorldLine(line, keys, collected);
    }
  }
  takeWorldLine(splitter.end(), keys, collected);
}

/** Exchanges in an array, an API's answer or pretty-printed, as a scan takes them. */
async function readWorldDocuments(source: SourceFile, keys: KeyDirectory, collected: Collected): Promise<void> {
  for await (const document of inTurns(readDocuments(source))) {
    const read = document.kind === "reject" ? document : worldRecord(document.value, keys);
    if (read.kind === "reject") collected.refuse(document.line, read.reason);
    else collected.add("exchanges", read.text);
  }
}

/**
 * A good line goes on as the bytes that came, unless its key has another name here: there are very many, and nothing here has a use
 * for their values.
 */
function takeWorldLine(line: LineBytes, keys: KeyDirectory, collected: Collected): void {
  if (line.kind === "reject") return collected.refuse(line.number, line.reason);
  const key = { name: keyName, text: null };
  if (isObjectWithTexts(line.bytes, mustNames, key) && staysAsItIs(key.text, keys))
    return collected.add("exchanges", line.bytes);
  const text = line.bytes.toString("utf8");
  if (text.trim() === "") return;
  const read = worldLine(text, keys);
  if (read.kind === "reject") collected.refuse(line.number, read.reason);
  else collected.add("exchanges", read.text === text ? line.bytes : read.text);
}

const mustNames = exchangeMust.map((name) => Buffer.from(name));
const keyName = Buffer.from("key");

const staysAsItIs = (key: string | null, keys: KeyDirectory): boolean =>
  key === null || (keys.ofLogged(key) === key && keys.ownerOf(key) === undefined);

/** What a second look tells; the engine looks closely. */
function worldLine(text: string, keys: KeyDirectory): RecordText {
  const value = parseJson(text);
  return value === undefined ? { kind: "reject", reason: "not valid JSON" } : worldRecord(value, keys, text);
}

/** @param line its text, where it has one */
function worldRecord(value: unknown, keys: KeyDirectory, line?: string): RecordText {
  if (!isRecord(value)) return recordText(value);
  const missing = exchangeMust.find((name) => (field(value, name) ?? "") === "");
  if (missing !== undefined) return { kind: "reject", reason: `${missing} is missing or empty` };
  const { account, key } = value;
  const exchange = typeof key === "string" && typeof account === "string" ? { ...value, account, key } : null;
  const renamed = exchange === null ? value : withKeyNamed(exchange, keys);
  const isAsItWas = renamed === value || renamed === exchange;
  return line !== undefined && isAsItWas ? { kind: "text", text: line } : recordText(renamed);
}

async function readForeign(
  source: SourceFile,
  reader: LogReader,
  keys: KeyDirectory,
  collected: Collected,
): Promise<void> {
  const tally = { count: () => void collected.skipped++ };
  for await (const item of inTurns(reader.read([source], tally))) {
    if (item.kind === "reject") collected.refuse(item.line, item.reason);
    else if (item.kind === "facts") collected.add("facts", JSON.stringify(factsNamed(item, keys)));
    else collected.add("exchanges", JSON.stringify(withKeyNamed(item.exchange, keys)));
  }
}

/** Facts that were told of a key are about the account that exchanges with that key go by. */
function factsNamed({ facts, key }: Extract<ReadItem, { kind: "facts" }>, keys: KeyDirectory): AccountFacts {
  return key === undefined ? facts : { ...facts, account: withKeyNamed({ account: key, key }, keys).account };
}
