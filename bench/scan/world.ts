import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const worlds = join(tmpdir(), "stillwatch-bench-worlds");

/**
 * The folder of a world of the scenario `bench`, of which scale 1 is about a million exchanges; made where it is missing, and
 * only then named, so that a broken one is never taken for whole.
 */
export async function worldOf(scale: number): Promise<string> {
  const folder = join(worlds, `bench-seed-1-scale-${scale}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`Making a world at scale ${scale} in ${folder}\n`);
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(worlds, { recursive: true });
  // npm runs scripts in the package's folder.
  const command = [
    resolve("bin/stillwatch.mjs"),
    "simulate",
    "--out",
    unfinished,
    "--scenario",
    "bench",
    "--seed",
    "1",
  ];
  const child = spawn(process.execPath, [...command, "--scale", String(scale)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended: readonly unknown[] = await once(child, "exit");
  if (ended[0] !== 0) throw new Error(`no world could be made: the simulation ended with ${String(ended[0])}`);
  await rename(unfinished, folder);
  return folder;
}
