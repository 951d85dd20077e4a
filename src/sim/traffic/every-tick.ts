import type { Random } from "../../kit/random.ts";

// Limits.
/** How late a scheduler is. */
const LATE_MS = 15_000;

/** What has come in is looked at every `tickMs`, and then worked off in a row. `arrivals`: ascending; Infinity after the end. */
export function everyTick(random: Random, arrivals: () => number, tickMs: number): () => number {
  let tick = -1;
  let nowMs = 0;
  return () => {
    const cameMs = arrivals();
    if (cameMs === Infinity) return Infinity;
    const due = Math.ceil(cameMs / tickMs);
    nowMs =
      due === tick ? nowMs + 300 + random.exponential(1_500) : Math.max(nowMs, due * tickMs + random.next() * LATE_MS);
    tick = due;
    return nowMs;
  };
}
