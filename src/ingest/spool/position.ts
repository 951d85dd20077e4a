import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../kit/error-code.ts";
import { UserError } from "../../kit/user-error.ts";
import { frameHeaderBytes, framed, framesIn } from "./frame.ts";

// Limits.
/** One disk sector: it is written whole or not at all by most disks, and the checksum tells where it was not. */
const slotBytes = 512;

/** A place between two records: the number of a segment, and bytes from its start. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

const savedSchema = z.object({
  count: z.int().nonnegative(),
  segment: z.int().nonnegative(),
  offset: z.int().nonnegative(),
  mark: z.int().nonnegative(),
});

/** How far the consumer is, and a number of its own that belongs to that. */
export type SavedPosition = Readonly<Omit<z.infer<typeof savedSchema>, "count">>;

/**
 * Keeps the consumer's position in a file of two slots that are written in turns. A torn write spoils the older of the two
 * only, and since the file never grows, a position can be saved on a disk that is full: that is what frees the disk.
 */
export interface PositionFile {
  /** Null where none was ever saved. */
  readonly saved: SavedPosition | null;
  /** Resolves once it is on disk. */
  save(position: SavedPosition): Promise<void>;
  close(): Promise<void>;
}

/** Throws a `UserError` where the file is damaged. */
export async function openPositionFile(folder: string): Promise<PositionFile> {
  const path = join(folder, "position");
  const { handle, isNew } = await openOrMake(path);
  try {
    const latest = isNew ? null : latestSlot(await readSlots(handle), path);
    let saved = latest;
    return {
      get saved() {
        return saved === null ? null : { segment: saved.segment, offset: saved.offset, mark: saved.mark };
      },
      async save(position) {
        const next = { ...position, count: (saved?.count ?? 0) + 1 };
        await writeSlot(handle, next.count % 2, Buffer.from(JSON.stringify(next)));
        saved = next;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openOrMake(path: string): Promise<{ handle: FileHandle; isNew: boolean }> {
  try {
    return { handle: await open(path, "r+"), isNew: false };
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  const handle = await open(path, "wx+");
  await handle.write(Buffer.alloc(2 * slotBytes), 0, 2 * slotBytes, 0);
  await handle.sync();
  return { handle, isNew: true };
}

async function readSlots(handle: FileHandle): Promise<readonly Buffer[]> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2 * slotBytes), 0, 2 * slotBytes, 0);
  const read = buffer.subarray(0, bytesRead);
  return [read.subarray(0, slotBytes), read.subarray(slotBytes)];
}

/** The later of the slots that are whole; null where neither was ever written. */
function latestSlot(slots: readonly Buffer[], path: string): z.infer<typeof savedSchema> | null {
  const whole = slots.flatMap((slot) => {
    const [record] = framesIn(slot).records;
    return record === undefined ? [] : [savedSchema.parse(JSON.parse(Buffer.from(record).toString("utf8")))];
  });
  if (whole.length > 0) return whole.reduce((latest, slot) => (slot.count > latest.count ? slot : latest));
  if (slots.every((slot) => slot.every((byte) => byte === 0))) return null;
  throw new UserError(
    `${path} is damaged: it does not say how far the spool was read`,
    "remove the file to read all that is left in the spool again; exchanges that were taken before count once",
  );
}

async function writeSlot(handle: FileHandle, slot: number, record: Buffer): Promise<void> {
  const bytes = Buffer.concat([...framed(record), Buffer.alloc(slotBytes - frameHeaderBytes - record.length)]);
  await handle.write(bytes, 0, slotBytes, slot * slotBytes);
  await handle.datasync();
}
