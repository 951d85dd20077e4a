// @ts-check
// PGlite in a thread of its own: a statement runs to its end, and a commit waits for the disk, without giving the thread free.
// JavaScript, since a worker starts from its file as it is, in tests (which run the sources) as in the build.
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { messages, PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { z } from "zod";

/**
 * PGlite does not sync files unless it is asked to: what was acknowledged would survive the process, but not the machine.
 * It has no fdatasync. Without statistics, which a new table has none of, the planner overrates bitmap scans: they give up the
 * order of the index, and a page is then sorted out of the whole table.
 */
const startParams = PGlite.defaultStartParams
  .filter((param) => param !== "-F")
  .concat("-c", "wal_sync_method=fsync", "-c", "search_path=stillwatch", "-c", "enable_bitmapscan=off");

/**
 * What is used of Emscripten's NODEFS. A folder is opened without a descriptor of the host.
 * @typedef {object} HostFiles
 * @property {{ fsync?: (stream: { nfd?: number, node: unknown }) => number }} stream_ops
 * @property {(node: unknown) => string} realPath
 */

/** The file system of PGlite on Node, with the one thing that it leaves out: a sync reaches the disk. */
class SyncedFiles extends NodeFS {
  /**
   * @override
   * @param {Parameters<NodeFS["init"]>} given
   */
  init(...[database, module]) {
    /** @param {{ NODEFS: HostFiles }} loaded */
    const addSync = ({ NODEFS }) => {
      NODEFS.stream_ops.fsync = ({ nfd, node }) => {
        if (nfd === undefined) syncPath(NODEFS.realPath(node));
        else fsyncSync(nfd);
        return 0;
      };
    };
    return super.init(database, { ...module, preRun: [...(module.preRun ?? []), addSync] });
  }
}

/** @param {string} path */
function syncPath(path) {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What a new state begins with, as `prepare-cluster.mjs` made it at the build. */
const preparedPath = new URL(import.meta.resolve("#postgres-cluster"));
const prepared = () => new Blob([gunzipSync(readFileSync(preparedPath))]);

/**
 * A new cluster is copied beside its place and then moved there: a start that is interrupted leaves no half of one.
 * @param {string} folder
 */
async function openCluster(folder) {
  if (!existsSync(folder)) {
    const fresh = `${folder}.new`;
    rmSync(fresh, { recursive: true, force: true });
    // One sync of each file in the end is far quicker than those on the way.
    await (await PGlite.create({ dataDir: fresh, loadDataDir: prepared() })).close();
    for (const entry of readdirSync(fresh, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() || entry.isDirectory()) syncPath(join(entry.parentPath, entry.name));
    }
    syncPath(fresh);
    renameSync(fresh, folder);
    syncPath(dirname(folder));
  }
  return PGlite.create({ fs: new SyncedFiles(folder), startParams });
}

/**
 * Values leave as the text that PostgreSQL wrote: they are read where those of a server are.
 * @param {PGlite} database
 * @param {{ text: string, values: unknown[] }} statement
 */
async function answer(database, { text, values }) {
  const parsers = Object.fromEntries(Object.keys(database.parsers).map((type) => [type, asText]));
  try {
    const { rows, fields, affectedRows, command } = await database.query(text, values, { parsers, rowMode: "array" });
    return { kind: "answer", rows, fields, affected: affectedRows ?? 0, command: command ?? "" };
  } catch (error) {
    // After a panic, mostly of a full disk, it takes statements still, and never answers one.
    if (error instanceof messages.DatabaseError && error.severity !== "PANIC" && error.severity !== "FATAL") {
      return { kind: "error", message: error.message, code: error.code ?? "" };
    }
    // The engine itself has stopped.
    return { kind: "crash", message: error instanceof Error ? error.message : String(error) };
  }
}

/** @param {string} value */
const asText = (value) => value;

const { cluster } = z.object({ cluster: z.string().nullable() }).parse(workerData);
const database =
  cluster === null ? await PGlite.create({ loadDataDir: prepared(), startParams }) : await openCluster(cluster);
parentPort?.on("message", async (/** @type {"close" | { text: string, values: unknown[] }} */ request) => {
  if (request === "close") {
    await database.close();
    parentPort?.close();
  } else parentPort?.postMessage(await answer(database, request));
});
parentPort?.postMessage({ kind: "ready" });
