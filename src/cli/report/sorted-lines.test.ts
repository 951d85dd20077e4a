import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sortedLines } from "./sorted-lines.ts";

let scratchDir: string;
beforeAll(async () => {
  scratchDir = await mkdtemp(join(tmpdir(), "stillwatch-sort-"));
});
afterAll(() => rm(scratchDir, { recursive: true, force: true }));

test("gives every line once, by key, however few fit into memory, and leaves no file", async () => {
  const keys = fc.uniqueArray(fc.string({ unit: "binary", minLength: 1 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 200 }), async (list, bufferCharsMax) => {
      const lines = list.map((key) => ({ key, line: `{"k":${JSON.stringify(key)}}` }));
      const sorted = await Readable.from(sortedLines(lines, { scratchDir, bufferCharsMax })).toArray();
      const expected = [...lines].sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ line }) => line);
      expect(sorted).toEqual(expected);
      expect(await readdir(scratchDir)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("refuses two lines of one key", async () => {
  const lines = [1, 2].map((n) => ({ key: "a", line: String(n) }));
  await expect(Readable.from(sortedLines(lines, { scratchDir, bufferCharsMax: 1 })).toArray()).rejects.toThrow(
    'two lines for "a"',
  );
});
