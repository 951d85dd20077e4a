import type { Clock } from "../../src/kit/clock.ts";
import { systemWait } from "../../src/kit/wait.ts";
import type { Wait } from "../../src/kit/wait.ts";

/** A clock of event time, that is set. Durations go by it, too. */
export function eventClock(startMs: number): Clock & { set(ms: number): void } {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    set(ms) {
      nowMs = Math.max(nowMs, ms);
    },
  };
}

/**
 * For a loop that sleeps `pauseMs` between its rounds: `next` wakes it, and resolves when it has made its round and sleeps again. The
 * first round is made without being asked for.
 */
export function steppedRounds(pauseMs: number): { readonly wait: Wait; readonly next: () => Promise<void> } {
  let wake: () => void = () => {};
  let fallAsleep: () => void = () => {};
  let sleeping = new Promise<void>((done) => {
    fallAsleep = done;
  });
  return {
    async wait(ms, signal) {
      // Between two attempts of one request.
      if (ms !== pauseMs) return systemWait(ms, signal);
      await new Promise<void>((done) => {
        wake = done;
        signal.addEventListener("abort", () => done(), { once: true });
        if (signal.aborted) done();
        fallAsleep();
      });
    },
    async next() {
      await sleeping;
      sleeping = new Promise((done) => {
        fallAsleep = done;
      });
      wake();
      await sleeping;
    },
  };
}
