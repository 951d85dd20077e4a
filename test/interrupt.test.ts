import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";

it.each(["SIGINT", "SIGTERM"] as const)("a command that is interrupted by %s ends with 130", async (signal) => {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-interrupt-"));
  const world = join(folder, "world");
  const args = [resolve("bin", "stillwatch.mjs"), "simulate", "--scenario", "bench", "--out", world];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const closed = once(child, "close");
  // The folder is the first thing that it makes, and the whole world takes it far longer than the signal takes to arrive.
  while (!existsSync(world) && child.exitCode === null) await sleep(20);
  child.kill(signal);
  expect(await closed).toEqual([130, null]);
  await rm(folder, { recursive: true, force: true });
});
