import { appendFile, mkdtemp, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { SpoolFullError, openSpool } from "./spool.ts";
import type { Spool, SpoolBatch } from "./spool.ts";

let folder = "";
let spool: Spool | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-spool-"));
});
afterEach(async () => {
  await spool?.close();
  spool = undefined;
  await rm(folder, { recursive: true, force: true });
});

const open = async (backlogBytesMax?: number): Promise<Spool> => (spool = await openSpool(folder, backlogBytesMax));
const reopen = async (backlogBytesMax?: number): Promise<Spool> => {
  await spool?.close();
  return open(backlogBytesMax);
};
const record = (text: string): Buffer => Buffer.from(text);
const textsOf = (batch: SpoolBatch | null): string[] =>
  (batch?.records ?? []).map((bytes) => Buffer.from(bytes).toString("utf8"));
const segments = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith(".segment"));

/** Everything that is there to be read, by and by. */
async function drain(from: Spool, count: number, bytesMax = 2 ** 20): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) texts.push(...textsOf(await from.read(bytesMax)));
  return texts;
}

describe("the spool", () => {
  it("gives records back in order, across segments and across a restart, until they are committed", async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `record ${index} ${"x".repeat(100)}`);
    await open(40_000);
    for (const text of texts) await spool?.append([record(text)]);
    expect((await segments()).length).toBeGreaterThan(1);
    expect(await drain(await reopen(), texts.length)).toEqual(texts);

    const again = await reopen(40_000);
    const first = await again.read(600);
    expect(textsOf(first)).toEqual(texts.slice(0, textsOf(first).length));
    expect(first?.records.length).toBeGreaterThan(0);
    await again.commit(first?.end ?? { segment: 0, offset: 0 }, 7);
    const after = await reopen();
    expect(after.committed).toMatchObject({ ...first?.end, mark: 7 });
    const rest = texts.slice(textsOf(first).length);
    expect(await drain(after, rest.length)).toEqual(rest);
  });

  it("shares one sync among appends that wait, and keeps each of them", async () => {
    const opened = await open();
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => opened.append([record(`${index}`), record(`${index}b`)])),
    );
    const texts = await drain(opened, 1000);
    expect(texts).toEqual(Array.from({ length: 500 }, (_, index) => [`${index}`, `${index}b`]).flat());
  });

  it("gives a record that is longer than what was asked for", async () => {
    const opened = await open();
    await opened.append([record("y".repeat(5000))]);
    expect(textsOf(await opened.read(64))).toEqual(["y".repeat(5000)]);
  });

  it("removes the segments that were consumed", async () => {
    const opened = await open(32_000);
    for (let index = 0; index < 20; index++) await opened.append([record("z".repeat(1000))]);
    const before = (await segments()).length;
    let end = { segment: 0, offset: 0 };
    for (let read = 0; read < 20;) {
      const batch = await opened.read(2000);
      read += batch?.records.length ?? 0;
      end = batch?.end ?? end;
    }
    await opened.commit(end, 0);
    expect(before).toBeGreaterThan(5);
    expect(await segments()).toHaveLength(1);
    expect(opened.status().backlogBytes).toBe(0);
  });

  it("refuses what does not fit, and takes it once there is room", async () => {
    const opened = await open(1000);
    await opened.append([record("a".repeat(600))]);
    await expect(opened.append([record("b".repeat(600))])).rejects.toThrow(SpoolFullError);
    expect(opened.status()).toMatchObject({ state: "full", backlogBytes: 608 });
    const batch = await opened.read(1000);
    await opened.commit(batch?.end ?? { segment: 0, offset: 0 }, 0);
    await opened.append([record("b".repeat(600))]);
    expect(opened.status()).toMatchObject({ state: "ok", backlogBytes: 608 });
    expect(textsOf(await opened.read(1000))).toEqual(["b".repeat(600)]);
  });

  it("ends a read that waits when it is closed", async () => {
    const opened = await open();
    const reading = opened.read(100);
    await opened.close();
    expect(await reading).toBeNull();
    await expect(opened.append([record("late")])).rejects.toThrow("closed");
    spool = undefined;
  });

  it("says where a folder can't be used", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(openSpool(join(folder, "file"))).rejects.toThrow(UserError);
  });
});

describe("a spool after a crash", () => {
  it("loses nothing that was acknowledged and makes nothing up, whatever the crash left behind the last record", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 10 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 3 }),
        async (acknowledged, torn, later) => {
          const own = await mkdtemp(join(folder, "crash-"));
          const before = await openSpool(own);
          for (const bytes of acknowledged) await before.append([bytes]);
          await before.close();
          const segment = (await readdir(own)).find((name) => name.endsWith(".segment")) ?? "";
          // A header of a length that never came, or anything else.
          await appendFile(join(own, segment), torn);
          const after = await openSpool(own);
          expect(after.status().cutBytes).toBe(torn.length);
          for (const bytes of later) await after.append([bytes]);
          const seen: number[][] = [];
          while (seen.length < acknowledged.length + later.length)
            seen.push(...((await after.read(1000))?.records ?? []).map((bytes) => [...bytes]));
          expect(seen).toEqual([...acknowledged, ...later].map((bytes) => [...bytes]));
          await after.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  it("forgets at most the append that was under way when the file was cut anywhere", async () => {
    const texts = ["one", "two", "three"];
    await open();
    for (const text of texts) await spool?.append([record(text)]);
    await spool?.close();
    const [name = ""] = await segments();
    const whole = await readFile(join(folder, name));
    for (let length = whole.length; length >= 0; length--) {
      await truncate(join(folder, name), length);
      const opened = await openSpool(folder);
      await opened.append([record("after")]);
      const seen: string[] = [];
      while (seen.at(-1) !== "after") seen.push(...textsOf(await opened.read(1000)));
      expect(texts.join("")).toContain(seen.slice(0, -1).join(""));
      expect(seen.slice(0, -1)).toEqual(texts.slice(0, seen.length - 1));
      await opened.close();
      // What this round appended must not count in the next.
      for (const other of await segments()) if (other !== name) await rm(join(folder, other));
    }
    spool = undefined;
  });

  it("reads on behind a segment that the disk has damaged, and says how much is lost", async () => {
    await open(4000);
    for (let index = 0; index < 6; index++) await spool?.append([record(`${index}`.repeat(300))]);
    await spool?.close();
    const [first = ""] = await segments();
    const bytes = await readFile(join(folder, first));
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await writeFile(join(folder, first), bytes);
    const opened = await open();
    expect(await drain(opened, 5)).toEqual([1, 2, 3, 4, 5].map((index) => `${index}`.repeat(300)));
    expect(opened.status().damagedBytes).toBe(308);
  });

  it("keeps its position when the write of the next one was torn", async () => {
    const opened = await open();
    for (const text of ["a", "b", "c"]) {
      await opened.append([record(text)]);
      const batch = await opened.read(100);
      await opened.commit(batch?.end ?? { segment: 0, offset: 0 }, 1);
    }
    await opened.close();
    const path = join(folder, "position");
    const bytes = await readFile(path);
    // The third went to the second slot.
    await writeFile(path, Buffer.concat([bytes.subarray(0, 512), Buffer.alloc(512, 0xee)]));
    expect(await drain(await open(), 1)).toEqual(["c"]);
    await spool?.close();
    spool = undefined;
    await writeFile(path, Buffer.alloc(1024, 0xee));
    await expect(openSpool(folder)).rejects.toThrow(UserError);
  });
});
