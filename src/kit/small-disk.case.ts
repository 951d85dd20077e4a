import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";

/** A disk of its own for a test, in memory, that can be filled: a file system that only this test and what it starts can see. */
export interface SmallDisk {
  /** Where this process finds what is on it. */
  readonly path: string;
  /** The arguments of a command that finds it at its place. */
  command(...args: readonly string[]): readonly [string, ...string[]];
  /** Leaves so many bytes free. */
  fill(leaveBytes?: number): Promise<void>;
  makeRoom(): Promise<void>;
  /** It is gone with all that was on it. */
  close(): Promise<void>;
}

/** A namespace of mounts, in which an ordinary user may mount. */
const unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"] as const;
const mount = 'mount -t tmpfs -o "size=$1" disk "$0"';
const [program, ...programArgs] = unshare;

/** Why the tests on one are skipped, if they are. */
export const smallDiskMissing =
  spawnSync(program, [...programArgs, mount, "/mnt", "1m"]).status === 0
    ? undefined
    : "no file system can be mounted in a namespace here";

/** @param place an empty folder. */
export async function openSmallDisk(place: string, bytes: number): Promise<SmallDisk> {
  // It lasts as long as this process does, which ends with its input, and so with the test.
  const holder = spawn(program, [...programArgs, `${mount} && echo ready && exec cat`, place, String(bytes)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  const path = `/proc/${holder.pid}/root${place}`;
  const ballast = join(path, "ballast");
  return {
    path,
    command: (...args) => {
      const into = ["--target", String(holder.pid), "--user", "--mount", "--preserve-credentials", "--"];
      return ["nsenter", ...into, ...args];
    },
    async fill(leaveBytes = 0) {
      const { bavail, bsize } = await statfs(path);
      const file = await open(ballast, "a");
      try {
        // What others have written meanwhile may have taken the rest.
        await file.appendFile(Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes))).catch(() => {});
      } finally {
        await file.close();
      }
    },
    makeRoom: () => rm(ballast, { force: true }),
    async close() {
      const exited = once(holder, "exit");
      holder.stdin.end();
      await exited;
    },
  };
}
