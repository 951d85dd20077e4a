import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "./clock.ts";
import { steadyClock } from "./steady-clock.ts";
import type { ClockJump } from "./steady-clock.ts";

const startMs = Date.parse("2026-03-01T12:00:00Z");
const minuteMs = 60_000;
const yearMs = 365 * 86_400_000;

/** A machine whose wall clock can be set. */
function machine() {
  let monotonicMs = 5_000;
  let setMs = startMs - monotonicMs;
  const jumps: ClockJump[] = [];
  const clock: Clock = { nowMs: () => monotonicMs + setMs, monotonicMs: () => monotonicMs };
  return {
    steady: steadyClock(clock, (jump) => jumps.push(jump)),
    jumps,
    wait(ms: number) {
      monotonicMs += ms;
    },
    set(byMs: number) {
      setMs += byMs;
    },
  };
}

describe("a steady clock", () => {
  it("is the wall clock, and follows what it is set right by", () => {
    const { steady, wait, set, jumps } = machine();
    wait(90 * minuteMs);
    expect(steady.nowMs()).toBe(startMs + 90 * minuteMs);
    set(800);
    expect(steady.nowMs()).toBe(startMs + 90 * minuteMs + 800);
    set(-1_600);
    expect(steady.nowMs()).toBe(startMs + 90 * minuteMs - 800);
    expect(jumps).toEqual([]);
  });

  it.each([yearMs, -yearMs])("goes on as it was where the wall clock jumps by %i ms and comes back", (byMs) => {
    const { steady, wait, set, jumps } = machine();
    set(byMs);
    for (let minute = 1; minute <= 9; minute++) {
      wait(minuteMs);
      expect(steady.nowMs()).toBe(startMs + minute * minuteMs);
    }
    set(-byMs);
    wait(minuteMs);
    expect(steady.nowMs()).toBe(startMs + 10 * minuteMs);
    expect(jumps).toEqual([{ byMs, believed: false }]);
  });

  it("believes a wall clock that stays where it jumped to, after ten minutes", () => {
    const { steady, wait, set, jumps } = machine();
    set(yearMs);
    steady.nowMs();
    wait(9 * minuteMs);
    expect(steady.nowMs()).toBe(startMs + 9 * minuteMs);
    wait(minuteMs);
    steady.nowMs();
    expect(steady.nowMs()).toBe(startMs + yearMs + 10 * minuteMs);
    expect(jumps.map(({ believed }) => believed)).toEqual([false, true]);
  });

  it("tells whole milliseconds, though the monotonic clock has fractions and goes on between two readings", () => {
    const steps = fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(steps, fc.double({ min: 1e-6, max: 0.2, noNaN: true }), (list, readingMs) => {
        let monotonicMs = 0;
        const clock: Clock = {
          nowMs: () => startMs + Math.floor((monotonicMs += readingMs)),
          monotonicMs: () => (monotonicMs += readingMs),
        };
        const steady = steadyClock(clock, () => {});
        for (const step of list) {
          monotonicMs += step;
          const nowMs = steady.nowMs();
          expect(Number.isInteger(nowMs)).toBe(true);
          expect(Math.abs(nowMs - startMs - monotonicMs)).toBeLessThan(2);
        }
      }),
    );
  });

  it("does not add up a jump that goes on jumping", () => {
    const { steady, wait, set } = machine();
    for (let minute = 1; minute <= 30; minute++) {
      set(yearMs);
      wait(minuteMs);
      expect(steady.nowMs()).toBe(startMs + minute * minuteMs);
    }
  });

  it("follows a wall clock that keeps still, whatever it did before", () => {
    const steps = fc.array(fc.record({ byMs: fc.integer({ min: -yearMs, max: yearMs }), seconds: fc.nat(400) }));
    fc.assert(
      fc.property(steps, (list) => {
        const { steady, wait, set } = machine();
        for (const { byMs, seconds } of list) {
          set(byMs);
          wait(seconds * 1_000);
          steady.nowMs();
        }
        wait(1);
        steady.nowMs();
        wait(10 * minuteMs);
        const before = steady.nowMs();
        wait(1_000);
        expect(steady.nowMs()).toBe(before + 1_000);
        set(500);
        expect(steady.nowMs()).toBe(before + 1_500);
      }),
    );
  });
});
