import { isRecord, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import type { LogReader, ReadItem, SourceFile } from "../reader.ts";
import type { Document } from "../documents.ts";
import { recognisesRecords } from "../record-reader.ts";
import { areFactsColumns, factsIn, keyIn } from "./columns.ts";
import { headerOf, isCsv, readRows } from "./rows.ts";

/** What the provider knows about accounts besides their traffic: a second file, beside a log of exchanges. */
export const accountFactsReader: LogReader = {
  format: "account-facts",
  title: "Facts about accounts, as NDJSON or CSV, by account or by key",
  recognises: (head) =>
    isCsv(head)
      ? areFactsColumns(headerOf(head.text))
      : recognisesRecords(head, (record) => areFactsColumns(Object.keys(record)), []),
  async *read(files) {
    for (const file of files) {
      for await (const row of readRows(file)) yield itemOfRow(row, file);
    }
  },
};

function itemOfRow(row: Document, file: SourceFile): ReadItem {
  const place = { file: file.path, line: row.line };
  if (row.kind === "reject") return { kind: "reject", ...place, reason: row.reason };
  if (!isRecord(row.value)) return { kind: "reject", ...place, reason: "not a JSON object" };
  const facts = factsIn(row.value);
  if (facts.kind === "valid") return { kind: "facts", ...place, facts: facts.value, ...keyOnly(row.value) };
  return { kind: "reject", ...place, reason: facts.reason };
}

function keyOnly(row: JsonRecord): { readonly key?: string } {
  const key = nonBlank(row["account"]) === undefined ? keyIn(row) : undefined;
  return key === undefined ? {} : { key };
}
