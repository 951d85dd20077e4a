import type { Random } from "../../kit/random.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { logNormal } from "../draw.ts";

// Rates.
/** Chance that a night that was slept through is caught up on in the morning. */
const CAUGHT_UP = 0.5;

export interface NightlyOptions {
  readonly random: Random;
  /** A midnight UTC, in milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** When the clock starts the job, in milliseconds after midnight UTC. */
  readonly dueMs: number;
  /** Expected tasks a day, over all days. */
  readonly perDay: number;
  /** Chance that the machine is on when the job is due. */
  readonly awakeChance: number;
}

/** Times of a job that a clock starts once a day and that works through a list from then on, ascending; Infinity after the end. */
export function nightly(options: NightlyOptions): () => number {
  const { random, startMs, endMs, dueMs, perDay, awakeChance } = options;
  const tasksMean = perDay / (awakeChance + CAUGHT_UP * (1 - awakeChance));
  let midnightMs = startMs - dayMs;
  let nowMs = startMs;
  let left = 0;
  return () => {
    while (left === 0) {
      midnightMs += dayMs;
      if (midnightMs >= endMs) return Infinity;
      const awake = random.chance(awakeChance);
      if (!awake && !random.chance(CAUGHT_UP)) continue;
      // A scheduler polls: within the minute on time, some hours later where the machine had to be woken first.
      const lateMs = awake ? random.next() * 60_000 : (2 + 7 * random.next()) * hourMs;
      nowMs = Math.max(nowMs, midnightMs + dueMs + lateMs);
      // Nine tenths is the median of a log-normal of this spread whose mean is one.
      left = Math.floor(logNormal(random, 0.9 * tasksMean, 0.45) + random.next());
    }
    left--;
    const timeMs = nowMs;
    nowMs += 500 + random.exponential(6_000);
    return timeMs < endMs ? timeMs : Infinity;
  };
}
