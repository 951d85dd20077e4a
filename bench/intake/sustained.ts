// Holds the pace: sends some more than 20,000 exchanges a second to `stillwatch serve`, which makes its steps once a minute and its looks when they
// are due, and says what came of it, minute by minute. The server is started anew after two minutes: so it looks at once through what
// there is, which is from before its last look was due, while the rest comes in. All the while it is asked for decisions, and before
// anything comes in as well. The sender, and who asks, share the machine with it.
//
//   npm run bench:sustained           ten minutes after that, some 8 GB of disk
//   npm run bench:sustained -- 60     so many

import { execFile, spawn } from "node:child_process";
import { hash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { z } from "zod";
import { number } from "../format.ts";
import { quantile } from "../gateway/quantile.ts";
import { worldOf } from "../scan/world.ts";
import { questionsPerSecond, startAsker } from "./asker.ts";
import type { Asker } from "./asker.ts";
import { bodiesOf, createSender, tokenDigest } from "./sender.ts";
import type { Body, Sender } from "./sender.ts";

// Limits and targets.
const minuteMs = 60_000;
const minutes = Number(process.argv[2] ?? 10);
/** As many exchanges as a look goes through, and so late that one which is due has them in its window. */
const minutesBefore = 2;
const lateMsBefore = 3 * 60 * minuteMs;
const exchangesPerSecondMin = 20_000;
/** What is sent: a little more, since what the pace falls short of while it starts and ends is nobody's miss. */
const exchangesPerSecond = 1.02 * exchangesPerSecondMin;
/** Requests that are under way at once; the sender falls behind where the server lets it wait. */
const requestsMax = 32;
const tickMs = 5;
/** Before anything comes in: until its code is compiled, and then to learn how soon it answers with nothing else to do. */
const warmUpMs = 10_000;
const idleMs = 30_000;
/** So often is looked whether the server is still at its first round, in which it looks through what there is. */
const phaseMs = 1_000;
/** After the last request, for what waits in the spool. */
const drainMsMax = 5 * minuteMs;

const newline = 0x0a;

const timeAt = '{"time":"'.length;
const idAt = `{"time":"2026-03-02T00:00:02.926Z","id":"`.length;
const serialLength = 8;

/** Exchanges of a world, over and over, as if each was a new one that happened so long ago (milliseconds). */
type Traffic = (agoMs: number) => Promise<Body>;

function createTraffic(world: string): Traffic {
  let bodies = bodiesOf(world);
  let serial = 0;
  const next = async (): Promise<Body> => {
    const { value: body } = await bodies.next();
    if (body !== undefined) return body;
    bodies = bodiesOf(world);
    return next();
  };
  return async (agoMs) => {
    const body = await next();
    const time = new Date(Date.now() - agoMs).toISOString();
    for (let at = 0; at < body.bytes.length; at = body.bytes.indexOf(newline, at) + 1) {
      body.bytes.write(time, at + timeAt, "latin1");
      body.bytes.write((serial++).toString(36).padStart(serialLength, "0"), at + idAt, "latin1");
    }
    return body;
  };
}

const healthSchema = z.object({
  intake: z.object({ exchanges: z.int(), rejected: z.int(), repeated: z.int(), backlogBytes: z.int() }),
  round: z.object({ tookMs: z.number(), campaigns: z.int() }).nullable(),
});

async function startServer(folder: string): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  await writeFile(join(folder, "secret"), hash("sha256", folder), { mode: 0o600 });
  await writeFile(
    join(folder, "stillwatch.yaml"),
    `listen: 127.0.0.1:0
data: data
key-secret-file: secret
intake: { token-sha256: [${tokenDigest}] }
callers: [{ name: bench, key-sha256: ${tokenDigest} }]
customers: { appeal: "https://example.com/{reference}", verify: "https://example.com/{reference}" }
`,
  );
  const command = [resolve("bin/stillwatch.mjs"), "serve", "--config", join(folder, "stillwatch.yaml")];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "inherit", "pipe"] });
  const serving = z.object({ msg: z.literal("serving"), port: z.int() });
  const journal = createInterface(child.stderr);
  const port = await new Promise<number>((found, failed) => {
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
    journal.on("line", (line) => {
      // Before it serves, the program may have something to say of its build.
      if (!line.startsWith("{")) return;
      const entry: unknown = JSON.parse(line);
      const started = serving.safeParse(entry);
      if (started.success) found(started.data.port);
      const warning = z.object({ level: z.int().min(40), msg: z.string() }).safeParse(entry);
      if (warning.success) process.stderr.write(`${line}\n`);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Seconds of the processor that a process has taken, and its memory in GiB. */
async function usageOf(pid: number): Promise<{ cpuSeconds: number; gib: number }> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "time=,rss=", "-p", String(pid)]);
  const [time = "", kib = ""] = stdout.trim().split(/\s+/);
  const cpuSeconds = time.split(/[:-]/).reduce((total, part) => total * 60 + Number(part), 0);
  return { cpuSeconds, gib: Number(kib) / 2 ** 20 };
}

interface Server {
  readonly url: string;
  readonly pid: number;
}

async function healthOf({ url }: Server): Promise<z.infer<typeof healthSchema>> {
  return healthSchema.parse(await (await fetch(`${url}/healthz`)).json());
}

/** Prints what came of each minute. */
async function createReporter(server: Server, sender: Sender): Promise<(minute: number) => Promise<void>> {
  let last = { acknowledged: 0, cpuSeconds: (await usageOf(server.pid)).cpuSeconds };
  return async (minute) => {
    const [{ intake, round }, { cpuSeconds, gib }] = await Promise.all([healthOf(server), usageOf(server.pid)]);
    const { acknowledged } = sender.counts();
    const times = sender.takeAnswerMs();
    const answered =
      times.length === 0 ? "none" : `p50 ${number(quantile(times, 0.5))} ms, p99 ${number(quantile(times, 0.99))} ms`;
    process.stdout.write(
      `minute ${String(minute).padStart(3)}  ${number((acknowledged - last.acknowledged) / 60).padStart(7)}/s  ` +
        `${number(acknowledged - intake.exchanges).padStart(9)} wait (${number(intake.backlogBytes / 2 ** 20)} MiB)  ` +
        `answers ${answered}  ` +
        `${number((cpuSeconds - last.cpuSeconds) / 60, 2)} cores, ${number(gib, 1)} GiB  ` +
        `a round of ${number((round?.tookMs ?? 0) / 1000, 1)} s, ${round?.campaigns ?? 0} campaigns\n`,
    );
    last = { acknowledged, cpuSeconds };
  };
}

/** Sends at the pace, or as fast as it is acknowledged where that is less. Returns how many exchanges, and in how long. */
async function holdThePace(
  next: () => Promise<Body>,
  sender: Sender,
  report: (minute: number) => Promise<void>,
  minutesInAll: number,
): Promise<{ readonly sent: number; readonly seconds: number }> {
  const under = new Set<Promise<void>>();
  const startMs = performance.now();
  let sent = 0;
  let reported = 0;
  for (let elapsedMs = 0; elapsedMs < minutesInAll * minuteMs; elapsedMs = performance.now() - startMs) {
    while (sent < (exchangesPerSecond * elapsedMs) / 1000 && under.size < requestsMax) {
      const body = await next();
      const request = sender.send(body).finally(() => under.delete(request));
      under.add(request);
      sent += body.lines;
    }
    if (elapsedMs >= (reported + 1) * minuteMs) await report((reported += 1));
    await Promise.race([sleep(tickMs), ...under]);
  }
  await Promise.all(under);
  await report(minutesInAll);
  return { sent, seconds: (performance.now() - startMs) / 1000 };
}

/** How long decisions took, by what else the server did (milliseconds), and how many questions got none. */
type AnswerMs = Record<"idle" | "beside the load" | "and during a look", number[]>;
interface Answered {
  readonly answerMs: AnswerMs;
  failures: number;
}

/** Takes down how long decisions take, until the signal. */
async function tellApart(server: Server, asker: Asker, answered: Answered, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(phaseMs);
    const { round } = await healthOf(server);
    await noteAnswers(asker, answered, round === null ? "and during a look" : "beside the load");
  }
}

