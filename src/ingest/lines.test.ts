import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryFile } from "./contract.case.ts";
import { DamagedStreamError } from "./damaged-stream-error.ts";
import { readLines } from "./lines.ts";
import type { Line } from "./lines.ts";
import type { SourceFile } from "./reader.ts";

async function linesOf(file: SourceFile, lineBytesMax?: number): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(file, lineBytesMax)) lines.push(line);
  return lines;
}

const text = (number: number, content: string): Line => ({ kind: "text", number, text: content });

describe("readLines", () => {
  it("takes LF and CRLF, a byte order mark, empty lines, and no newline at the end", async () => {
    const file = memoryFile("log", "\u{FEFF}one\r\n\n  \ntwo\n\r\nthree");
    expect(await linesOf(file)).toEqual([text(1, "one"), text(4, "two"), text(6, "three")]);
  });

  it("yields nothing from an empty file", async () => {
    expect(await linesOf(memoryFile("log", ""))).toEqual([]);
  });

  it("rejects what is not UTF-8, and goes on", async () => {
    const bytes = Buffer.concat([Buffer.from("a\n"), Buffer.from([0xc3, 0x28, 0x0a]), Buffer.from("b\n")]);
    expect(await linesOf(memoryFile("log", bytes))).toEqual([
      text(1, "a"),
      { kind: "reject", number: 2, reason: "not valid UTF-8" },
      text(3, "b"),
    ]);
  });

  it("skips a line of 100 MB without holding it, tells its length, and goes on", async () => {
    const piece = Buffer.alloc(1_000_000, 0x61);
    const file: SourceFile = {
      path: "log",
      async *open() {
        yield Buffer.from("before\n");
        for (let megabytes = 0; megabytes < 100; megabytes++) yield piece;
        yield Buffer.from("\nafter\n");
      },
    };
    const heldBefore = process.memoryUsage().arrayBuffers;
    expect(await linesOf(file)).toEqual([
      text(1, "before"),
      { kind: "reject", number: 2, reason: "line of 100000000 bytes is longer than 16 MiB" },
      text(3, "after"),
    ]);
    expect(process.memoryUsage().arrayBuffers - heldBefore).toBeLessThan(32 * 1024 * 1024);
  });

  it("takes a line of just the limit", async () => {
    expect(await linesOf(memoryFile("log", "1234\n12345\n"), 4)).toEqual([
      text(1, "1234"),
      { kind: "reject", number: 2, reason: "line of 5 bytes is longer than 4 bytes" },
    ]);
  });

  it("ends with a reject where the stream is damaged, and throws what is no damage", async () => {
    const failing = (error: Error): SourceFile => ({
      path: "log.gz",
      async *open() {
        yield Buffer.from("one\ntw");
        throw error;
      },
    });
    expect(await linesOf(failing(new DamagedStreamError("log.gz: cut")))).toEqual([
      text(1, "one"),
      { kind: "reject", number: 2, reason: "the file ends here: log.gz: cut" },
    ]);
    await expect(linesOf(failing(new Error("disk on fire")))).rejects.toThrow("disk on fire");
  });

  it("gives the same lines however the bytes are cut", async () => {
    const contents = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 1, max: 9 }), async (lines, pieceBytes) => {
        const joined = lines.join("\n");
        const pieces = await linesOf(memoryFile("log", joined, pieceBytes));
        expect(pieces).toEqual(await linesOf(memoryFile("log", joined)));
      }),
    );
  });
});
