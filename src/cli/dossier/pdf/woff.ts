import { inflateSync } from "node:zlib";

/*
 * A font out of its wrapper for the web (W3C WOFF 1.0, sections 3 and 4). The library that draws would unwrap the outlines of all
 * glyphs again for each one, which takes it a second a character in a font as large as Unifont.
 */

// Limits.
const tableBytesMax = 32 * 2 ** 20;

const signature = 0x774f4646;
const headerBytes = 44;
const entryBytes = 20;

/** Throws a `RangeError` where the bytes are no such font. */
export function unwrapWoff(woff: Buffer): Buffer {
  if (woff.length < headerBytes || woff.readUInt32BE(0) !== signature) throw new RangeError("the font is no WOFF");
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => readTable(woff, headerBytes + i * entryBytes));
  const directory = Buffer.alloc(12 + 16 * count);
  const power = 2 ** Math.floor(Math.log2(count));
  directory.writeUInt32BE(woff.readUInt32BE(4), 0);
  directory.writeUInt16BE(count, 4);
  directory.writeUInt16BE(16 * power, 6);
  directory.writeUInt16BE(Math.log2(power), 8);
  directory.writeUInt16BE(16 * (count - power), 10);
  let offset = directory.length;
  tables.forEach(({ tag, checksum, bytes }, i) => {
    const at = 12 + 16 * i;
    directory.writeUInt32BE(tag, at);
    directory.writeUInt32BE(checksum, at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(bytes.length, at + 12);
    offset += padded(bytes.length);
  });
  const padding = (bytes: Buffer): Buffer => Buffer.alloc(padded(bytes.length) - bytes.length);
  return Buffer.concat([directory, ...tables.flatMap(({ bytes }) => [bytes, padding(bytes)])]);
}

function readTable(woff: Buffer, at: number): { tag: number; checksum: number; bytes: Buffer } {
  const [offset, packed, length] = [woff.readUInt32BE(at + 4), woff.readUInt32BE(at + 8), woff.readUInt32BE(at + 12)];
  if (length > tableBytesMax) throw new RangeError("a table of the font is too large");
  const stored = woff.subarray(offset, offset + packed);
  // One that would not have become smaller was left as it is.
  const bytes = packed < length ? inflateSync(stored, { maxOutputLength: Math.max(1, length) }) : stored;
  if (bytes.length !== length) throw new RangeError("a table of the font is cut");
  return { tag: woff.readUInt32BE(at), checksum: woff.readUInt32BE(at + 16), bytes };
}

/** Tables begin at multiples of four bytes. */
const padded = (length: number): number => Math.ceil(length / 4) * 4;
