import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { systemClock } from "../../src/kit/clock.ts";
import { systemSecureRandom } from "../../src/kit/secure-random.ts";
import { drawSessionScalar } from "../../src/share/group/session-scalar.ts";
import { setSizeMax } from "../../src/share/overlap/messages.ts";
import { findOverlap, overlapBudgetMax } from "../../src/share/overlap/overlap.ts";
import type { CommitmentLog, OverlapChannel } from "../../src/share/overlap/overlap.ts";
import type { OverlapSession } from "../../src/store/state/overlap-sessions.ts";
import { openState } from "../../src/store/state/state.ts";

// Targets.
/** For 20,000 identifiers on each side, and in proportion for fewer. */
const secondsMax = 25;
const sizeOfTarget = 20_000;
const perSecondAndCoreMin = 2_000;

const resultSchema = z.object({ common: z.int(), seconds: z.number(), cpuSeconds: z.number() });
const roleSchema = z.object({ role: z.enum(["initiator", "responder"]), size: z.int() });

/** Nothing is measured of the log: it has its own cost, which does not grow with the sets. */
const log: CommitmentLog = { append: async () => "", fault: async () => null };

async function takePart({ role, size: count }: z.infer<typeof roleSchema>): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("this runs in a thread");
  const state = await openState();
  const waiting: ((message: unknown) => void)[] = [];
  const arrived: unknown[] = [];
  port.on("message", (message) => {
    const next = waiting.shift();
    if (next === undefined) arrived.push(message);
    else next(message);
  });
  const channel: OverlapChannel = {
    send: async (message) => port.postMessage({ message }),
    receive: () =>
      arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((resolve) => waiting.push(resolve)),
  };
  // Half of each set is in the other.
  const first = role === "initiator" ? 0 : count / 2;
  const set = Array.from({ length: count }, (_, i) => ({ kind: "email", value: `c${first + i}@example.com` }) as const);
  const [self, peer] = role === "initiator" ? ["a", "b"] : ["b", "a"];
  const party = {
    drawScalar: () => drawSessionScalar(new AbortController().signal),
    random: systemSecureRandom,
    log,
    async admit(session: OverlapSession) {
      await state.overlaps.admit(session, overlapBudgetMax, systemClock.nowMs());
    },
    setSizeMax,
    self,
    peer,
    role,
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { common } = await findOverlap(party, channel, set);
  const seconds = (performance.now() - start) / 1_000;
  const used = process.cpuUsage(cpu);
  port.postMessage({ result: { common: common.length, seconds, cpuSeconds: (used.user + used.system) / 1e6 } });
  await state.close();
  port.close();
}

/** Two members, a thread each, find what their sets have in common. Whether that was fast enough. */
export async function measureOverlap(size: number): Promise<boolean> {
  const path = fileURLToPath(import.meta.url);
  const parties = (["initiator", "responder"] as const).map((role) => new Worker(path, { workerData: { role, size } }));
  const results = await Promise.all(
    parties.map(
      (party, i) =>
        new Promise<z.infer<typeof resultSchema>>((resolve, reject) => {
          party.on("error", reject);
          party.on("message", (said: { message?: unknown; result?: unknown }) => {
            if (said.result === undefined) parties[1 - i]?.postMessage(said.message);
            else resolve(resultSchema.parse(said.result));
          });
        }),
    ),
  );
  const seconds = Math.max(...results.map((result) => result.seconds));
  // The process's time, which both threads share.
  const cpuSeconds = Math.max(...results.map((result) => result.cpuSeconds));
  // Each side works through its own set and the other's.
  const perSecondAndCore = (4 * size) / cpuSeconds;
  const secondsAllowed = (secondsMax * size) / sizeOfTarget;
  console.log(`Private set intersection, ${size} x ${size} identifiers, ${results[0]?.common} in common`);
  console.log(`  ${seconds.toFixed(1)} s (at most ${secondsAllowed}), ${cpuSeconds.toFixed(1)} s of computing`);
  console.log(`  ${Math.round(perSecondAndCore)} elements a second and core (at least ${perSecondAndCoreMin})`);
  return seconds <= secondsAllowed && perSecondAndCore >= perSecondAndCoreMin;
}

if (!isMainThread) await takePart(roleSchema.parse(workerData));
