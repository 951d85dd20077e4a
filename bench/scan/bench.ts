// Measures `stillwatch scan` end to end: exchanges a second, peak memory, how many times longer than merely counting the same
// lines in the engine, and how the time grows with the size. Worlds are simulated once and kept in the temporary folder.
//
//   npm run bench:scan              0.25, 1 and 4 million exchanges
//   npm run bench:scan -- --quick   0.25 million

import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { worldOf } from "./world.ts";
import { number } from "../format.ts";

// Limits and targets.
/** Of the scenario `bench`: scale 1 is about a million exchanges. */
const scales = process.argv.includes("--quick") ? [0.25] : [0.25, 1, 4];
const exchangesPerSecondMin = 60_000;
const rssGiBMax = 4;
const growthExponentMax = 1.1;
/** How often the peak of a child's memory is looked at. */
const rssEveryMs = 50;

// npm runs scripts in the package's folder.
const command = resolve("bin/stillwatch.mjs");
const counter = fileURLToPath(new URL("count.js", import.meta.url));

interface Measured {
  readonly seconds: number;
  /** Peak of resident memory; `null` where there is no /proc. */
  readonly peakGiB: number | null;
}

interface Run extends Measured {
  readonly exchanges: number;
  readonly countSeconds: number;
}

const countSchema = z.object({ exchanges: z.int(), seconds: z.number() });

/** Runs node with arguments, and fails where it fails. */
function measure(args: readonly string[]): Promise<Measured> {
  return new Promise((done, fail) => {
    const start = performance.now();
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    let peakGiB: number | null = null;
    const timer = setInterval(() => {
      peakGiB = peakOf(child.pid) ?? peakGiB;
    }, rssEveryMs);
    child.on("error", fail);
    child.on("exit", (code) => {
      clearInterval(timer);
      if (code === 0) done({ seconds: (performance.now() - start) / 1000, peakGiB });
      else fail(new Error(`node ${args.join(" ")} ended with ${code ?? "a signal"}`));
    });
  });
}

/** The kernel keeps the peak itself (VmHWM, KiB), so that no spike between two looks is missed. */
function peakOf(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return peak === null ? null : Number(peak[1]) / 2 ** 20;
  } catch {
    return null;
  }
}

async function count(world: string): Promise<z.infer<typeof countSchema>> {
  const { stdout } = await promisify(execFile)(process.execPath, [counter, world]);
  return countSchema.parse(JSON.parse(stdout));
}

/** The slope of log time over log size, by least squares: 1 is linear. */
function growthExponent(of: readonly Run[]): number {
  const points = of.map(({ exchanges, seconds }) => ({ x: Math.log(exchanges), y: Math.log(seconds) }));
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}

const row = (cells: readonly string[]): string =>
  `${cells.map((cell, index) => (index === 0 ? cell.padEnd(12) : cell.padStart(14))).join("")}\n`;

const out = await mkdtemp(join(tmpdir(), "stillwatch-bench-out-"));
const runs: Run[] = [];
try {
  for (const scale of scales) {
    const world = await worldOf(scale);
    const counted = await count(world);
    const scanned = await measure([command, "scan", world, "--out", join(out, String(scale)), "--json"]);
    runs.push({ ...scanned, exchanges: counted.exchanges, countSeconds: counted.seconds });
  }
} finally {
  await rm(out, { recursive: true, force: true });
}

process.stdout.write(`\nnode ${process.version}, ${availableParallelism()} cores, on the embedded engine\n\n`);
process.stdout.write(row(["exchanges", "seconds", "exchanges/s", "peak GiB", "to count, s", "times longer"]));
for (const run of runs) {
  process.stdout.write(
    row([
      number(run.exchanges),
      number(run.seconds, 1),
      number(run.exchanges / run.seconds),
      run.peakGiB === null ? "unknown" : number(run.peakGiB, 2),
      number(run.countSeconds, 2),
      number(run.seconds / run.countSeconds, 1),
    ]),
  );
}
process.stdout.write(
  `\nTarget: ${number(exchangesPerSecondMin)} exchanges/s or more on two cores, ${rssGiBMax} GiB or less`,
);
process.stdout.write(`, growth exponent ${growthExponentMax} or less`);
process.stdout.write(runs.length < 2 ? ".\n" : `; it is ${growthExponent(runs).toFixed(2)}.\n`);
