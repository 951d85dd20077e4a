import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { say, SetUpError } from "./step.mjs";

// Limits.
const POLL_MS = 200;
/** A set-up that takes longer than this hangs, and its lock is ignored. */
const LOCK_AGE_MS_MAX = 20 * 60_000;
/** Removing a dead lock takes microseconds; whoever held this one longer was killed in between. */
const REMOVAL_AGE_MS_MAX = 10_000;

/** Runs `work` while no other process does so under the same path. A lock whose owner is gone is removed. */
export async function withLock(path, work) {
  const startedMs = Date.now();
  for (let waiting = false; !create(path); waiting = true) {
    const owner = readOwner(path);
    if (owner !== undefined && isDead(path, owner)) removeDead(path, owner);
    else {
      if (!waiting) say(`  waiting for another set-up of this checkout (process ${owner ?? "unknown"})`);
      if (Date.now() - startedMs > LOCK_AGE_MS_MAX) throw new SetUpError(`${path} does not go away: remove it`);
      await sleep(POLL_MS);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function create(path) {
  try {
    const file = openSync(path, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function readOwner(path) {
  try {
    const owner = Number(readFileSync(path, "utf8"));
    // Empty: created, but not yet written.
    return owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isDead(path, owner) {
  if (ageMs(path) > LOCK_AGE_MS_MAX) return true;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Two processes may find the same dead lock; without this second one, the slower would remove the faster's new lock. */
function removeDead(path, owner) {
  const removal = `${path}.removal`;
  if (ageMs(removal) > REMOVAL_AGE_MS_MAX) rmSync(removal, { force: true });
  if (!create(removal)) return;
  try {
    if (readOwner(path) === owner) rmSync(path, { force: true });
  } finally {
    rmSync(removal, { force: true });
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
