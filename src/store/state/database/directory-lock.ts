import { link, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../../kit/error-code.ts";
import { UserError } from "../../../kit/user-error.ts";

// Limits.
/** Locks of dead processes that are put aside before giving up. */
const attemptsMax = 8;

const fileName = "stillwatch.pid";

/** A dead process with our own number (containers start all with the same) is not us: what we hold stands here. */
const heldHere = new Set<string>();

/**
 * Keeps a second process from the folder, which the embedded PostgreSQL does not do by itself: two of them would destroy the
 * data. As a PostgreSQL server does it: a file with the number of its process, which counts as long as that process lives.
 * The result gives the folder free. Throws a `UserError` where it is taken.
 */
export async function lockDirectory(folder: string): Promise<() => Promise<void>> {
  const lock = join(await realpath(folder), fileName);
  if (heldHere.has(lock)) throw taken(folder, lock, process.pid);
  heldHere.add(lock);
  try {
    await takeLock(folder, lock);
  } catch (error) {
    heldHere.delete(lock);
    throw error;
  }
  return async () => {
    if (heldHere.delete(lock)) await rm(lock, { force: true });
  };
}

async function takeLock(folder: string, lock: string): Promise<void> {
  // The file appears under its name with its content, so that nobody reads one that is half written.
  const own = `${lock}.${process.pid}`;
  await writeFile(own, `${process.pid}\n`);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await link(own, lock);
        break;
      } catch (error) {
        if (errorCode(error) !== "EEXIST" || attempt === attemptsMax) throw error;
        const owner = await ownerOf(lock);
        if (owner !== null && isOther(owner)) throw taken(folder, lock, owner);
        // Two that start at the same moment could both come here; a PostgreSQL server has the same gap.
        await rm(lock, { force: true });
      }
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Null: the file is gone again, or holds no number. */
async function ownerOf(lock: string): Promise<number | null> {
  try {
    const owner = Number((await readFile(lock, "utf8")).trim());
    return Number.isSafeInteger(owner) && owner > 0 ? owner : null;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return errorCode(error) !== "ESRCH";
  }
}

function taken(folder: string, lock: string, owner: number): UserError {
  return new UserError(
    `the state in ${folder} is in use by process ${owner}`,
    "one process owns a state directory at a time: stop that process, choose another directory, or use a PostgreSQL " +
      `server (DATABASE_URL) for several; if process ${owner} is no Stillwatch, remove ${lock}`,
  );
}
