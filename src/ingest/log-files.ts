import type { Stats } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { errorCode } from "../kit/error-code.ts";
import { UserError } from "../kit/user-error.ts";

// Limits.
/** A log is a folder of at most so many files, so many folders deep. */
const filesMax = 100_000;
const foldersDeepMax = 8;

export type Encoding = "plain" | "gzip" | "zstd" | "parquet";

export interface LogFile {
  readonly path: string;
  /** As stored. */
  readonly bytes: number;
  /** Told by its first bytes, whatever its name. */
  readonly encoding: Encoding;
}

export interface WorldFiles {
  readonly exchanges: readonly LogFile[];
  readonly accounts: readonly LogFile[];
  readonly models: readonly LogFile[];
}

const worldEnding = String.raw`\.(ndjson|jsonl|parquet)(\.gz|\.zst)?$`;
const exchangesName = new RegExp(`^exchanges-.*${worldEnding}`);
const accountsName = new RegExp(`^accounts${worldEnding}`);
const modelsName = new RegExp(`^models${worldEnding}`);
/** Labels are for the evaluation; the detector must not see them. */
const truthName = /^truth\./;

/** The file, or every file of the folder and its folders, by name. Hidden files and labels are left out, and a folder `except`. */
export async function listLogFiles(path: string, except?: string): Promise<LogFile[]> {
  const stats = await statOrExplain(path);
  if (!stats.isDirectory() && !stats.isFile()) {
    throw new UserError(
      `${path} is neither a file nor a folder`,
      "a log is read more than once: write what comes through a pipe to a file",
    );
  }
  const seen = new Set(except === undefined ? [] : [await realpath(except)]);
  const paths = stats.isDirectory() ? await listFolder(path, foldersDeepMax, seen) : [path];
  if (paths.length > filesMax) {
    throw new UserError(
      `${path} has more than ${filesMax} files`,
      "join small files, or scan a part of the log at a time",
    );
  }
  const files: LogFile[] = [];
  for (const file of paths.toSorted()) files.push(await describeFile(file));
  return files;
}

/** The parts of a world folder, or `null` where it isn't one. */
export async function listWorld(path: string): Promise<WorldFiles | null> {
  if (!(await statOrExplain(path)).isDirectory()) return null;
  const names = (await readdir(path)).toSorted();
  const pick = async (pattern: RegExp): Promise<LogFile[]> => {
    const files: LogFile[] = [];
    for (const name of names) if (pattern.test(name)) files.push(await describeFile(join(path, name)));
    return files;
  };
  const exchanges = await pick(exchangesName);
  if (exchanges.length === 0) return null;
  return { exchanges, accounts: await pick(accountsName), models: await pick(modelsName) };
}

/** Links are followed; a folder that was seen, as one above that a link leads back to, is not listed again. */
async function listFolder(folder: string, foldersDeep: number, seen: Set<string>): Promise<string[]> {
  const paths: string[] = [];
  const real = await realpath(folder);
  if (seen.has(real)) return paths;
  seen.add(real);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || truthName.test(basename(entry.name))) continue;
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await statOrExplain(path) : entry;
    if (kind.isDirectory() && foldersDeep > 0) paths.push(...(await listFolder(path, foldersDeep - 1, seen)));
    else if (kind.isFile()) paths.push(path);
    if (paths.length > filesMax) break;
  }
  return paths;
}

async function describeFile(path: string): Promise<LogFile> {
  try {
    const handle = await open(path);
    try {
      const head = Buffer.alloc(4);
      await handle.read(head, 0, head.length, 0);
      return { path, bytes: (await handle.stat()).size, encoding: encodingOf(head) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function encodingOf(head: Buffer): Encoding {
  if (head.readUInt16BE(0) === 0x1f8b) return "gzip";
  const magic = head.readUInt32LE(0);
  // A Zstandard frame, or a skippable frame, which parallel compressors put first (RFC 8878, section 3.1).
  if (magic === 0xfd2fb528 || (magic >= 0x184d2a50 && magic <= 0x184d2a5f)) return "zstd";
  return head.toString("latin1") === "PAR1" ? "parquet" : "plain";
}

async function statOrExplain(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): UserError {
  const code = errorCode(cause);
  const why =
    code === "ENOENT" ? "there is no such file or folder" : code === "EACCES" ? "permission denied" : String(cause);
  return new UserError(`cannot read ${path}: ${why}`, "check the path and that this user may read it", { cause });
}
