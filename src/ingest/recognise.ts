import { UserError } from "../kit/user-error.ts";
import { isRecord, parseJson } from "./json-value.ts";
import type { LogFile } from "./log-files.ts";
import type { FileHead, LogReader } from "./reader.ts";
import { readerOfFormat, readers, recogniseFormat } from "./readers.ts";
import { openSourceFile, readHead } from "./source-file.ts";

/** The name of the world's own format. */
export const worldFormat = "world" as const;

/** What every exchange of the world has. */
export const exchangeMust = ["time", "id", "account", "model"] as const;

export interface FormatChoice {
  /** Files of the world's own exchange lines; the engine reads them. */
  readonly world: readonly LogFile[];
  /** Files of the same records in an array, an API's answer or pretty-printed, which the engine can't read. */
  readonly worldDocuments: readonly LogFile[];
  readonly foreign: readonly { readonly reader: LogReader; readonly files: readonly LogFile[] }[];
  readonly unknown: readonly LogFile[];
}

/** Tells each file's format by its head. Throws a `UserError` where the wanted format, or every file's, isn't known. */
export async function chooseReaders(
  path: string,
  files: readonly LogFile[],
  wanted: string | undefined,
): Promise<FormatChoice> {
  if (wanted !== undefined && wanted !== worldFormat) {
    const reader = readerOfFormat(wanted);
    if (reader === null) throw new UserError(`there is no format ${wanted}`, `the formats are ${formatNames()}`);
    return { world: [], worldDocuments: [], foreign: [{ reader, files }], unknown: [] };
  }
  const world: LogFile[] = [];
  const worldDocuments: LogFile[] = [];
  const unknown: LogFile[] = [];
  const foreign = new Map<LogReader, LogFile[]>();
  for (const file of files) {
    const head = file.encoding === "parquet" ? null : await readHead(openSourceFile(file.path));
    const reader = wanted === worldFormat || head === null ? worldFormat : recogniseHead(head);
    if (reader === worldFormat) (head !== null && isOfWorldDocuments(head) ? worldDocuments : world).push(file);
    else if (reader === null) unknown.push(file);
    else foreign.set(reader, [...(foreign.get(reader) ?? []), file]);
  }
  if (unknown.length === files.length) {
    throw new UserError(
      `${path} is in no log format that is known here`,
      `say which it is with --format: ${formatNames()}`,
    );
  }
  return {
    world,
    worldDocuments,
    foreign: [...foreign].map(([reader, ofReader]) => ({ reader, files: ofReader })),
    unknown,
  };
}

/** Whose log a head is: the world's own, a reader's, or null where it is none's. */
export function recogniseHead(head: FileHead): LogReader | typeof worldFormat | null {
  return isWorld(head) ? worldFormat : recogniseFormat(head);
}

/** For people. */
export function formatNames(): string {
  return [worldFormat, ...readers.map((reader) => reader.format)].join(", ");
}

/** One good line of the first few is enough. */
function isWorld(head: FileHead): boolean {
  return head.values.some(isWorldExchange);
}

/** Whether exchanges are found in a file, but none on a line of its own. */
export function isOfWorldDocuments(head: FileHead): boolean {
  return isWorld(head) && !head.text.split("\n").some((line) => isWorldExchange(parseJson(line)));
}

/** An exchange has a time, an id, an account and a model at its top. */
function isWorldExchange(value: unknown): boolean {
  return isRecord(value) && exchangeMust.every((name) => Object.hasOwn(value, name));
}
