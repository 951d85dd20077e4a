import type { Clock } from "./clock.ts";

// Limits.
/** What a clock is set right by at a time as a matter of course (milliseconds). */
const slewMsMax = 60_000;
/** A clock that has jumped is believed after so long (milliseconds). */
const heldMsMin = 10 * 60_000;

/** The wall clock has gone ahead (or back, if negative) by so much of a sudden; `believed`: it has stayed there, and is followed from now on. */
export interface ClockJump {
  readonly byMs: number;
  readonly believed: boolean;
}

/**
 * A wall clock that does not follow a jump at once: whatever ends or is forgotten at its time would be gone for good when the clock
 * comes back. Meanwhile time goes on from where it was, by the monotonic clock. A machine that has slept is late by ten minutes.
 */
export function steadyClock(clock: Clock, onJump: (jump: ClockJump) => void): Clock {
  const wallOffsetMs = (): number => clock.nowMs() - clock.monotonicMs();
  let offsetMs = wallOffsetMs();
  let jump: { readonly offsetMs: number; readonly sinceMs: number } | null = null;
  const follow = (toMs: number): void => {
    offsetMs = toMs;
    jump = null;
  };
  return {
    nowMs() {
      const monotonicMs = clock.monotonicMs();
      const wallMs = wallOffsetMs();
      const byMs = wallMs - offsetMs;
      if (Math.abs(byMs) <= slewMsMax) follow(wallMs);
      else if (jump === null || Math.abs(wallMs - jump.offsetMs) > slewMsMax) {
        jump = { offsetMs: wallMs, sinceMs: monotonicMs };
        onJump({ byMs, believed: false });
      } else if (monotonicMs - jump.sinceMs >= heldMsMin) {
        follow(wallMs);
        onJump({ byMs, believed: true });
      }
      return Math.round(monotonicMs + offsetMs);
    },
    monotonicMs: () => clock.monotonicMs(),
  };
}
