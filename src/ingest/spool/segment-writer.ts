import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { removeSegment, segmentPath, syncFolder } from "./segment-files.ts";
import type { Segment } from "./segment-files.ts";

/** Appends to the last of the segments, one write at a time. */
export interface SegmentWriter {
  /** Resolves once the bytes are on disk, and only then counts them. Where it rejects, none of them count. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * Begins a new segment when the last one has grown to `segmentBytesMax`, and also after each failure: once a sync has failed,
 * nobody knows what of the file is on disk, so that nothing may be appended to it any more.
 */
export function segmentWriter(
  folder: string,
  segments: Segment[],
  firstNumber: number,
  segmentBytesMax: number,
): SegmentWriter {
  let next = firstNumber;
  let current: { readonly segment: Segment; readonly handle: FileHandle } | undefined;

  const begin = async (): Promise<NonNullable<typeof current>> => {
    const segment: Segment = { number: next++, path: segmentPath(folder, next - 1), bytes: 0 };
    const handle = await open(segment.path, "wx");
    try {
      await syncFolder(folder);
    } catch (error) {
      await handle.close();
      throw error;
    }
    segments.push(segment);
    return { segment, handle };
  };

  const end = async (): Promise<void> => {
    const ended = current;
    current = undefined;
    await ended?.handle.close();
  };

  /** What was written in vain is cut off; where even that fails, the reader's checksums and its bound keep it out. */
  const abandon = async (): Promise<void> => {
    const abandoned = current;
    current = undefined;
    if (abandoned === undefined) return;
    const { segment, handle } = abandoned;
    await handle.truncate(segment.bytes).catch(() => {});
    await handle.close();
    if (segment.bytes > 0) return;
    segments.splice(segments.indexOf(segment), 1);
    await removeSegment(segment);
  };

  return {
    async append(bytes) {
      if (current !== undefined && current.segment.bytes >= segmentBytesMax) await end();
      try {
        current ??= await begin();
        await current.handle.writeFile(bytes);
        await current.handle.datasync();
        current.segment.bytes += bytes.length;
      } catch (error) {
        await abandon();
        throw error;
      }
    },
    close: end,
  };
}
