import { hourMs } from "../../kit/time-units.ts";
import type { Window } from "../window.ts";

/**
 * How far back is looked, and how often. A large campaign shows within a day and must not wait; a small and slow one needs more
 * of its traffic. Each exchange is looked at some thirty times, so that the work grows with the log only.
 */
const looks = [
  { windowMs: 24 * hourMs, everyMs: 3 * hourMs },
  { windowMs: 96 * hourMs, everyMs: 6 * hourMs },
  { windowMs: 384 * hourMs, everyMs: 24 * hourMs },
] as const;

/**
 * So many exchanges take a look some minute of computing, while the intake has half of the engine. Of a window that holds more, a look sees a share of the accounts,
 * each whole: a campaign of thousands shows in a small share of them, and the rest of it joins by what marks it. A campaign of few shows
 * in those that are seen because something has changed about what they share (`changedParts`).
 */
export const lookExchangesMax = 2 ** 20;

const turnMs = Math.min(...looks.map((look) => look.everyMs));

/** What is older is of no more use: it may be forgotten (milliseconds). */
export const memoryMs = Math.max(...looks.map((look) => look.windowMs));

/** After a look that has found a campaign which waits for a second look, that one is made so soon. */
const confirmationMs = hourMs;

/** Looks within one memory, each with one that may follow to confirm it: the bound on false campaigns is shared out among them. */
export const looksPerMemory = (2 * memoryMs) / turnMs;

/** The window to be looked through again for what was found in this one. */
export function confirmationOf({ sinceMs, untilMs }: Window): Window {
  return { sinceMs: sinceMs + confirmationMs, untilMs: untilMs + confirmationMs };
}

/**
 * Whose turn it is where a look sees a share of the accounts: other ones with each look of the schedule, since a small campaign
 * shows in some shares and not in others; but the same ones with the look that is to confirm it.
 */
export const turnOf = ({ untilMs }: Window): number => Math.floor(untilMs / turnMs);

/** What has changed since then is new to the looks of a turn (milliseconds). */
export const changedSinceMs = (turn: number): number => (turn - 1) * turnMs;

/**
 * The windows to be looked through at `nowMs` if the last step was at `lastMs`, those that end first come first. Looks fall on
 * whole hours since the epoch, so that they do not depend on when steps are made. Of windows that end together the longest one
 * is looked through: it shows what the others would, and the next of them is hours away.
 */
export function windowsDue(lastMs: number, nowMs: number): Window[] {
  const windows = new Map<number, Window>();
  for (const { windowMs, everyMs } of looks) {
    const untilMs = Math.floor(nowMs / everyMs) * everyMs;
    if (untilMs > lastMs) windows.set(untilMs, { sinceMs: untilMs - windowMs, untilMs });
  }
  return [...windows.values()].toSorted((one, other) => one.untilMs - other.untilMs);
}
