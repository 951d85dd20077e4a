import { readDocuments } from "../documents.ts";
import { isRecord } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import type { LogReader, ReadItem, SkipTally, SourceFile } from "../reader.ts";
import { itemOf, recognisesRecords, recordReader } from "../record-reader.ts";
import type { Draft, Place } from "../record-reader.ts";
import { readHead } from "../source-file.ts";
import { draftOf } from "./draft.ts";
import { isExport, signalsOf } from "./signal.ts";
import { SpanJoin } from "./span-join.ts";

/** Spans alone stand for themselves. */
const spanReader = recordReader({
  format: "otlp",
  title: "OpenTelemetry GenAI spans and log events (OTLP JSON)",
  owns: isExport,
  marks: ["attributes"],
  *drafts(record) {
    for (const signal of signalsOf(record)) {
      yield signal.kind === "reject" || signal.kind === "skip" ? signal : draftOf(signal);
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
    const heads = await Promise.all(files.map(readHead));
    const hasLogs = heads.some((head) => head.text.includes('"resourceLogs"'));
    yield* hasLogs ? readJoined(files, skips) : spanReader.read(files, skips);
  },
};

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
