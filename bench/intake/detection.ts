import { isOpen } from "../../src/detect/watch/live-campaign.ts";
import { findNewcomers } from "../../src/detect/watch/newcomers.ts";
import { Watch } from "../../src/detect/watch/watch.ts";
import type { IntentPack } from "../../src/ingest/intent/pack.ts";
import { seededRandom } from "../../src/kit/random.ts";
import type { Store } from "../../src/store/engine.ts";
import { integer, sql } from "../../src/store/sql.ts";

const hourMs = 3_600_000;
/** Looks of all lengths fall on multiples of this, and then the longest one alone is made. */
const alignedMs = 48 * hourMs;

/** What the watch takes of the processor for so many exchanges, while campaigns are live. */
export interface DetectionCost {
  readonly exchanges: number;
  readonly campaigns: number;
  /** Of a step between looks, to which all the exchanges are new; and of one that passes over all of them. */
  readonly stepCpuSeconds: number;
  readonly passCpuSeconds: number;
  /** Of a look through all of them. */
  readonly lookCpuSeconds: number;
}

/** Looks through the exchanges in the store, twice, as it takes for campaigns to be live; then makes a step. */
export async function detectionCost(store: Store, { intents }: IntentPack): Promise<DetectionCost> {
  const [span] = await store.rows<{ first_ms: number; last_ms: number }>(sql`
    SELECT toUnixTimestamp64Milli(min(time)) AS first_ms, toUnixTimestamp64Milli(max(time)) AS last_ms FROM exchange`);
  const { first_ms: firstMs, last_ms: lastMs } = span ?? { first_ms: 0, last_ms: 0 };
  const untilMs = Math.floor(lastMs / alignedMs) * alignedMs;
  const [seen] = await store.rows<{ n: number }>(sql`
    SELECT count() AS n FROM exchange WHERE time <= fromUnixTimestamp64Milli(${integer(untilMs)}, 'UTC')`);
  const watch = await Watch.open(store, { random: seededRandom("bench intake"), intents });
  await watch.advance(untilMs);
  const lookCpuSeconds = await cpuSecondsOf(() => watch.advance(untilMs + hourMs));
  const live = watch.campaigns.filter(isOpen);
  const memory = { sinceMs: firstMs - 1, untilMs };
  const step = async (sinceMs: number, afterFile: number): Promise<number> => {
    const fresh = { sinceMs, untilMs, lateMs: sinceMs - memory.sinceMs, afterFile };
    return cpuSecondsOf(() => findNewcomers(store, fresh, memory, live));
  };
  const stepCpuSeconds = await step(memory.sinceMs, 0);
  const passCpuSeconds = await step(untilMs, Number.MAX_SAFE_INTEGER);
  return { exchanges: seen?.n ?? 0, campaigns: live.length, stepCpuSeconds, passCpuSeconds, lookCpuSeconds };
}

async function cpuSecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
