import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { framesIn } from "./frame.ts";
import type { Frames } from "./frame.ts";

/** A file of records. `bytes` are those that are known to be on disk; what stands behind them is nobody's. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  bytes: number;
}

const segmentName = /^(\d{16})\.segment$/;

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(16, "0")}.segment`);
}

/** The segments of a folder, the oldest first, as long as their files are. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const [, digits] = segmentName.exec(name) ?? [];
    if (digits === undefined) continue;
    const path = join(folder, name);
    segments.push({ number: Number(digits), path, bytes: (await stat(path)).size });
  }
  return segments;
}

/** Records of a segment from an offset, about `bytesMax` of them, one at least. Reads nothing beyond the segment's `bytes`. */
export async function readFrames(segment: Segment, offset: number, bytesMax: number): Promise<Frames> {
  const left = segment.bytes - offset;
  const handle = await open(segment.path, "r");
  const read = async (wanted: number): Promise<Frames> => {
    const bytes = Buffer.allocUnsafe(Math.min(wanted, left));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return framesIn(bytes.subarray(0, filled));
  };
  try {
    const frames = await read(bytesMax);
    const isLong = frames.records.length === 0 && frames.ending === "cut" && frames.frameBytes <= left;
    return isLong ? await read(frames.frameBytes) : frames;
  } finally {
    await handle.close();
  }
}

/** Makes the names of a folder's files as lasting as their contents. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Cuts what a crash left half-written off the end of a segment. Returns how many bytes that was. */
export async function cutTornTail(segment: Segment, scanBytesMax: number): Promise<number> {
  let whole = 0;
  while (whole < segment.bytes) {
    const frames = await readFrames(segment, whole, scanBytesMax);
    if (frames.records.length === 0) break;
    whole += frames.bytes;
  }
  const torn = segment.bytes - whole;
  if (torn > 0) {
    const handle = await open(segment.path, "r+");
    try {
      await handle.truncate(whole);
      await handle.sync();
    } finally {
      await handle.close();
    }
    segment.bytes = whole;
  }
  return torn;
}

export async function removeSegment(segment: Segment): Promise<void> {
  await rm(segment.path, { force: true });
}
