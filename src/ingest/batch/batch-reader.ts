import { readDocuments } from "../documents.ts";
import { isRecord, jsonText, parseJson } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import type { LogReader, ReadItem, SkipTally, SourceFile } from "../reader.ts";
import { guardedDraft, itemOf, recognisesRecords } from "../record-reader.ts";
import type { Place } from "../record-reader.ts";
import { grouped, SpillingJoin } from "../spilling-join.ts";
import type { JoinEntry } from "../spilling-join.ts";
import type { BatchFormat, BatchObject, BatchRecord } from "./batch-format.ts";
import { batchName, batchOfFile, sharedName } from "./batch-name.ts";

/*
 * Limits. Batch objects are held; a folder with more of them is not one log.
 */
const batchObjectsMax = 100_000;

/**
 * The reader of request and result files that join on `custom_id`, in any order. The id is unique within a batch only:
 * files whose names share a batch's name join among themselves, and where names don't tell, all join with all.
 */
export function batchReader(format: BatchFormat): LogReader {
  return {
    format: format.format,
    title: format.title,
    recognises: (head) => recognisesRecords(head, format.owns, format.marks),
    async *read(files, skips) {
      const batches = new BatchFiles(format);
      try {
        for (const file of files) yield* batches.add(file, skips);
        yield* batches.items(skips);
      } finally {
        await batches.dispose();
      }
    },
  };
}

class BatchFiles {
  readonly #join = new SpillingJoin();
  readonly #batches: BatchObject[] = [];
  readonly #names = { request: new Set<string>(), result: new Set<string>() };
  readonly #format: BatchFormat;

  constructor(format: BatchFormat) {
    this.#format = format;
  }

  async *add(file: SourceFile, skips: SkipTally | undefined): AsyncGenerator<ReadItem> {
    for await (const document of readDocuments(file)) {
      const place = { file: file.path, line: document.line };
      if (document.kind === "reject") yield { kind: "reject", ...place, reason: document.reason };
      else if (!isRecord(document.value)) yield { kind: "reject", ...place, reason: "not a JSON object" };
      else for (const record of this.#format.recordsOf(document.value)) yield* this.#put(record, place, skips);
    }
  }

  async *items(skips: SkipTally | undefined): AsyncGenerator<ReadItem> {
    const isNamed = [...this.#names.result].every((name) => this.#names.request.has(name));
    for await (const group of this.#join.groups()) {
      for (const members of isNamed ? grouped(group, (entry) => sharedName(entry.file)) : [group])
        yield* this.#pairs(members, skips);
    }
  }

  async dispose(): Promise<void> {
    await this.#join.dispose();
  }

  async *#put(record: BatchRecord, place: Place, skips: SkipTally | undefined): AsyncGenerator<ReadItem> {
    if (record.side === "reject") {
      yield { kind: "reject", ...place, reason: record.reason };
    } else if (record.side === "batch") {
      skips?.count("batch object");
      if (this.#batches.length < batchObjectsMax) this.#batches.push(record.batch);
      else yield { kind: "reject", ...place, reason: `more than ${batchObjectsMax} batch objects` };
    } else {
      const text = jsonText(record.record);
      if (text === null) {
        yield { kind: "reject", ...place, reason: "nested too deeply" };
        return;
      }
      this.#names[record.side].add(sharedName(place.file));
      await this.#join.add({ key: record.customId, side: record.side, text, ...place });
    }
  }

  /** All that was said under one custom_id of one batch. */
  *#pairs(members: readonly JoinEntry[], skips: SkipTally | undefined): Generator<ReadItem> {
    const requests = members.filter((entry) => entry.side === "request");
    const results = members.filter((entry) => entry.side === "result");
    if (new Set(requests.map((entry) => entry.text)).size > 1) {
      const reason = `custom_id ${members[0]?.key} stands for ${requests.length} different requests: name the files of each batch alike`;
      for (const { file, line } of members) yield { kind: "reject", file, line, reason };
      return;
    }
    const [request] = requests;
    for (const result of results) yield* this.#pair(request, result, result, skips);
    if (request !== undefined && results.length === 0) yield* this.#pair(request, undefined, request, skips);
  }

  *#pair(
    request: JoinEntry | undefined,
    result: JoinEntry | undefined,
    place: JoinEntry,
    skips: SkipTally | undefined,
  ): Generator<ReadItem> {
    const batch = batchOfFile(place.file, this.#batches) ?? batchOfFile(request?.file ?? place.file, this.#batches);
    const name = batchName(request?.file ?? place.file, batch);
    const draft = guardedDraft(() =>
      this.#format.draftOf({
        customId: place.key,
        request: recordIn(request),
        result: recordIn(result),
        batch,
        name,
      }),
    );
    yield* itemOf(draft, { file: place.file, line: place.line }, skips);
  }
}

function recordIn(entry: JoinEntry | undefined): JsonRecord | undefined {
  const value = entry === undefined ? undefined : parseJson(entry.text);
  return isRecord(value) ? value : undefined;
}
