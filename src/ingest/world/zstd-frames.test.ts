import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isWholeZstandard } from "./zstd-frames.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function isWhole(bytes: Uint8Array): Promise<boolean> {
  const path = join(folder, "file.zst");
  await writeFile(path, bytes);
  return isWholeZstandard(path);
}

/** A frame of stored blocks (RFC 8878, section 3.1.1), with every kind of header. */
const frame = fc
  .record({
    blocks: fc.array(fc.record({ repeated: fc.boolean(), bytes: fc.integer({ min: 0, max: 100_000 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    isSingleSegment: fc.boolean(),
    hasChecksum: fc.boolean(),
    dictionary: fc.integer({ min: 0, max: 3 }),
    contentSize: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ blocks, isSingleSegment, hasChecksum, dictionary, contentSize }) => {
    const descriptor = (contentSize << 6) | (isSingleSegment ? 32 : 0) | (hasChecksum ? 4 : 0) | dictionary;
    const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][contentSize] ?? 0;
    const headerBytes = (isSingleSegment ? 0 : 1) + ([0, 1, 2, 4][dictionary] ?? 0) + sizeBytes;
    const body = blocks.map(({ repeated, bytes }, index) => {
      const header = Buffer.alloc(3);
      header.writeUIntLE((bytes << 3) | (repeated ? 2 : 0) | (index === blocks.length - 1 ? 1 : 0), 0, 3);
      return Buffer.concat([header, Buffer.alloc(repeated ? 1 : bytes)]);
    });
    const start = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, descriptor]);
    return Buffer.concat([start, Buffer.alloc(headerBytes), ...body, Buffer.alloc(hasChecksum ? 4 : 0)]);
  });

const skippable = fc.nat({ max: 200 }).map((bytes) => {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a51, 0);
  header.writeUInt32LE(bytes, 4);
  return Buffer.concat([header, Buffer.alloc(bytes)]);
});

test("a file of frames is whole, and any cut of its last frame isn't", async () => {
  const frames = fc.array(fc.oneof(frame, skippable), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(frames, fc.double({ min: 0, max: 0.999, noNaN: true }), async (list, part) => {
      expect(await isWhole(Buffer.concat(list))).toBe(true);
      const last = list.at(-1) ?? Buffer.alloc(0);
      const kept = Math.max(1, Math.floor(last.length * part));
      expect(await isWhole(Buffer.concat([...list.slice(0, -1), last.subarray(0, kept)]))).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test("what isn't a frame isn't whole", async () => {
  expect(await isWhole(Buffer.from("hello there"))).toBe(false);
});
