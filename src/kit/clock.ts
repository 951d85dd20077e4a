/** Time as a dependency, so that a run can be replayed. */
export interface Clock {
  /** Wall clock, whole milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Monotonic clock for durations, milliseconds from an arbitrary start. */
  monotonicMs(): number;
}

export const systemClock: Clock = Object.freeze({
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
});

/** A clock that stands still until it is moved. */
export function fixedClock(startMs: number): Clock & { advance(ms: number): void } {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}
