// Measures the intake: exchanges a second that come in over HTTP (`POST /v1/exchanges`), from the first request until the engine
// has the last of them, alone and with detection that makes every look of its schedule; and how much longer that takes than
// reading the same lines from a file in the same run. A look costs something whatever it looks at, and two weeks of looks cost that
// as often over a small world as over a large one: what detection takes an exchange here is more than it would at a provider.
//
//   npm run bench:intake              a million exchanges
//   npm run bench:intake -- --quick   0.25 million

import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { worldOf } from "../scan/world.ts";

// Limits and targets.
const scale = process.argv.includes("--quick") ? 0.25 : 1;
const exchangesPerSecondMin = 20_000;
const linesPerRequest = 500;
/** Requests that are under way at once, as from so many gateways. */
const senders = 8;
const statusEveryMs = 200;

const token = "of-the-benchmark";
const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const readSchema = z.object({ exchanges: z.int(), seconds: z.number(), cpuSeconds: z.number() });
const statusSchema = z.object({
  isLooking: z.boolean(),
  steps: z.int(),
  campaigns: z.int(),
  exchanges: z.int(),
  rejected: z.int(),
  repeated: z.int(),
  cpuSeconds: z.number(),
});

async function* bodiesOf(world: string): AsyncGenerator<string> {
  let lines: string[] = [];
  for (const name of (await readdir(world)).filter((file) => file.startsWith("exchanges-")).toSorted()) {
    for await (const line of createInterface(createReadStream(join(world, name)))) {
      lines.push(line);
      if (lines.length < linesPerRequest) continue;
      yield lines.join("\n");
      lines = [];
    }
  }
  if (lines.length > 0) yield lines.join("\n");
}

interface Sent {
  readonly requests: number;
  readonly refused: number;
  /** Of a request, from its first byte to the answer that it is on disk. */
  readonly answerMs: readonly number[];
}

/** Sends everything as fast as it is answered; what is refused for want of room is sent again. */
async function send(world: string, url: string): Promise<Sent> {
  const bodies = bodiesOf(world);
  const answerMs: number[] = [];
  let refused = 0;
  const sender = async (): Promise<void> => {
    for (let next = await bodies.next(); next.done !== true; next = await bodies.next()) {
      for (;;) {
        const startMs = performance.now();
        const answer = await fetch(`${url}/v1/exchanges?format=world`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}` },
          body: next.value,
        });
        await answer.arrayBuffer();
        answerMs.push(performance.now() - startMs);
        if (answer.status === 202) break;
        if (answer.status !== 429) throw new Error(`the door answered ${answer.status}`);
        refused += 1;
        await sleep(1000 * Number(answer.headers.get("retry-after") ?? 1));
      }
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return { requests: answerMs.length, refused, answerMs: answerMs.toSorted((a, b) => a - b) };
}

interface Streamed extends Sent {
  readonly sentSeconds: number;
  readonly seconds: number;
  readonly status: z.infer<typeof statusSchema>;
}

/** Sends a world of so many exchanges, and waits until all are in and, where there is detection, were looked at. */
async function stream(world: string, count: number, detects: boolean): Promise<Streamed> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-bench-intake-"));
  const digest = createHash("sha256").update(token).digest("hex");
  const child = spawn(process.execPath, [program("serve.js"), folder, digest, detects ? "detection" : "alone"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const lines: readonly unknown[] = await once(createInterface(child.stdout), "line");
    const { port } = z.object({ port: z.int() }).parse(JSON.parse(String(lines[0])));
    const url = `http://127.0.0.1:${port}`;
    const startMs = performance.now();
    const sent = await send(world, url);
    const sentSeconds = (performance.now() - startMs) / 1000;
    for (;;) {
      const status = statusSchema.parse(await (await fetch(`${url}/status`)).json());
      const seconds = (performance.now() - startMs) / 1000;
      const arrived = status.exchanges + status.rejected + status.repeated;
      if (arrived >= count && !status.isLooking) return { ...sent, sentSeconds, seconds, status };
      await sleep(statusEveryMs);
    }
  } finally {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The server steps once a minute, whatever has come in. */
function stepsOf({ steps, cpuSeconds }: z.infer<typeof statusSchema>): string {
  const each = (cpuSeconds - cpuSecondsAlone) / steps;
  return `; ${number(steps)} steps, looks included, took ${number(each, 2)} s each: once a minute, ${number(each / 0.6)} % of a core`;
}

const world = await worldOf(scale);
const { stdout } = await promisify(execFile)(process.execPath, [program("read.js"), world]);
const read = readSchema.parse(JSON.parse(stdout));
const readCpuMicros = read.cpuSeconds / read.exchanges / 1e-6;
const cores = availableParallelism();
process.stdout.write(`
node ${process.version}, ${cores} cores, on the embedded engine; the sender runs on the same cores

read from files   ${number(read.exchanges)} exchanges in ${number(read.seconds, 1)} s: ${number(read.exchanges / read.seconds)}/s; \
${number(readCpuMicros, 1)} µs of CPU an exchange
`);
let cpuSecondsAlone = 0;
for (const detects of [false, true]) {
  const { status, seconds, sentSeconds, answerMs, refused } = await stream(world, read.exchanges, detects);
  const { exchanges, rejected, repeated, campaigns } = status;
  /** What the cores could do if nobody else used them: a busy machine distorts seconds, and this less. */
  const cpuMicros = status.cpuSeconds / exchanges / 1e-6;
  const percentile = (share: number): number =>
    answerMs[Math.min(answerMs.length - 1, Math.floor(share * answerMs.length))] ?? 0;
  process.stdout.write(`
over HTTP, ${detects ? `with detection: ${number(campaigns)} campaigns` : "without detection"}
                  ${number(exchanges)} exchanges in ${number(seconds, 1)} s: ${number(exchanges / seconds)}/s, \
${number(seconds / read.seconds, 2)} times as long as from files
                  ${number(cpuMicros, 1)} µs of CPU an exchange${detects ? stepsOf(status) : `: room for ${number((cores * 1e6) / cpuMicros)}/s on ${cores} cores`}
                  acknowledged after ${number(sentSeconds, 1)} s; an answer at p50 ${number(percentile(0.5))} ms, \
p99 ${number(percentile(0.99))} ms, for ${linesPerRequest} lines
                  ${number(rejected)} rejected, ${number(repeated)} repeated, ${number(refused)} requests refused for want of room
`);
  if (!detects) cpuSecondsAlone = status.cpuSeconds;
}
process.stdout.write(`\nTarget: ${number(exchangesPerSecondMin)} exchanges/s or more on two cores, with detection.\n`);
