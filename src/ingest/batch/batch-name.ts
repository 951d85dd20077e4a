import { basename } from "node:path";
import type { BatchObject } from "./batch-format.ts";

const extensions = /(\.(jsonl|ndjson|json|txt|gz|zst))+$/i;
const roleWord = /(^|[-_. ])(requests?|inputs?|results?|responses?|outputs?|errors?|batch)(?=$|[-_. ])/gi;
const vendorId = /(msgbatch|batch)_[A-Za-z0-9]{4,}/;

/**
 * What the files of one batch share in their names: the vendor's id of the batch if it stands there, or what is left
 * without the words for their roles: "acme" for `acme-input.jsonl` and `acme-output.jsonl`. "" where nothing is left.
 */
export function sharedName(path: string): string {
  const stem = fileStem(path);
  const id = vendorId.exec(stem.replace(/_(input|output|error|errors|results|requests)$/i, ""));
  if (id !== null) return id[0];
  return stem.replace(roleWord, "").replace(/^[-_. ]+|[-_. ]+$/g, "");
}

/** The batch object of a file: the only one there is, or the one whose id, or whose file's id, is in the file's name. */
export function batchOfFile(path: string, batches: readonly BatchObject[]): BatchObject | undefined {
  const name = basename(path);
  const named = batches.find(({ id, fileIds }) => [id, ...fileIds].some((part) => part !== "" && name.includes(part)));
  return named ?? (batches.length === 1 ? batches[0] : undefined);
}

/** The name that a batch goes by as an account, best first: what its files share, its id, its file's name. */
export function batchName(path: string, batch: BatchObject | undefined): string {
  const shared = sharedName(path);
  return shared === "" ? (batch?.id ?? fileStem(path)) : shared;
}

function fileStem(path: string): string {
  return basename(path).replace(extensions, "");
}
