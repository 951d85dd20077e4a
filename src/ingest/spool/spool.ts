import { mkdir } from "node:fs/promises";
import { errorCode } from "../../kit/error-code.ts";
import { UnavailableError } from "../../kit/unavailable-error.ts";
import { UserError } from "../../kit/user-error.ts";
import { framed } from "./frame.ts";
import { openPositionFile } from "./position.ts";
import type { Position, PositionFile, SavedPosition } from "./position.ts";
import { cutTornTail, listSegments, readFrames, removeSegment, syncFolder } from "./segment-files.ts";
import type { Segment } from "./segment-files.ts";
import { segmentWriter } from "./segment-writer.ts";
import type { SegmentWriter } from "./segment-writer.ts";

// Limits and defaults.
/** What was accepted and not yet taken by the consumer. On disk it may be a segment and a group more. */
const backlogBytesMaxDefault = 4 * 2 ** 30;
/** A segment's size, and its largest share of the backlog: what is consumed is removed by whole segments. */
const segmentBytesMax = 64 * 2 ** 20;
const segmentBacklogShare = 1 / 16;
/** Appends that are written and synced together. */
const groupBytesMax = 16 * 2 ** 20;
/** What a look for a torn tail holds in memory at a time. */
const scanBytesMax = 4 * 2 ** 20;

/** Records in the order in which they were appended, and the position after them. */
export interface SpoolBatch {
  readonly records: readonly Uint8Array[];
  readonly end: Position;
}

export interface SpoolStatus {
  /** Accepted and not yet consumed. */
  readonly backlogBytes: number;
  readonly backlogBytesMax: number;
  /** How the last append went; `full` is the limit, `disk full` the file system. */
  readonly state: "ok" | "full" | "disk full" | "failing";
  /** Half-written bytes that were cut off when the spool was opened: nothing that was ever acknowledged. */
  readonly cutBytes: number;
  /** Bytes of segments that could not be read: the disk has lost what was acknowledged. */
  readonly damagedBytes: number;
}

/**
 * The durable queue between the doors and the engine: many appenders, one consumer, one process a folder. What was
 * acknowledged survives the process and, as far as the disk tells the truth about `fdatasync`, the machine.
 */
export interface Spool {
  /**
   * Resolves once all the records are on disk; waiting appends share one sync. Throws a `SpoolFullError` where there is no room,
   * and whatever the file system throws; then the records may or may not be delivered.
   */
  append(records: readonly Uint8Array[]): Promise<void>;
  /** The next records, about `bytesMax` of them and one at least; waits for one to come. Null once the spool is closed. */
  read(bytesMax: number): Promise<SpoolBatch | null>;
  /** Remembers how far the consumer is, with a number of its own, and removes what is behind. */
  commit(end: Position, mark: number): Promise<void>;
  /** What was committed last; null where nothing ever was. Reading began there. */
  readonly committed: SavedPosition | null;
  status(): SpoolStatus;
  /** Waits for the appends that are under way. */
  close(): Promise<void>;
}

/** There is no room: the sender must wait and try again. */
export class SpoolFullError extends UnavailableError {
  override readonly name = "SpoolFullError";
}

/** Opens the spool in a folder, which is made where it is missing. Throws a `UserError` where it can't be used. */
export async function openSpool(folder: string, backlogBytesMax = backlogBytesMaxDefault): Promise<Spool> {
  try {
    await mkdir(folder, { recursive: true });
    const position = await openPositionFile(folder);
    await syncFolder(folder);
    const segments = await listSegments(folder);
    const last = segments.at(-1);
    const cutBytes = last === undefined ? 0 : await cutTornTail(last, scanBytesMax);
    const perSegment = Math.min(segmentBytesMax, Math.ceil(backlogBytesMax * segmentBacklogShare));
    const number = Math.max(last?.number ?? 0, position.saved?.segment ?? 0) + 1;
    const writer = segmentWriter(folder, segments, number, perSegment);
    return new FolderSpool({ position, segments, writer, backlogBytesMax, cutBytes });
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) === undefined) throw error;
    throw new UserError(
      `the spool ${folder} can't be used: ${error.message}`,
      "check the path, its rights and the disk",
      {
        cause: error,
      },
    );
  }
}

