import { median } from "../../math/median.ts";
import type { Span } from "../observation/observation.ts";

/*
 * Who runs by the clock. Jobs of strangers that start at a fixed minute, or each so long after the last, come in the same turn all
 * day, as in a rotation, and stand behind one address where one service runs them for its customers. A queue that is dealt out has no
 * such clock: when an account's turn comes depends on how long all the others took.
 */

/** Fewer visits show no habit. */
const visitsMin = 6;
/** Starts keep a minute of the hour, or of its half, third or quarter, if the mean of their directions on that dial is this long. */
const onTheMinuteMin = 0.7;
const dialsMs = [1, 2, 3, 4].map((part) => 3_600_000 / part);
/** Or so many of the times between them are as long as the usual one, within this share of it. */
const evenShareMin = 0.4;
const evenWithin = 0.03;

/** Positions in `order` of the visits of those who don't. */
export function withoutClocks(order: readonly number[], spans: readonly Span[]): number[] {
  const starts = new Map<number, number[]>();
  order.forEach((account, at) => {
    const list = starts.get(account);
    if (list) list.push(spans[at]!.startedMs);
    else starts.set(account, [spans[at]!.startedMs]);
  });
  const clocks = new Set([...starts].flatMap(([account, list]) => (runsByTheClock(list) ? account : [])));
  return [...order.keys()].filter((at) => !clocks.has(order[at]!));
}

/** @param starts milliseconds, ascending */
function runsByTheClock(starts: readonly number[]): boolean {
  if (starts.length < visitsMin) return false;
  if (dialsMs.some((dialMs) => concentration(starts, dialMs) >= onTheMinuteMin)) return true;
  const times = starts.slice(1).map((start, i) => start - starts[i]!);
  const usual = median(times);
  return times.filter((time) => Math.abs(time - usual) <= evenWithin * usual).length >= evenShareMin * times.length;
}

/** Length of the mean direction of points on a circle: 0 all around, 1 in one place. */
function concentration(starts: readonly number[], dialMs: number): number {
  const angles = starts.map((start) => (2 * Math.PI * (start % dialMs)) / dialMs);
  const mean = (of: (angle: number) => number): number =>
    angles.reduce((sum, angle) => sum + of(angle), 0) / angles.length;
  return Math.hypot(mean(Math.cos), mean(Math.sin));
}
