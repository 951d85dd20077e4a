import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeFolder } from "./make-folder.ts";
import { UserError } from "./user-error.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-make-folder-"));
  await writeFile(join(folder, "file"), "");
  await mkdir(join(folder, "there"));
  await symlink("there", join(folder, "link"));
  await symlink("nowhere", join(folder, "dangling"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(["there", "there/a/b", "link", "link/c"])("makes %s where it is missing", async (name) => {
  await makeFolder(join(folder, name));
  expect((await stat(join(folder, name))).isDirectory()).toBe(true);
});

it.each(["file", "file/below", "dangling", "dangling/below", "x".repeat(300)])(
  "says why %s can't be made",
  async (name) => {
    await expect(makeFolder(join(folder, name))).rejects.toThrow(UserError);
  },
);

it.skipIf(process.platform !== "linux")("ends where a folder takes no other", async () => {
  await expect(makeFolder("/proc/stillwatch/report")).rejects.toThrow("a folder can't be made there");
});
