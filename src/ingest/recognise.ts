import { UserError } from "../kit/user-error.ts";
import type { LogFile } from "./log-files.ts";
import type { FileHead, LogReader } from "./reader.ts";
import { readerOfFormat, readers, recogniseFormat } from "./readers.ts";
import { openSourceFile, readHead } from "./source-file.ts";

/** The name of the world's own format. */
export const worldFormat = "world" as const;

export interface FormatChoice {
  /** Files of the world's own exchange lines; the engine reads them. */
  readonly world: readonly LogFile[];
  readonly foreign: readonly { readonly reader: LogReader; readonly files: readonly LogFile[] }[];
  readonly unknown: readonly LogFile[];
}

/** Tells each file's format by its head. Throws a `UserError` where the wanted format, or every file's, isn't known. */
export async function chooseReaders(
  path: string,
  files: readonly LogFile[],
  wanted: string | undefined,
): Promise<FormatChoice> {
  if (wanted === worldFormat) return { world: files, foreign: [], unknown: [] };
  if (wanted !== undefined) {
    const reader = readerOfFormat(wanted);
    if (reader === null) throw new UserError(`there is no format ${wanted}`, `the formats are ${formatNames()}`);
    return { world: [], foreign: [{ reader, files }], unknown: [] };
  }
  const world: LogFile[] = [];
  const unknown: LogFile[] = [];
  const foreign = new Map<LogReader, LogFile[]>();
  for (const file of files) {
    const reader = file.encoding === "parquet" ? worldFormat : recogniseHead(await readHead(openSourceFile(file.path)));
    if (reader === worldFormat) world.push(file);
    else if (reader === null) unknown.push(file);
    else foreign.set(reader, [...(foreign.get(reader) ?? []), file]);
  }
  if (unknown.length === files.length) {
    throw new UserError(
      `${path} is in no log format that is known here`,
      `say which it is with --format: ${formatNames()}`,
    );
  }
  return { world, foreign: [...foreign].map(([reader, ofReader]) => ({ reader, files: ofReader })), unknown };
}

/** Whose log a head is: the world's own, a reader's, or null where it is none's. */
export function recogniseHead(head: FileHead): LogReader | typeof worldFormat | null {
  return isWorld(head) ? worldFormat : recogniseFormat(head);
}

/** For people. */
export function formatNames(): string {
  return [worldFormat, ...readers.map((reader) => reader.format)].join(", ");
}

/** A line of exchanges has a time, an id, an account and a model at its top; one good line of the first few is enough. */
function isWorld(head: FileHead): boolean {
  return head.values.some(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      ["time", "id", "account", "model"].every((name) => Object.hasOwn(value, name)),
  );
}
