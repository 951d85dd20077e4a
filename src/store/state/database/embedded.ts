import { closeSync, existsSync, fsyncSync, openSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PGlite, messages } from "@electric-sql/pglite";
import type { PGliteOptions, Transaction } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { invariant } from "../../../kit/assert.ts";
import { UserError } from "../../../kit/user-error.ts";
import type { PostgresStatement } from "../../sql.ts";
import { lockDirectory } from "./directory-lock.ts";
import { DatabaseUnavailableError, errorCode, isCondition, typeParsers } from "./driver.ts";
import type { Answer, Driver, Session } from "./driver.ts";

/**
 * PGlite does not sync files unless it is asked to: what was acknowledged would survive the process, but not the machine.
 * It has no fdatasync.
 */
const startParams = PGlite.defaultStartParams
  .filter((param) => param !== "-F")
  .concat("-c", "wal_sync_method=fsync", "-c", "search_path=stillwatch");

/**
 * Opens PostgreSQL in this process (PGlite). Without a path it lives in memory. On disk a folder belongs to one process, and
 * a commit is synced before it is acknowledged. Throws a `UserError` where the folder is taken, damaged, full, or of another
 * edition of PostgreSQL.
 */
export async function openEmbedded(path?: string): Promise<Driver> {
  if (path === undefined) return embeddedDriver(await PGlite.create({ startParams }), async () => {});
  const unlock = await openDirectory(path);
  try {
    const cluster = join(path, "postgres");
    if (!existsSync(cluster)) await makeCluster(cluster);
    return embeddedDriver(await startCluster(cluster), unlock);
  } catch (error) {
    await unlock();
    throw explained(error, path);
  }
}

async function openDirectory(path: string): Promise<() => Promise<void>> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return await lockDirectory(path);
  } catch (error) {
    throw explained(error, path);
  }
}

/** Made beside its place and then moved there: a start that is interrupted leaves no half of a cluster. */
async function makeCluster(cluster: string): Promise<void> {
  const fresh = `${cluster}.new`;
  await rm(fresh, { recursive: true, force: true });
  const database = await startCluster(fresh);
  await database.close();
  for (const entry of await readdir(fresh, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) syncPath(join(entry.parentPath, entry.name));
  }
  syncPath(fresh);
  await rename(fresh, cluster);
  syncPath(dirname(cluster));
}

async function startCluster(folder: string): Promise<PGlite> {
  const options: PGliteOptions = { fs: new SyncedFiles(folder), startParams };
  return PGlite.create(options);
}

/** The file system of PGlite on Node, with the one thing that it leaves out: a sync reaches the disk. */
class SyncedFiles extends NodeFS {
  override async init(...[database, module]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const addSync = (loaded: { readonly NODEFS: unknown }): void => {
      const files = loaded.NODEFS;
      invariant(isFileSystem(files), "PGlite has Emscripten's NODEFS");
      files.stream_ops.fsync = (stream) => {
        // A folder is opened without a descriptor of the host.
        if (stream.nfd === undefined) syncPath(files.realPath(stream.node));
        else fsyncSync(stream.nfd);
        return 0;
      };
    };
    return super.init(database, { ...module, preRun: [...(module.preRun ?? []), addSync] });
  }
}

/** What is used of Emscripten's NODEFS (src/lib/libnodefs.js). */
interface FileSystem {
  readonly stream_ops: { fsync?: (stream: { readonly nfd?: number; readonly node: unknown }) => number };
  realPath(node: unknown): string;
}

function isFileSystem(value: unknown): value is FileSystem {
  return typeof value === "object" && value !== null && "stream_ops" in value && "realPath" in value;
}

function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function embeddedDriver(database: PGlite, release: () => Promise<void>): Driver {
  let crash: DatabaseUnavailableError | undefined;
  const runOn = async (on: PGlite | Transaction, statement: PostgresStatement): Promise<Answer> => {
    if (crash !== undefined) throw crash;
    try {
      const answer = await on.query(statement.text, [...statement.values], { parsers: typeParsers });
      return { rows: answer.rows, affected: answer.affectedRows ?? 0 };
    } catch (error) {
      if (error instanceof messages.DatabaseError) {
        if (!isCondition(error.code ?? "")) throw error;
        throw new DatabaseUnavailableError(`the state can't be used: ${error.message}`, { cause: error });
      }
      // The engine itself has stopped: a panic, mostly of a full disk. Only a new start recovers it from its log.
      crash = new DatabaseUnavailableError("the embedded PostgreSQL has stopped; start again", { cause: error });
      throw crash;
    }
  };
  return {
    run: (statement) => runOn(database, statement),
    transaction: async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
      if (crash !== undefined) throw crash;
      return database.transaction((transaction) => work({ run: (statement) => runOn(transaction, statement) }));
    },
    async close() {
      // An engine that has stopped can't be shut down; what it acknowledged is in its log.
      if (crash === undefined) await database.close();
      await release();
    },
  };
}

function explained(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  switch (errorCode(error)) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new UserError(`the state directory ${path} can't be written`, "give this user the right to write there", {
        cause: error,
      });
    case "ENOTDIR":
    case "EEXIST":
      return new UserError(`${path} is no directory`, "choose another path for the state", { cause: error });
    case "ENOSPC":
      return new UserError(`the disk of the state directory ${path} is full`, "make room and start again", {
        cause: error,
      });
    default:
      return new UserError(
        `the state in ${path} can't be opened`,
        "it is damaged, its disk is full, or another edition of PostgreSQL wrote it: make room if there is none, " +
          "or bring back a copy of the directory",
        { cause: error },
      );
  }
}
