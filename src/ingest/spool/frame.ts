import { crc32 } from "node:zlib";

/*
 * How records stand in a segment: four bytes of length, four of checksum (both little-endian), then the record. The checksum
 * (CRC-32, ISO 3309) covers the length as well, so that neither a torn write nor a stretch of zeros passes for a record.
 */

// Limits.
/** A longer record is refused when it is framed; a longer length that is read is damage. */
const recordBytesMax = 64 * 2 ** 20;
export const frameHeaderBytes = 8;

/** What stands whole at the start of some bytes of a segment. */
export interface Frames {
  readonly records: readonly Uint8Array[];
  /** Bytes that the records take, with their headers. */
  readonly bytes: number;
  /**
   * Why it ends there: `end` of the bytes; `cut`, a frame that needs `frameBytes` in all to be told whole or torn; `damaged`,
   * a frame that can't be one.
   */
  readonly ending: "end" | "cut" | "damaged";
  readonly frameBytes: number;
}

/** Throws a `RangeError` where the record is empty or over the limit. */
export function framed(record: Uint8Array): readonly [header: Buffer, record: Uint8Array] {
  if (record.length === 0 || record.length > recordBytesMax) {
    throw new RangeError(`a record of ${record.length} bytes can't be framed`);
  }
  const header = Buffer.alloc(frameHeaderBytes);
  header.writeUInt32LE(record.length, 0);
  header.writeUInt32LE(checksum(header, record), 4);
  return [header, record];
}

export function framesIn(bytes: Buffer): Frames {
  const records: Uint8Array[] = [];
  let at = 0;
  const ended = (ending: Frames["ending"], frameBytes = 0): Frames => ({ records, bytes: at, ending, frameBytes });
  while (at < bytes.length) {
    if (bytes.length - at < frameHeaderBytes) return ended("cut", frameHeaderBytes);
    const length = bytes.readUInt32LE(at);
    if (length === 0 || length > recordBytesMax) return ended("damaged");
    const end = at + frameHeaderBytes + length;
    if (end > bytes.length) return ended("cut", frameHeaderBytes + length);
    const record = bytes.subarray(at + frameHeaderBytes, end);
    if (bytes.readUInt32LE(at + 4) !== checksum(bytes.subarray(at, at + 4), record)) return ended("damaged");
    records.push(record);
    at = end;
  }
  return ended("end");
}

function checksum(header: Uint8Array, record: Uint8Array): number {
  return crc32(record, crc32(header.subarray(0, 4)));
}
