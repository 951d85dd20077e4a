import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode } from "../../kit/error-code.ts";
import { NoteError } from "../note/note.ts";
import { bundleBytesMax } from "./tiles.ts";

/** The files of a log: what is written is on disk, whole, under its name, before the promise resolves. */
export interface LogFolder {
  /** Null where there is no such file. Throws a `NoteError` where it is larger than any that a log has. */
  read(path: string): Promise<Buffer | null>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** A folder, with all that is in it. */
  remove(path: string): Promise<void>;
}

export function logFolder(root: string): LogFolder {
  return {
    async read(path) {
      try {
        const handle = await open(join(root, path), "r");
        try {
          if ((await handle.stat()).size > bundleBytesMax)
            throw new NoteError(`${path} is larger than any file of a log`);
          return await handle.readFile();
        } finally {
          await handle.close();
        }
      } catch (error) {
        if (errorCode(error) === "ENOENT") return null;
        throw error;
      }
    },
    async write(path, bytes) {
      const target = join(root, path);
      await mkdir(dirname(target), { recursive: true });
      const temporary = `${target}.new`;
      const handle = await open(temporary, "w");
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, target);
      // The name, and those of the folders above it, which may be new.
      for (let folder = dirname(path); ; folder = dirname(folder)) {
        await syncFolder(join(root, folder));
        if (folder === ".") break;
      }
    },
    remove: (path) => rm(join(root, path), { recursive: true, force: true }),
  };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
