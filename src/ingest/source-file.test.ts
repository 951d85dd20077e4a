import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { UserError } from "../kit/user-error.ts";
import { DamagedStreamError } from "./damaged-stream-error.ts";
import { openSourceFile, readHead } from "./source-file.ts";

const folder = mkdtempSync(join(tmpdir(), "stillwatch-source-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lines that compress, but not to nothing. */
const content = Buffer.from(
  Array.from({ length: 20_000 }, (_, line) => `{"line":${line},"salt":"${randomBytes(6).toString("hex")}"}\n`).join(""),
);
const gzipped = gzipSync(content);

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** What a file gives, and the error that it ends with. */
async function readAll(path: string): Promise<{ readonly bytes: Buffer; readonly error: unknown }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of openSourceFile(path).open()) pieces.push(Buffer.from(piece));
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
  return { bytes: Buffer.concat(pieces), error: null };
}

/** A Zstandard frame of raw blocks (RFC 8878 section 3.1.1), for no compressor is at hand on Node 20. */
function zstdOf(bytes: Uint8Array): Buffer {
  const blockBytesMax = 100_000;
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += blockBytesMax) {
    const block = bytes.subarray(at, at + blockBytesMax);
    const isLast = at + blockBytesMax >= bytes.length;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3);
    blocks.push(header, block);
  }
  const windowOf1MiB = 0x50;
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, windowOf1MiB]), ...blocks]);
}

describe("openSourceFile", () => {
  it.each([
    ["plain", content],
    ["gzip", gzipped],
    ["gzip of several members", Buffer.concat([gzipSync(content.subarray(0, 5000)), gzipSync(content.subarray(5000))])],
    ["zstd", zstdOf(content)],
    ["zstd of several frames", Buffer.concat([zstdOf(content.subarray(0, 9000)), zstdOf(content.subarray(9000))])],
  ])("undoes %s, whatever the file is called, as often as asked", async (name, bytes) => {
    const path = fileOf(`${name}.log`, bytes);
    for (let times = 0; times < 2; times++) {
      const read = await readAll(path);
      expect(read.error).toBeNull();
      expect(read.bytes.equals(content)).toBe(true);
    }
  });

  it("gives an empty file as empty, and one shorter than any magic bytes as it is", async () => {
    expect(await readAll(fileOf("empty", Buffer.alloc(0)))).toEqual({ bytes: Buffer.alloc(0), error: null });
    expect(await readAll(fileOf("short", Buffer.from("{}")))).toEqual({ bytes: Buffer.from("{}"), error: null });
  });

  it.each([
    ["gzip", gzipped],
    ["zstd", zstdOf(content)],
  ])("gives every byte before the place where %s is cut, then names the file", async (kind, bytes) => {
    for (const share of [0.3, 0.9]) {
      const path = fileOf(`cut-${share}.${kind}`, bytes.subarray(0, Math.floor(bytes.length * share)));
      const { bytes: read, error } = await readAll(path);
      expect(error).toBeInstanceOf(DamagedStreamError);
      expect(String(error)).toContain(path);
      expect(read.equals(content.subarray(0, read.length))).toBe(true);
      expect(read.length).toBeGreaterThan(content.length * share * 0.8);
    }
  });

  it("says so where gzip is damaged in the middle", async () => {
    const damaged = Buffer.from(gzipped);
    const middle = Math.floor(damaged.length / 2);
    damaged.fill(0xff, middle, middle + 2000);
    const { bytes, error } = await readAll(fileOf("damaged.gz", damaged));
    expect(error).toBeInstanceOf(DamagedStreamError);
    expect(bytes.length).toBeGreaterThan(content.length / 4);
  });

  it.each([
    ["a short file", content.subarray(0, 2_000)],
    ["a long one", content],
  ])("gives all of %s that something else stands behind, and names the file", async (_what, whole) => {
    for (const behind of ["garbage\n", "x".repeat(40_000)]) {
      const path = fileOf("behind.gz", Buffer.concat([gzipSync(whole), Buffer.from(behind)]));
      const { bytes, error } = await readAll(path);
      expect(error).toBeInstanceOf(DamagedStreamError);
      expect(bytes.equals(whole)).toBe(true);
    }
  });

  it("gives all that stands before a broken check sum", async () => {
    const broken = Buffer.from(gzipped);
    broken.fill(0, broken.length - 8, broken.length - 4);
    const { bytes, error } = await readAll(fileOf("sum.gz", broken));
    expect(error).toBeInstanceOf(DamagedStreamError);
    expect(bytes.equals(content)).toBe(true);
  });

  it("tells a person what to do where there is no file", async () => {
    const { error } = await readAll(join(folder, "none"));
    expect(error).toBeInstanceOf(UserError);
    expect(error).not.toBeInstanceOf(DamagedStreamError);
  });
});

describe("readHead", () => {
  it("reads 64 KiB and the values of whole lines", async () => {
    const head = await readHead(openSourceFile(fileOf("head.gz", gzipped)));
    expect(head.text.length).toBe(64 * 1024);
    expect(head.values[0]).toMatchObject({ line: 0 });
    expect(head.values.length).toBe(64);
  });

  it("reads the head of a file that is cut", async () => {
    const head = await readHead(openSourceFile(fileOf("cut.gz", gzipped.subarray(0, 2000))));
    expect(head.values.length).toBeGreaterThan(0);
  });

  it("reads a first record that is longer than the head", async () => {
    const long = JSON.stringify({ messages: "x".repeat(300_000), model_parameters: {} });
    const head = await readHead(openSourceFile(fileOf("long.jsonl", Buffer.from(`${long}\n{}\n`))));
    expect(head.text.length).toBe(64 * 1024);
    expect(head.values[0]).toHaveProperty("model_parameters");
  });

  it("gives one document, or the elements of an array", async () => {
    const document = await readHead(openSourceFile(fileOf("document.json", Buffer.from('{\n  "a": [1,\n 2]\n}\n'))));
    expect(document.values).toEqual([{ a: [1, 2] }]);
    const array = await readHead(openSourceFile(fileOf("array.json", Buffer.from('[\n{"a":1},\n{"a":2}\n]'))));
    expect(array.values).toEqual([{ a: 1 }, { a: 2 }]);
  });
});
