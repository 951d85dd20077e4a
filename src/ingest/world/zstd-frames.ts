import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

/*
 * The engine takes a Zstandard file that is cut for a whole one: it reads what it can and says nothing. The headers of a
 * file's frames and blocks tell whether it is whole, without reading what lies between them (RFC 8878, section 3.1).
 */

const frameMagic = 0xfd2fb528;
const skippableMagicMin = 0x184d2a50;
const skippableMagicMax = 0x184d2a5f;
const windowBytes = 64 * 1024;

/** Whether every frame of the file ends inside of it. Damage inside of a block is not looked for. */
export async function isWholeZstandard(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const bytes = (await handle.stat()).size;
    const headers = new Window(handle);
    let at = 0;
    while (at < bytes) {
      const end = await frameEnd(headers, at);
      if (end === null || end > bytes) return false;
      at = end;
    }
    return true;
  } finally {
    await handle.close();
  }
}

/** Where the frame that starts at `at` ends, which may be beyond the file; `null` where its headers are cut or not a frame's. */
async function frameEnd(headers: Window, at: number): Promise<number | null> {
  const start = await headers.read(at, 8);
  if (start.length < 5) return null;
  const magic = start.readUInt32LE(0);
  if (magic >= skippableMagicMin && magic <= skippableMagicMax) {
    return start.length < 8 ? null : at + 8 + start.readUInt32LE(4);
  }
  if (magic !== frameMagic) return null;
  const descriptor = start.readUInt8(4);
  let next = at + 5 + frameHeaderBytes(descriptor);
  for (;;) {
    const header = await headers.read(next, 3);
    if (header.length < 3) return null;
    const block = header.readUIntLE(0, 3);
    // Type 1 repeats one byte; the others are as long as they say.
    next += 3 + (((block >> 1) & 3) === 1 ? 1 : block >> 3);
    if ((block & 1) === 1) return next + ((descriptor & 4) === 4 ? 4 : 0);
  }
}

/** Section 3.1.1.1: what follows the descriptor and stands before the first block. */
function frameHeaderBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSizeFlag = descriptor >> 6;
  const contentSizeBytes = contentSizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << contentSizeFlag;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  return (isSingleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
}

/** Reads a few bytes here and there of a file through one buffer. */
class Window {
  private readonly buffer = Buffer.alloc(windowBytes);
  private readonly handle: FileHandle;
  private start = 0;
  private length = 0;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  /** Fewer than `count` bytes only at the end of the file. */
  async read(at: number, count: number): Promise<Buffer> {
    if (at < this.start || at + count > this.start + this.length) {
      const { bytesRead } = await this.handle.read(this.buffer, 0, windowBytes, at);
      this.start = at;
      this.length = bytesRead;
    }
    return this.buffer.subarray(at - this.start, Math.min(at - this.start + count, this.length));
  }
}
