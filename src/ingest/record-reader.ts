import { readDocuments } from "./documents.ts";
import { isRecord } from "./json-value.ts";
import type { JsonRecord } from "./json-value.ts";
import type { FileHead, LogReader, ReadItem, SkipTally, SourceFile } from "./reader.ts";
import { validateExchange } from "./validate.ts";
import type { ExchangeCandidate, FieldSources } from "./validate.ts";

/** What a format makes of one record, before the validation. */
export type Draft =
  | { readonly kind: "exchange"; readonly candidate: ExchangeCandidate; readonly sources: FieldSources }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "reject"; readonly reason: string };

/** Where a record stands: the file's path, and the line counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A format whose records stand for themselves: one record, one draft or more. */
export interface RecordFormat {
  readonly format: string;
  readonly title: string;
  /** Whether a record is this format's. */
  owns(record: JsonRecord): boolean;
  /** Names that all stand in the head of a file whose first record is too long to be parsed there. */
  readonly marks: readonly string[];
  drafts(record: JsonRecord): Iterable<Draft>;
}

/** The reader of such a format: streams, and holds one record at a time. */
export function recordReader(format: RecordFormat): LogReader {
  return {
    format: format.format,
    title: format.title,
    recognises: (head) => recognisesRecords(head, format.owns, format.marks),
    async *read(files, skips) {
      for (const file of files) {
        for await (const { line, draft } of readDrafts(file, format.drafts))
          yield* itemOf(draft, { file: file.path, line }, skips);
      }
    },
  };
}

/** Whether any record of a head is a format's, or, where none could be parsed, whether its marks stand in the text. */
export function recognisesRecords(
  head: FileHead,
  owns: (record: JsonRecord) => boolean,
  marks: readonly string[],
): boolean {
  if (head.values.length > 0) return head.values.some((value) => isRecord(value) && owns(value));
  return marks.length > 0 && marks.every((mark) => head.text.includes(`"${mark}"`));
}

/** Every record of a file as its drafts. */
async function* readDrafts(
  file: SourceFile,
  drafts: (record: JsonRecord) => Iterable<Draft>,
): AsyncGenerator<{ readonly line: number; readonly draft: Draft }> {
  for await (const document of readDocuments(file)) {
    const { line } = document;
    if (document.kind === "reject") {
      yield { line, draft: { kind: "reject", reason: document.reason } };
    } else if (isRecord(document.value)) {
      for (const draft of guarded(document.value, drafts)) yield { line, draft };
    } else {
      yield { line, draft: { kind: "reject", reason: "not a JSON object" } };
    }
  }
}

/** JSON of any depth can be parsed, but not walked: what is nested beyond the stack is a reject. */
function* guarded(record: JsonRecord, drafts: (record: JsonRecord) => Iterable<Draft>): Generator<Draft> {
  try {
    yield* drafts(record);
  } catch (error) {
    yield tooDeep(error);
  }
}

/** As readers guard the drafts of a record, for a draft that is made later. */
export function guardedDraft(make: () => Draft): Draft {
  try {
    return make();
  } catch (error) {
    return tooDeep(error);
  }
}

function tooDeep(error: unknown): Draft {
  if (error instanceof RangeError) return { kind: "reject", reason: "nested too deeply" };
  throw error;
}

/** The item of a draft; a skip is counted and yields none. */
export function* itemOf(draft: Draft, place: Place, skips: SkipTally | undefined): Generator<ReadItem> {
  if (draft.kind === "skip") {
    skips?.count(draft.reason);
  } else if (draft.kind === "reject") {
    yield { kind: "reject", ...place, reason: draft.reason };
  } else {
    const validated = validateExchange(draft.candidate, draft.sources);
    if (validated.kind === "valid") yield { kind: "exchange", ...place, exchange: validated.value };
    else yield { kind: "reject", ...place, reason: validated.reason };
  }
}

/** The first of several accounts that is there, and the names of the fields, for a reject to list. */
export function accountFrom(found: Readonly<Record<string, string | undefined>>): {
  readonly account: string | undefined;
  readonly accountFields: readonly string[];
} {
  const account = Object.values(found).find((value) => value !== undefined);
  return { account, accountFields: Object.keys(found) };
}
