import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../../kit/user-error.ts";
import { lockDirectory } from "./directory-lock.ts";

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-lock-"));
  lock = join(folder, "stillwatch.pid");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("gives a folder to one at a time, and free again", async () => {
  const release = await lockDirectory(folder);
  expect(await readFile(lock, "utf8")).toBe(`${process.pid}\n`);
  await expect(lockDirectory(folder)).rejects.toThrow(`is in use by process ${process.pid}`);
  await release();
  await release();
  expect(await readdir(folder)).toEqual([]);
  await (
    await lockDirectory(folder)
  )();
});

test("gives it to one of many who ask at once", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => lockDirectory(folder)));
  const held = outcomes.filter((outcome) => outcome.status === "fulfilled");
  expect(held).toHaveLength(1);
  await held[0]?.value();
});

test("leaves the lock of a process that lives", async () => {
  // The one that started this one.
  await writeFile(lock, `${process.ppid}\n`);
  await expect(lockDirectory(folder)).rejects.toThrow(UserError);
  expect(await readFile(lock, "utf8")).toBe(`${process.ppid}\n`);
  expect(await readdir(folder)).toEqual(["stillwatch.pid"]);
});

test.each([
  ["no process has this number", String(2 ** 31 - 1)],
  ["it is our own, from an earlier life", String(process.pid)],
  ["it is empty", ""],
  ["it is no number", "-42"],
])("takes over a lock that a dead process left: %s", async (_why, content) => {
  await writeFile(lock, content);
  const release = await lockDirectory(folder);
  expect(await readFile(lock, "utf8")).toBe(`${process.pid}\n`);
  await release();
});
