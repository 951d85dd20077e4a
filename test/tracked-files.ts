import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * The files that belong to the project, relative to its root: what git tracks, and what it would track with the next commit.
 * Those that are deleted in the work tree are left out.
 */
export function trackedFiles(): string[] {
  // A checkout that another user made (a mounted folder in a container) is as good as one's own for a listing.
  const args = ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, {
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  return [...new Set(listed.split("\0"))].filter((path) => path !== "" && existsSync(path));
}
