import type { Stats } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
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

/** Something in the folder of a log that can't be read, such as a link to what is no longer there. */
export interface UnreadableFile {
  readonly path: string;
  readonly why: string;
}

export interface LogFiles {
  readonly files: readonly LogFile[];
  readonly unreadable: readonly UnreadableFile[];
}

export interface WorldFiles {
  readonly exchanges: readonly LogFile[];
  readonly accounts: readonly LogFile[];
  readonly models: readonly LogFile[];
  readonly unreadable: readonly UnreadableFile[];
  /** Names of what else stands in the folder, which is not read. */
  readonly aside: readonly string[];
}

const worldEnding = String.raw`\.(ndjson|jsonl|parquet)(\.gz|\.zst)?$`;
const exchangesName = new RegExp(`^exchanges-.*${worldEnding}`);
const accountsName = new RegExp(`^accounts${worldEnding}`);
const modelsName = new RegExp(`^models${worldEnding}`);
const worldNames = [exchangesName, accountsName, modelsName];
/** Labels are for the evaluation; the detector must not see them. */
const truthName = /^truth\./;
const isLeftOut = (name: string): boolean => name.startsWith(".") || truthName.test(name);

/**
 * The file, or every file of the folder and its folders, by name. Hidden files and labels are left out, and a folder `except`.
 * Throws a `UserError` where nothing there can be read.
 */
export async function listLogFiles(path: string, except?: string): Promise<LogFiles> {
  const stats = await statOrExplain(path);
  if (!stats.isDirectory() && !stats.isFile()) {
    throw new UserError(
      `${path} is neither a file nor a folder`,
      "a log is read more than once: write what comes through a pipe to a file",
    );
  }
  const seen = new Set(except === undefined ? [] : [await realpath(except)]);
  const listing: Listing = { seen, paths: [], unreadable: [] };
  if (stats.isFile()) listing.paths.push(path);
  else await listFolder(path, foldersDeepMax, listing);
  if (listing.paths.length > filesMax) {
    throw new UserError(
      `${path} has more than ${filesMax} files`,
      "join small files, or scan a part of the log at a time",
    );
  }
  return someReadable(await readable(listing.paths.toSorted(), listing.unreadable));
}

/** The parts of a world folder, or `null` where it isn't one. What is known to be no part of it, `except`, is not told as left aside. */
export async function listWorld(path: string, except: readonly string[] = []): Promise<WorldFiles | null> {
  if (!(await statOrExplain(path)).isDirectory()) return null;
  const names = (await readdir(path)).toSorted();
  if (!names.some((name) => exchangesName.test(name))) return null;
  const pick = (pattern: RegExp): string[] =>
    names.filter((name) => pattern.test(name)).map((name) => join(path, name));
  const exchanges = someReadable(await readable(pick(exchangesName)));
  const accounts = await readable(pick(accountsName));
  const models = await readable(pick(modelsName));
  return {
    exchanges: exchanges.files,
    accounts: accounts.files,
    models: models.files,
    unreadable: [exchanges, accounts, models].flatMap((part) => part.unreadable),
    aside: await namesAside(path, names, except),
  };
}

async function namesAside(folder: string, names: readonly string[], except: readonly string[]): Promise<string[]> {
  const place = (path: string): Promise<string> => realpath(path).catch(() => path);
  const known = new Set(await Promise.all(except.map(place)));
  const others = names.filter((name) => !isLeftOut(name) && !worldNames.some((pattern) => pattern.test(name)));
  const aside: string[] = [];
  for (const name of others) if (!known.has(await place(join(folder, name)))) aside.push(name);
  return aside;
}

interface Listing {
  /** Real paths of folders that need no look, or none again. */
  readonly seen: Set<string>;
  readonly paths: string[];
  readonly unreadable: UnreadableFile[];
}

/** Links are followed; a folder that was seen, as one above that a link leads back to, is not listed again. */
async function listFolder(folder: string, foldersDeep: number, listing: Listing): Promise<void> {
  const { seen, paths, unreadable } = listing;
  const real = await realpath(folder);
  if (seen.has(real)) return;
  seen.add(real);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (isLeftOut(entry.name)) continue;
    const path = join(folder, entry.name);
    try {
      const kind = entry.isSymbolicLink() ? await stat(path) : entry;
      if (kind.isDirectory() && foldersDeep > 0) await listFolder(path, foldersDeep - 1, listing);
      else if (kind.isFile()) paths.push(path);
    } catch (error) {
      unreadable.push({ path, why: whyUnreadable(error) });
    }
    if (paths.length > filesMax) break;
  }
}

async function readable(paths: readonly string[], known: readonly UnreadableFile[] = []): Promise<LogFiles> {
  const files: LogFile[] = [];
  const unreadable = [...known];
  for (const path of paths) {
    try {
      files.push(await describeFile(path));
    } catch (error) {
      unreadable.push({ path, why: whyUnreadable(error) });
    }
  }
  return { files, unreadable };
}

function someReadable(listed: LogFiles): LogFiles {
  const [first] = listed.unreadable;
  if (listed.files.length === 0 && first !== undefined) throw unreadableError(first);
  return listed;
}

async function describeFile(path: string): Promise<LogFile> {
  // To open a pipe that nobody writes to would wait for ever.
  const stats = await stat(path);
  if (!stats.isFile() && !stats.isDirectory()) throw new Error("it is neither a file nor a folder");
  const handle = await open(path);
  try {
    const head = Buffer.alloc(4);
    await handle.read(head, 0, head.length, 0);
    return { path, bytes: stats.size, encoding: encodingOf(head) };
  } finally {
    await handle.close();
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
    throw unreadableError({ path, why: whyUnreadable(error) }, error);
  }
}

function unreadableError({ path, why }: UnreadableFile, cause?: unknown): UserError {
  return new UserError(`cannot read ${path}: ${why}`, "check the path and that this user may read it", { cause });
}

const whys: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file or folder"],
  ["EACCES", "permission denied"],
  ["ELOOP", "it is a link to itself"],
  ["EISDIR", "it is a folder"],
]);

const whyUnreadable = (error: unknown): string =>
  whys.get(errorCode(error) ?? "") ?? (error instanceof Error ? error.message : String(error));
