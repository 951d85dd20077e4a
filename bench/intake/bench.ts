// Measures the intake: exchanges a second that come in over HTTP (`POST /v1/exchanges`), from the first request until the engine
// has the last of them; how much longer that takes than reading the same lines from a file in the same run; and how many a second
// the cores have room for besides the steps of the watch, which `serve` makes once a minute, and its looks, each through as much as
// a look goes through at most. What counts is the time of the processor: on a busy machine seconds tell nothing.
//
//   npm run bench:intake              a million exchanges
//   npm run bench:intake -- --quick   0.25 million

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { lookExchangesMax, memoryMs, windowsDue } from "../../src/detect/watch/schedule.ts";
import { number } from "../format.ts";
import { quantile } from "../gateway/quantile.ts";
import { worldOf } from "../scan/world.ts";
import { bodiesOf, createSender, linesPerRequest, tokenDigest } from "./sender.ts";
import type { Sender } from "./sender.ts";

// Limits and targets.
const scale = process.argv.includes("--quick") ? 0.25 : 1;
const exchangesPerSecondMin = 20_000;
/** Requests that are under way at once, as from so many gateways. */
const requestsMax = 8;
const statusEveryMs = 200;
/** An exchange is new to two steps, and passed over by those of the ten minutes in which others may still come late. */
const stepsPerExchange = 2;
const passesPerExchange = 9;
const hourMs = 3_600_000;
const looks = Array.from({ length: memoryMs / hourMs }, (_, hour) =>
  windowsDue(hour * hourMs, (hour + 1) * hourMs),
).flat();
/** To each look one that confirms what it found, though most find nothing new. */
const looksPerSecond = (2 * looks.length) / (memoryMs / 1000);

const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const readSchema = z.object({
  exchanges: z.int(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  detection: z.object({
    exchanges: z.int(),
    campaigns: z.int(),
    stepCpuSeconds: z.number(),
    passCpuSeconds: z.number(),
    lookCpuSeconds: z.number(),
  }),
});
const statusSchema = z.object({
  exchanges: z.int(),
  rejected: z.int(),
  repeated: z.int(),
  cpuSeconds: z.number(),
});

/** Sends everything as fast as it is answered. */
async function sendAll(world: string, sender: Sender): Promise<void> {
  const bodies = bodiesOf(world);
  const sendOn = async (): Promise<void> => {
    for (let next = await bodies.next(); next.done !== true; next = await bodies.next()) await sender.send(next.value);
  };
  await Promise.all(Array.from({ length: requestsMax }, sendOn));
}

interface Streamed {
  readonly refused: number;
  /** Of a request, from its first byte to the answer that it is on disk, in order. */
  readonly answerMs: readonly number[];
  readonly sentSeconds: number;
  readonly seconds: number;
  readonly status: z.infer<typeof statusSchema>;
}

/** Sends a world of so many exchanges, and waits until all are in. */
async function stream(world: string, count: number): Promise<Streamed> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-bench-intake-"));
  const child = spawn(process.execPath, [program("serve.js"), folder, tokenDigest], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const lines: readonly unknown[] = await once(createInterface(child.stdout), "line");
    const { port } = z.object({ port: z.int() }).parse(JSON.parse(String(lines[0])));
    const url = `http://127.0.0.1:${port}`;
    const startMs = performance.now();
    const sender = createSender(url);
    await sendAll(world, sender);
    const sentSeconds = (performance.now() - startMs) / 1000;
    for (;;) {
      const status = statusSchema.parse(await (await fetch(`${url}/status`)).json());
      const seconds = (performance.now() - startMs) / 1000;
      const arrived = status.exchanges + status.rejected + status.repeated;
      if (arrived >= count)
        return { refused: sender.counts().refused, answerMs: sender.takeAnswerMs(), sentSeconds, seconds, status };
      await sleep(statusEveryMs);
    }
  } finally {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
}

const world = await worldOf(scale);
const { stdout } = await promisify(execFile)(process.execPath, [program("read.js"), world]);
const read = readSchema.parse(JSON.parse(stdout));
const { detection } = read;
const { status, seconds, sentSeconds, answerMs, refused } = await stream(world, read.exchanges);
const { exchanges, rejected, repeated } = status;

const cores = availableParallelism();
const micros = (cpuSeconds: number, of: number): number => cpuSeconds / of / 1e-6;
const room = (cpuMicros: number, besides = 0): string =>
  `room for ${number(((cores - besides) * 1e6) / cpuMicros)}/s on ${cores} cores`;
const intakeMicros = micros(status.cpuSeconds, exchanges);
const stepMicros = micros(detection.stepCpuSeconds, detection.exchanges);
const passMicros = micros(detection.passCpuSeconds, detection.exchanges);
const watchedMicros = intakeMicros + stepsPerExchange * stepMicros + passesPerExchange * passMicros;
const lookMicros = micros(detection.lookCpuSeconds, detection.exchanges);
const looksCores = looksPerSecond * lookExchangesMax * lookMicros * 1e-6;
process.stdout.write(`
node ${process.version}, ${cores} cores, on the embedded engine; the sender runs on the same cores

read from files   ${number(read.exchanges)} exchanges in ${number(read.seconds, 1)} s: ${number(read.exchanges / read.seconds)}/s
                  ${number(micros(read.cpuSeconds, read.exchanges), 1)} µs of CPU an exchange

over HTTP         ${number(exchanges)} exchanges in ${number(seconds, 1)} s: ${number(exchanges / seconds)}/s, \
${number(seconds / read.seconds, 2)} times as long as from files
                  ${number(intakeMicros, 1)} µs of CPU an exchange: ${room(intakeMicros)}
                  acknowledged after ${number(sentSeconds, 1)} s; an answer at p50 ${number(quantile(answerMs, 0.5))} ms, \
p99 ${number(quantile(answerMs, 0.99))} ms, for ${linesPerRequest} lines
                  ${number(rejected)} rejected, ${number(repeated)} repeated, ${number(refused)} requests refused for want of room

detection         ${number(detection.campaigns)} campaigns live
                  a step: ${number(stepMicros, 1)} µs of CPU for each new exchange, in ${stepsPerExchange} steps each; \
${number(passMicros, 1)} for one that it has seen, in ${passesPerExchange}
                  with a step a minute: ${room(watchedMicros)}
                  a look through ${number(detection.exchanges)} exchanges: ${number(detection.lookCpuSeconds, 1)} s of CPU, \
${number(lookMicros, 1)} µs an exchange
                  with its looks, through ${number(lookExchangesMax)} exchanges at most: ${number(looksCores, 3)} cores, and \
${room(watchedMicros, looksCores)}

Target: ${number(exchangesPerSecondMin)} exchanges/s or more on two cores, with detection.
`);