async function noteAnswers(asker: Asker, answered: Answered, when: keyof AnswerMs): Promise<void> {
  const { answerMs, failures } = await asker.take();
  answered.answerMs[when].push(...answerMs);
  answered.failures += failures;
}

function describeAnswers({ answerMs, failures }: Answered): string {
  const sorted = Object.values(answerMs).map((times) => times.toSorted((one, other) => one - other));
  const cell = (name: string, i: number, q: number): string => {
    const [own, idle] = [quantile(sorted[i]!, q), quantile(sorted[0]!, q)];
    return `${name} ${number(own, 1)} ms${i === 0 ? "" : ` (× ${number(own / idle, 1)})`}`.padEnd(26);
  };
  const lines = Object.keys(answerMs).map((when, i) =>
    `  ${when.padEnd(18)}  ${cell("p50", i, 0.5)}${cell("p99", i, 0.99)}${cell("longest", i, 1)}`.trimEnd(),
  );
  return [...lines, `  without an answer   ${number(failures)}`].join("\n");
}

/** What one life of the server held. */
interface Sustained {
  /** Acknowledged a second while they were sent, and in the engine a second until the last of them was. */
  readonly acknowledgedPerSecond: number;
  readonly takenInPerSecond: number;
  /** Whether its last round went well, which looks and decides. */
  readonly hasLooked: boolean;
}

