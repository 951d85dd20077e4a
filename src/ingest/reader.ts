import type { AccountFacts } from "../model/account.ts";
import type { Exchange } from "../model/exchange.ts";

/** One file of a log, opened as often as wanted; compression is already undone. */
export interface SourceFile {
  readonly path: string;
  /** Bytes in order. Throws a `UserError` that names the file where the compressed stream is cut or damaged. */
  open(): AsyncIterable<Uint8Array>;
}

/** The first bytes of a file: enough to tell whose log it is. */
export interface FileHead {
  readonly path: string;
  /** At most 64 KiB, decoded leniently. */
  readonly text: string;
  /** The values that could be parsed from its first whole lines, or the one document if the file is a single JSON value. */
  readonly values: readonly unknown[];
}

/** What a reader yields: nothing that it was given disappears. Lines count from 1. */
export type ReadItem =
  | { readonly kind: "exchange"; readonly file: string; readonly line: number; readonly exchange: Exchange }
  | {
      readonly kind: "facts";
      readonly file: string;
      readonly line: number;
      readonly facts: AccountFacts;
      /** Where the row names no account: the key that stands for one, masked. */
      readonly key?: string;
    }
  | { readonly kind: "reject"; readonly file: string; readonly line: number; readonly reason: string };

/** Counts the records of a log that are whole but no model call, such as a span of a database query. */
export interface SkipTally {
  count(reason: string): void;
}

/** One log format. Siblings live in a folder each and pass the same contract suite. */
export interface LogReader {
  /** The name for `--format`. */
  readonly format: string;
  /** For people: whose log, and which record. */
  readonly title: string;
  /** Whether the head is this format's. Two readers never both say yes to one of the samples. */
  recognises(head: FileHead): boolean;
  /** Streams in bounded memory. Files are all of one log: some formats join two of them. */
  read(files: readonly SourceFile[], skips?: SkipTally): AsyncIterable<ReadItem>;
}
