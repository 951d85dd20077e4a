import { parse } from "csv-parse/sync";
import { readDocuments } from "../documents.ts";
import type { Document } from "../documents.ts";
import { readLines } from "../lines.ts";
import type { Line } from "../lines.ts";
import type { FileHead, SourceFile } from "../reader.ts";
import { readHead } from "../source-file.ts";
import { areFactsColumns } from "./columns.ts";

/*
 * Limits. CSV is parsed in blocks of this many lines, a field never spans lines.
 */
const blockLinesMax = 512;

/** What a file must have in each row, and how that is said. */
interface Columns {
  are(names: readonly string[]): boolean;
  readonly otherwise: string;
}

const factsColumns: Columns = {
  are: areFactsColumns,
  otherwise: "not a header of account facts: it needs account or key, and a column such as created",
};

/** The rows of a file, one object each: NDJSON, a JSON array, or CSV (RFC 4180) with a header. */
export async function* readRows(file: SourceFile, columns = factsColumns): AsyncGenerator<Document> {
  if (isCsv(await readHead(file))) yield* readCsv(file, columns);
  else yield* readDocuments(file);
}

export function isCsv(head: FileHead): boolean {
  return head.text.trim() !== "" && !/^\u{FEFF}?\s*[[{]/u.test(head.text);
}

/** The column names of a CSV's first line; none where it isn't one. */
export function headerOf(text: string): readonly string[] {
  const [first = ""] = text.replace(/^\u{FEFF}/u, "").split(/\r?\n/, 1);
  return (fieldsOf([first])?.[0] ?? []).map((name) => name.trim());
}

async function* readCsv(file: SourceFile, columns: Columns): AsyncGenerator<Document> {
  let header: readonly string[] | null = null;
  let block: Extract<Line, { kind: "text" }>[] = [];
  for await (const line of readLines(file)) {
    if (line.kind === "reject") {
      yield { kind: "reject", line: line.number, reason: line.reason };
    } else if (header === null) {
      header = headerOf(line.text);
      if (!columns.are(header)) yield { kind: "reject", line: line.number, reason: columns.otherwise };
    } else {
      block.push(line);
      if (block.length < blockLinesMax) continue;
      yield* rowsOf(block, header);
      block = [];
    }
  }
  if (header !== null) yield* rowsOf(block, header);
}

/** A block at a time is ten times as fast; where it has a bad line, its lines are parsed one by one to find it. */
function* rowsOf(block: readonly Extract<Line, { kind: "text" }>[], header: readonly string[]): Generator<Document> {
  const together = fieldsOf(block.map((line) => line.text));
  for (const [at, line] of block.entries()) {
    const fields = together?.length === block.length ? together[at] : fieldsOf([line.text])?.[0];
    yield rowOf(fields, header, line.number);
  }
}

function rowOf(fields: readonly string[] | undefined, header: readonly string[], line: number): Document {
  if (fields === undefined)
    return { kind: "reject", line, reason: "not valid CSV: a quote is misplaced or not closed" };
  if (fields.length !== header.length) {
    return { kind: "reject", line, reason: `${fields.length} fields, where the header has ${header.length}` };
  }
  return { kind: "value", line, value: Object.fromEntries(header.map((name, at) => [name, fields[at]])) };
}

/** The fields of lines; null where they are no CSV. */
function fieldsOf(lines: readonly string[]): string[][] | null {
  try {
    return parse(lines.join("\n"), { relax_column_count: true, skip_empty_lines: true });
  } catch {
    return null;
  }
}