interface Append {
  readonly frames: readonly Uint8Array[];
  readonly bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

interface Parts {
  readonly position: PositionFile;
  readonly segments: Segment[];
  readonly writer: SegmentWriter;
  readonly backlogBytesMax: number;
  readonly cutBytes: number;
}

class FolderSpool implements Spool {
  readonly #parts: Parts;
  readonly #segments: Segment[];
  readonly #waiting: Append[] = [];
  #waitingBytes = 0;
  #flushing: Promise<void> | undefined;
  #cursor: Position;
  #state: SpoolStatus["state"] = "ok";
  #damagedBytes = 0;
  #closed = false;
  #wake = (): void => {};

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#segments = parts.segments;
    this.#cursor = parts.position.saved ?? { segment: 0, offset: 0 };
  }

  get committed(): SavedPosition | null {
    return this.#parts.position.saved;
  }

  async append(records: readonly Uint8Array[]): Promise<void> {
    if (this.#closed) throw new Error("the spool is closed");
    const frames = records.flatMap(framed);
    const bytes = frames.reduce((sum, { length }) => sum + length, 0);
    if (this.#backlogBytes() + this.#waitingBytes + bytes > this.#parts.backlogBytesMax) {
      this.#state = "full";
      throw new SpoolFullError("the spool is full", "see why the engine does not take in what waits there");
    }
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ frames, bytes, resolve, reject });
      this.#waitingBytes += bytes;
      this.#flushing ??= this.#flush();
    });
  }

  async read(bytesMax: number): Promise<SpoolBatch | null> {
    while (!this.#closed) {
      const segment = this.#segments.find(({ number }) => number >= this.#cursor.segment);
      if (segment === undefined) {
        await this.#appended();
        continue;
      }
      if (segment.number > this.#cursor.segment) this.#cursor = { segment: segment.number, offset: 0 };
      if (this.#cursor.offset < segment.bytes) {
        const batch = await this.#readSegment(segment, bytesMax);
        if (batch !== null) return batch;
      } else if (segment === this.#segments.at(-1)) {
        await this.#appended();
      } else {
        this.#cursor = { segment: segment.number + 1, offset: 0 };
      }
    }
    return null;
  }

  async commit(end: Position, mark: number): Promise<void> {
    await this.#parts.position.save({ ...end, mark });
    while (true) {
      const [first, second] = this.#segments;
      if (first === undefined || second === undefined) return;
      const isConsumed = first.number < end.segment || (first.number === end.segment && first.bytes <= end.offset);
      if (!isConsumed) return;
      this.#segments.shift();
      await removeSegment(first);
    }
  }

  status(): SpoolStatus {
    const { backlogBytesMax, cutBytes } = this.#parts;
    return {
      backlogBytes: this.#backlogBytes(),
      backlogBytesMax,
      state: this.#state,
      cutBytes,
      damagedBytes: this.#damagedBytes,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#flushing;
    await this.#parts.writer.close();
    await this.#parts.position.close();
  }

  #backlogBytes(): number {
    const { segment, offset } = this.committed ?? { segment: 0, offset: 0 };
    return this.#segments.reduce((sum, { number, bytes }) => {
      if (number < segment) return sum;
      return sum + (number === segment ? Math.max(0, bytes - offset) : bytes);
    }, 0);
  }

  #appended(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Null where nothing more of the segment can be read; the cursor then stands at its end. */
  async #readSegment(segment: Segment, bytesMax: number): Promise<SpoolBatch | null> {
    const { records, bytes } = await readFrames(segment, this.#cursor.offset, bytesMax);
    if (records.length === 0) {
      this.#damagedBytes += segment.bytes - this.#cursor.offset;
      this.#cursor = { segment: segment.number, offset: segment.bytes };
      return null;
    }
    this.#cursor = { segment: segment.number, offset: this.#cursor.offset + bytes };
    return { records, end: this.#cursor };
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#parts.writer.append(Buffer.concat(group.flatMap(({ frames }) => frames)));
        this.#state = "ok";
        for (const append of group) append.resolve();
        this.#wake();
      } catch (error) {
        const failure = isDiskFull(error)
          ? new SpoolFullError(
              "the disk of the spool is full",
              "make room there: until then senders are told to come again",
              {
                cause: error,
              },
            )
          : error;
        this.#state = failure instanceof SpoolFullError ? "disk full" : "failing";
        for (const append of group) append.reject(failure);
      } finally {
        for (const { bytes } of group) this.#waitingBytes -= bytes;
      }
    }
    this.#flushing = undefined;
  }

  #takeGroup(): readonly Append[] {
    let bytes = 0;
    const isWithin = (append: Append, index: number): boolean => {
      bytes += append.bytes;
      return index === 0 || bytes <= groupBytesMax;
    };
    const end = this.#waiting.findIndex((append, index) => !isWithin(append, index));
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }
}

/** No space, over the quota, or over the largest size that a file may have. */
function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes(errorCode(error) ?? "");
}
