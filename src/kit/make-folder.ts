import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode } from "./error-code.ts";
import { UserError } from "./user-error.ts";

const whys: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["EEXIST", "something that is no folder is in its way"],
  ["ENOTDIR", "something that is no folder is in its way"],
  ["ENOENT", "a folder can't be made there"],
  ["ELOOP", "it is a link to itself"],
  ["ENAMETOOLONG", "the name is too long"],
]);

/**
 * Makes a folder that a command is to write to, and those above it. Throws a `UserError` where it can't be made or written to:
 * a command asks before it works for an hour.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(resolve(folder));
    await access(folder, constants.W_OK);
  } catch (error) {
    const why = whys.get(errorCode(error) ?? "");
    if (why === undefined) throw error;
    throw new UserError(`cannot write to ${folder}: ${why}`, "name another folder", { cause: error });
  }
}

/** Step by step: where a folder takes no other, as in /proc, Node's `recursive` tries for ever. */
async function make(folder: string): Promise<void> {
  try {
    if ((await stat(folder)).isDirectory()) return;
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    await make(dirname(folder));
  }
  try {
    await mkdir(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (errorCode(error) !== "EEXIST" || !(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
