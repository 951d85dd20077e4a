import { DamagedStreamError } from "../damaged-stream-error.ts";
import { readDocuments } from "../documents.ts";
import { isRecord } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import type { LogReader, ReadItem, SkipTally, SourceFile } from "../reader.ts";
import { itemOf, recognisesRecords, recordReader } from "../record-reader.ts";
import type { Draft, Place } from "../record-reader.ts";
import { draftOf, otherThanModelCall } from "./draft.ts";
import { isExport, signalsOf } from "./signal.ts";
import type { Signal } from "./signal.ts";
import { SpanJoin } from "./span-join.ts";
import { isMessageEvent } from "./waiting-signal.ts";

/*
 * Limits. A collector that writes spans and log records into one file does so by turns, some megabytes of each; so far a file
 * is looked through for log records before its spans are taken to be alone.
 */
const lookAheadBytesMax = 32 * 1024 * 1024;

const logsMark = Buffer.from('"resourceLogs"');

/** Spans alone stand for themselves. */
const spanReader = recordReader({
  format: "otlp",
  title: "OpenTelemetry GenAI spans and log events (OTLP JSON)",
  owns: isExport,
  marks: ["attributes"],
  *drafts(record) {
    for (const signal of signalsOf(record)) {
      if (signal.kind === "reject" || signal.kind === "skip") yield signal;
      else yield isLate(signal) ? { kind: "reject", reason: lateReason } : draftOf(signal);
    }
  },
});

/**
 * Streams where the files hold spans only. Where they hold log records too, everything about one span is joined first,
 * in bounded memory.
 */
export const otlpReader: LogReader = {
  ...spanReader,
  recognises: (head) =>
    head.values.length > 0
      ? recognisesRecords(head, isExport, [])
      : /"(resourceSpans|resourceLogs)"\s*:\s*\[/.test(head.text),
  async *read(files, skips) {
    yield* (await anyHasLogs(files)) ? readJoined(files, skips) : spanReader.read(files, skips);
  },
};

async function anyHasLogs(files: readonly SourceFile[]): Promise<boolean> {
  for (const file of files) if (await hasLogs(file)) return true;
  return false;
}

async function hasLogs(file: SourceFile): Promise<boolean> {
  let bytesSeen = 0;
  // The mark may be cut in two.
  let rest = Buffer.alloc(0);
  try {
    for await (const piece of file.open()) {
      const bytes = Buffer.concat([rest, piece]);
      if (bytes.includes(logsMark)) return true;
      bytesSeen += piece.length;
      if (bytesSeen > lookAheadBytesMax) return false;
      rest = bytes.subarray(1 - logsMark.length);
    }
  } catch (error) {
    // It is told where the file is read.
    if (!(error instanceof DamagedStreamError)) throw error;
  }
  return false;
}

const lateReason = `log record of a span behind ${lookAheadBytesMax / 2 ** 20} MiB of spans alone, which it can't be joined with: put log records into a file of their own`;

/** A log record that belongs to a span, which may have gone by: on its own it would be the same exchange once more, or content of none. */
function isLate(signal: Signal): boolean {
  if (signal.kind !== "log") return false;
  return isMessageEvent(signal) || (signal.spanId !== "" && otherThanModelCall(signal) === null);
}

async function* readJoined(files: readonly SourceFile[], skips: SkipTally | undefined): AsyncGenerator<ReadItem> {
  const join = new SpanJoin();
  try {
    for (const file of files) {
      for await (const document of readDocuments(file)) {
        const place = { file: file.path, line: document.line };
        if (document.kind === "reject") yield { kind: "reject", ...place, reason: document.reason };
        else if (!isRecord(document.value)) yield { kind: "reject", ...place, reason: "not a JSON object" };
        else for (const draft of await addedTo(join, document.value, place)) yield* itemOf(draft, place, skips);
      }
    }
    for await (const { place, draft } of join.drafts()) yield* itemOf(draft, place, skips);
  } finally {
    await join.dispose();
  }
}

/** Puts the signals of an export into the join, and returns what doesn't wait there. */
async function addedTo(join: SpanJoin, record: JsonRecord, place: Place): Promise<readonly Draft[]> {
  const drafts: Draft[] = [];
  for (const signal of signalsOf(record)) {
    if (signal.kind === "reject" || signal.kind === "skip") {
      drafts.push(signal);
      continue;
    }
    const draft = await join.add(signal, place);
    if (draft !== null) drafts.push(draft);
  }
  return drafts;
}
