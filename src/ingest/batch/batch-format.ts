import type { JsonRecord } from "../json-value.ts";
import type { Draft } from "../record-reader.ts";

/** The vendor's object about a whole batch: it has the time that request files, and some results, lack. */
export interface BatchObject {
  readonly id: string;
  /** As the vendor writes it. */
  readonly created: unknown;
  /** Ids of its files, which operators keep in file names. */
  readonly fileIds: readonly string[];
}

/** What a record of a batch's files is. */
export type BatchRecord =
  | { readonly side: "request"; readonly customId: string; readonly record: JsonRecord }
  | { readonly side: "result"; readonly customId: string; readonly record: JsonRecord }
  | { readonly side: "batch"; readonly batch: BatchObject }
  | { readonly side: "reject"; readonly reason: string };

/** One request and one result of it, either of which may be missing, never both. */
export interface BatchPair {
  readonly customId: string;
  readonly request: JsonRecord | undefined;
  readonly result: JsonRecord | undefined;
  readonly batch: BatchObject | undefined;
  /** The name of the batch, from its files' names or its object: who asked, where nothing else tells. */
  readonly name: string;
}

/** What differs between vendors' batch files. */
export interface BatchFormat {
  readonly format: string;
  readonly title: string;
  owns(record: JsonRecord): boolean;
  readonly marks: readonly string[];
  recordsOf(record: JsonRecord): Iterable<BatchRecord>;
  draftOf(pair: BatchPair): Draft;
}
