import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listLogFiles, listWorld } from "./log-files.ts";

let folder = "";
const logs = (): string => join(folder, "logs");
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-log-files-"));
  await mkdir(join(folder, "logs", "day"), { recursive: true });
  await mkdir(join(folder, "other"));
  for (const name of ["logs/day/a.jsonl", "logs/.hidden", "other/b.jsonl"]) await writeFile(join(folder, name), "{}");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("follows links to files and folders, and no folder in a circle", async () => {
  await symlink("../other", join(logs(), "linked"));
  await symlink("day/a.jsonl", join(logs(), "c.jsonl"));
  await symlink("..", join(logs(), "day", "up"));
  const { files } = await listLogFiles(logs());
  expect(files.map((file) => relative(logs(), file.path))).toEqual(["c.jsonl", "day/a.jsonl", "linked/b.jsonl"]);
});

it("leaves a folder out that is not part of the log", async () => {
  const { files } = await listLogFiles(folder, join(folder, "other"));
  expect(files.map((file) => relative(folder, file.path))).toContain("logs/day/a.jsonl");
  expect(files.map((file) => relative(folder, file.path))).not.toContain("other/b.jsonl");
});

it.skipIf(process.platform === "win32")("says that a socket is no file, and passes one in a folder by", async () => {
  const path = join(folder, "other", "socket");
  const server = createServer().listen(path);
  await once(server, "listening");
  await expect(listLogFiles(path)).rejects.toThrow("is neither a file nor a folder");
  expect((await listLogFiles(join(folder, "other"))).files).toHaveLength(1);
  server.close();
});

it("names what can't be read beside what can, and stops where nothing can", async () => {
  const broken = join(folder, "broken");
  await mkdir(broken);
  await symlink("nothing", join(broken, "a.jsonl"));
  await expect(listLogFiles(broken)).rejects.toThrow("there is no such file or folder");
  await symlink("itself", join(broken, "itself"));
  await writeFile(join(broken, "exchanges-0.jsonl"), "{}");
  const { files, unreadable } = await listLogFiles(broken);
  expect(files).toHaveLength(1);
  expect(new Map(unreadable.map(({ path, why }) => [relative(broken, path), why]))).toEqual(
    new Map([
      ["a.jsonl", "there is no such file or folder"],
      ["itself", "it is a link to itself"],
    ]),
  );
  await symlink("nothing", join(broken, "models.ndjson"));
  await symlink("nothing", join(broken, "exchanges-1.jsonl"));
  const world = await listWorld(broken);
  expect(world).toMatchObject({ exchanges: [{ bytes: 2 }], models: [] });
  expect(world?.unreadable).toHaveLength(2);
});

it.skipIf(process.platform === "win32")("does not wait for what comes through a pipe", async () => {
  const world = join(folder, "piped");
  await mkdir(world);
  await writeFile(join(world, "exchanges-0.jsonl"), "{}");
  await promisify(execFile)("mkfifo", [join(world, "exchanges-1.jsonl")]);
  expect(await listWorld(world)).toMatchObject({
    exchanges: [{ bytes: 2 }],
    unreadable: [{ why: "it is neither a file nor a folder" }],
  });
});