/** One life of the server, until all that was sent is in the engine. */
async function live(
  folder: string,
  next: () => Promise<Body>,
  minutesInAll: number,
  answered: Answered,
): Promise<Sustained> {
  const server = await startServer(folder);
  const asker = startAsker(server.url);
  const ended = new AbortController();
  try {
    if (answered.answerMs.idle.length === 0) {
      await sleep(warmUpMs);
      await asker.take();
      await sleep(idleMs);
      await noteAnswers(asker, answered, "idle");
    }
    const telling = tellApart(server, asker, answered, ended.signal);
    const sender = createSender(server.url);
    const own = process.cpuUsage();
    const report = await createReporter(server, sender);
    const { sent, seconds } = await holdThePace(next, sender, report, minutesInAll);
    ended.abort();
    await telling;
    const { user, system } = process.cpuUsage(own);
    const drainStartMs = performance.now();
    let { intake, round } = await healthOf(server);
    while (intake.exchanges < sent && performance.now() - drainStartMs < drainMsMax) {
      await sleep(200);
      ({ intake, round } = await healthOf(server));
    }
    const drainSeconds = (performance.now() - drainStartMs) / 1000;
    process.stdout.write(`
${number(sent)} exchanges sent and acknowledged in ${number(seconds, 1)} s: ${number(sent / seconds)}/s; all in the engine \
${number(drainSeconds, 1)} s after
${number(intake.exchanges)} taken in, ${number(intake.rejected)} rejected, ${number(intake.repeated)} repeated; \
${number(sender.counts().refused)} requests refused for want of room
the sender took ${number((user + system) / 1e6 / seconds, 2)} of ${availableParallelism()} cores
`);
    if (intake.exchanges < sent)
      throw new Error(`${number(sent - intake.exchanges)} acknowledged exchanges did not come in`);
    return {
      acknowledgedPerSecond: sent / seconds,
      takenInPerSecond: sent / (seconds + drainSeconds),
      hasLooked: round !== null,
    };
  } finally {
    await asker.stop();
    await server.stop();
  }
}

const folder = await mkdtemp(join(tmpdir(), "stillwatch-bench-sustained-"));
try {
  const traffic = createTraffic(await worldOf(4));
  const answered: Answered = {
    answerMs: { idle: [], "beside the load": [], "and during a look": [] },
    failures: 0,
  };
  await live(folder, () => traffic(lateMsBefore), minutesBefore, answered);
  process.stdout.write("\nstarted anew, to look through what is there\n");
  const { acknowledgedPerSecond, takenInPerSecond, hasLooked } = await live(
    folder,
    () => traffic(0),
    minutes,
    answered,
  );
  // What waits at the end is in the spool; that much may be as long on its way as a look takes.
  const met =
    acknowledgedPerSecond >= exchangesPerSecondMin && takenInPerSecond >= 0.95 * exchangesPerSecondMin && hasLooked;
  if (!met) process.exitCode = 1;
  process.stdout.write(`
Decisions, ${questionsPerSecond} asked a second, and how many times as long as with nothing else to do:
${describeAnswers(answered)}

${number(acknowledgedPerSecond)} exchanges/s acknowledged, ${number(takenInPerSecond)}/s taken in to the last, a round ${hasLooked ? "made" : "NOT MADE"} meanwhile   \
at least ${number(exchangesPerSecondMin)}: ${met ? "met" : "MISSED"}
`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
