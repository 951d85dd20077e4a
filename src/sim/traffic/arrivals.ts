import type { Random } from "../../kit/random.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { logNormal } from "../draw.ts";

// Limits.
/** How far the first arrival's level is raised before a source is left silent. */
const LEVEL_MAX = 2 ** 20;

/** When somebody is awake and willing: relative weights with mean 1, in UTC. */
export interface Rhythm {
  /** 24 weights by hour, then 7 by weekday, Sunday first: one array, as a world holds one for each of its people. */
  readonly weights: Float32Array;
}

export type RhythmKind = "person" | "office" | "evening" | "shift" | "service" | "flat";

/** A rhythm of the given kind, a little different each time. `zone`: hours east of UTC. */
export function drawRhythm(random: Random, kind: RhythmKind, zone: number): Rhythm {
  if (kind === "flat") return { weights: new Float32Array(31).fill(1) };
  const peaks = drawPeaks(random, kind);
  const base = kind === "service" ? 0.25 + random.next() * 0.5 : 0.01 + random.next() * 0.03;
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const local = (((hour + zone) % 24) + 24) % 24;
    let weight = base;
    for (const peak of peaks) {
      const apart = Math.min(Math.abs(local - peak.at), 24 - Math.abs(local - peak.at));
      weight += peak.weight * Math.exp(-0.5 * (apart / peak.width) ** 2);
    }
    return weight;
  });
  const weekend = drawWeekend(random, kind);
  const weekdays = Array.from(
    { length: 7 },
    (_, day) => (day === 0 || day === 6 ? weekend : 1) * (0.7 + random.next() * 0.6),
  );
  return { weights: Float32Array.from([...toMeanOne(hours), ...toMeanOne(weekdays)]) };
}

/** How willing somebody of this rhythm is at that time: 1 on average. */
export function rhythmLevel({ weights }: Rhythm, timeMs: number): number {
  const hour = Math.floor(timeMs / hourMs) % 24;
  // 1 January 1970 was a Thursday.
  const weekday = (Math.floor(timeMs / dayMs) + 4) % 7;
  return weights[hour]! * weights[24 + weekday]!;
}

/** A weekend day's level, relative to a working day's. */
function drawWeekend(random: Random, kind: Exclude<RhythmKind, "flat">): number {
  switch (kind) {
    case "person":
      return 0.5 + random.next();
    case "office":
      return 0.05 + random.next() * 0.15;
    case "evening":
      return 0.8 + random.next() * 0.8;
    case "shift":
      return 0.9;
    case "service":
      return 0.6 + random.next() * 0.4;
  }
}

interface Peak {
  readonly at: number;
  readonly width: number;
  readonly weight: number;
}

function drawPeaks(random: Random, kind: Exclude<RhythmKind, "flat">): Peak[] {
  switch (kind) {
    case "person":
      return [
        { at: 8 + random.next() * 8, width: 1 + random.next() * 2.5, weight: 0.3 + random.next() },
        { at: 17 + random.next() * 6, width: 0.8 + random.next() * 2, weight: 0.3 + random.next() },
      ];
    case "office":
      return [
        { at: 9 + random.next() * 2, width: 1 + random.next(), weight: 1 },
        {
          at: 14 + random.next() * 2.5,
          width: 1.2 + random.next(),
          weight: 0.6 + random.next() * 0.6,
        },
      ];
    case "evening":
      return [{ at: 19 + random.next() * 4, width: 1.2 + random.next() * 2, weight: 1 }];
    case "shift":
      return [{ at: 14, width: 3.5, weight: 1 }];
    case "service":
      return [{ at: 11 + random.next() * 8, width: 3 + random.next() * 2, weight: 1 }];
  }
}

function toMeanOne(weights: readonly number[]): number[] {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

export interface ArrivalOptions {
  readonly random: Random;
  readonly startMs: number;
  readonly endMs: number;
  /** Expected arrivals a day, over the week. */
  readonly perDay: number;
  readonly rhythm: Rhythm;
  /** Standard deviation of the logarithm of a day's own multiplier; 0 is a plain Poisson process. */
  readonly burst: number;
  /** Somebody who never came would not be in the log: the first arrival is then drawn again at a higher level. */
  readonly atLeastOne?: boolean;
  /** A further factor by time (deadlines, launches); defaults to 1. Asked once an hour. */
  readonly boost?: (timeMs: number) => number;
}

/** Times of an inhomogeneous Poisson process with a random level each day, ascending; Infinity after the end. */
export function arrivals(options: ArrivalOptions): () => number {
  const { random, startMs, endMs, perDay, rhythm, burst, boost } = options;
  let day = -1;
  let dayLevel = 1;
  const levelAt = (timeMs: number): number => {
    const today = Math.floor(timeMs / dayMs);
    if (today !== day) {
      day = today;
      dayLevel = burst === 0 ? 1 : logNormal(random, Math.exp(-0.5 * burst * burst), burst);
    }
    return (perDay / dayMs) * dayLevel * rhythmLevel(rhythm, timeMs) * (boost?.(timeMs) ?? 1);
  };
  let nowMs = startMs;
  const walk = (level: number): number => {
    let due = random.exponential(1);
    while (nowMs < endMs) {
      const hourEndMs = (Math.floor(nowMs / hourMs) + 1) * hourMs;
      const intensity = level * levelAt(nowMs);
      const capacity = intensity * (hourEndMs - nowMs);
      if (capacity > due) {
        nowMs += due / intensity;
        return nowMs < endMs ? nowMs : Infinity;
      }
      due -= capacity;
      nowMs = hourEndMs;
    }
    return Infinity;
  };
  let first = options.atLeastOne ?? false;
  return () => {
    let timeMs = walk(1);
    for (let level = 2; first && timeMs === Infinity && level <= LEVEL_MAX; level *= 2) {
      nowMs = startMs;
      timeMs = walk(level);
    }
    first = false;
    return timeMs;
  };
}
