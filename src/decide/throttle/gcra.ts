import { minuteMs } from "../../kit/time-units.ts";

/*
 * The generic cell rate algorithm in its virtual-scheduling form (ITU-T I.371, annex A): one number a key, the theoretical
 * arrival time (TAT) of its next request. A request at t conforms if t >= TAT - (burst - 1) x interval; then TAT becomes
 * max(t, TAT) + interval. In any stretch of t minutes at most t x rate + burst requests conform.
 *
 * Per request nothing is allocated: the times stand in one typed array, and a key finds its place in a map.
 */

// Limits.
/** Places looked at for one that can be given away when the table is full. */
const probesMax = 16;
/** More than adding up intervals in floating point can be off by in a year. A request may come that much early. */
const roundingMs = 0.01;

export interface Throttle {
  /** 0: the request conforms, and is counted. Else: after so many milliseconds one would; this one is not counted. */
  admit(key: string, requestsPerMinute: number, burst: number, nowMs: number): number;
  /** What `admit` would answer, for who asks several keys first; nothing is counted. */
  waitMs(key: string, requestsPerMinute: number, burst: number, nowMs: number): number;
  /** Keys that are remembered now. */
  size(): number;
}

/**
 * Remembers `keysMax` keys at most, 8 bytes each and the map's entry. When a new key finds the table full, one that has
 * nothing to wait for is forgotten, which changes nothing; only where none is near is it the one that would soonest have had
 * nothing to wait for, and that key then starts with a full burst again.
 */
export function createThrottle(keysMax: number): Throttle {
  const places = new Map<string, number>();
  const keys: string[] = [];
  /** Counted from the first request on, since small numbers round less. */
  const arrivalsMs = new Float64Array(keysMax);
  let originMs: number | undefined;
  let hand = 0;

  const placeToReuse = (nowMs: number): number => {
    let best = hand;
    for (let probe = 0; probe < probesMax; probe++) {
      const place = (hand + probe) % keysMax;
      if ((arrivalsMs[place] ?? 0) < (arrivalsMs[best] ?? 0)) best = place;
      if ((arrivalsMs[best] ?? 0) <= nowMs) break;
    }
    hand = (best + 1) % keysMax;
    return best;
  };

  const placeOf = (key: string, nowMs: number): number => {
    const known = places.get(key);
    if (known !== undefined) return known;
    const place = keys.length < keysMax ? keys.length : placeToReuse(nowMs);
    const before = keys[place];
    if (before !== undefined) places.delete(before);
    keys[place] = key;
    places.set(key, place);
    arrivalsMs[place] = nowMs;
    return place;
  };

  const sinceOrigin = (epochMs: number): number => epochMs - (originMs ??= epochMs);

  const waitAt = (place: number, intervalMs: number, burst: number, nowMs: number): number => {
    // Further ahead than a spent burst it can't be, unless the clock was set back or the rate was raised since.
    const arrivalMs = Math.min(arrivalsMs[place] ?? nowMs, nowMs + burst * intervalMs);
    arrivalsMs[place] = arrivalMs;
    const waitMs = arrivalMs - (burst - 1) * intervalMs - nowMs;
    return waitMs > roundingMs ? waitMs : 0;
  };

  return {
    admit(key, requestsPerMinute, burst, epochMs) {
      const nowMs = sinceOrigin(epochMs);
      const intervalMs = minuteMs / requestsPerMinute;
      const place = placeOf(key, nowMs);
      const waitMs = waitAt(place, intervalMs, burst, nowMs);
      if (waitMs === 0) arrivalsMs[place] = Math.max(nowMs, arrivalsMs[place] ?? nowMs) + intervalMs;
      return waitMs;
    },
    waitMs(key, requestsPerMinute, burst, epochMs) {
      const place = places.get(key);
      return place === undefined ? 0 : waitAt(place, minuteMs / requestsPerMinute, burst, sinceOrigin(epochMs));
    },
    size: () => places.size,
  };
}
