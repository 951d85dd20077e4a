import type { Window } from "../window.ts";

const hourMs = 3_600_000;

/**
 * How far back is looked, and how often. A large campaign shows within a day and must not wait; a small and slow one needs more
 * of its traffic. Each exchange is looked at some eight times at each length, so that the work grows with the log only.
 */
const looks = [
  { windowMs: 24 * hourMs, everyMs: 3 * hourMs },
  { windowMs: 96 * hourMs, everyMs: 12 * hourMs },
  { windowMs: 384 * hourMs, everyMs: 48 * hourMs },
] as const;

/** What is older is of no more use: it may be forgotten (milliseconds). */
export const memoryMs = Math.max(...looks.map((look) => look.windowMs));

/** Looks within one memory: the bound on false campaigns is shared out among them. */
export const looksPerMemory = looks.reduce((sum, look) => sum + memoryMs / look.everyMs, 0);

/**
 * The windows to be looked through at `nowMs`, the shortest first, if the last step was at `lastMs`. Looks fall on whole hours
 * since the epoch, so that they do not depend on when steps are made. Windows that would show the same exchanges are one.
 *
 * @param firstMs time of the first exchange that is remembered.
 */
export function windowsDue(lastMs: number, nowMs: number, firstMs: number): Window[] {
  const windows: Window[] = [];
  for (const { windowMs, everyMs } of looks.toReversed()) {
    const untilMs = Math.floor(nowMs / everyMs) * everyMs;
    if (untilMs <= lastMs) continue;
    const window = { sinceMs: Math.max(untilMs - windowMs, firstMs - 1), untilMs };
    if (!windows.some((other) => other.sinceMs === window.sinceMs && other.untilMs === window.untilMs))
      windows.push(window);
  }
  return windows.toReversed();
}
