import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createThrottle } from "./gcra.ts";

const startMs = Date.UTC(2026, 7, 1);
const minuteMs = 60_000;
const rate = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0.01, max: 600, noNaN: true }));
const burst = fc.integer({ min: 1, max: 50 });
/** Milliseconds from one request to the next, many of them at once. */
const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 5_000 })), {
  minLength: 1,
  maxLength: 100,
});

function times(from: readonly number[]): number[] {
  let nowMs = startMs;
  return from.map((gap) => (nowMs += gap));
}

describe("one key", () => {
  test("a burst goes through at once, then one request an interval", () => {
    const throttle = createThrottle(4);
    const admit = (afterMs: number): number => throttle.admit("a", 60, 3, startMs + afterMs);
    expect([0, 0, 0, 0, 400, 1000, 1000, 4000, 4000, 4000, 4000].map(admit)).toEqual([
      0, 0, 0, 1000, 600, 0, 1000, 0, 0, 0, 1000,
    ]);
  });

  test("in no stretch of time do more than rate x time + burst get through", () => {
    fc.assert(
      fc.property(rate, burst, gaps, (perMinute, atOnce, from) => {
        const throttle = createThrottle(4);
        const passed = times(from).filter((atMs) => throttle.admit("a", perMinute, atOnce, atMs) === 0);
        const excess = passed.flatMap((firstMs, index) =>
          passed
            .slice(index)
            .map((lastMs, further) => further + 1 - ((lastMs - firstMs) / minuteMs) * perMinute - atOnce),
        );
        expect(Math.max(0, ...excess)).toBeLessThan(0.01);
      }),
    );
  });

  test("traffic that keeps to the rate, with bursts no longer than allowed, is never refused", () => {
    fc.assert(
      fc.property(rate, burst, fc.integer({ min: 1, max: 50 }), (perMinute, atOnce, rounds) => {
        const throttle = createThrottle(4);
        const waits = Array.from({ length: rounds * atOnce }, (_, index) => {
          const round = Math.floor(index / atOnce);
          return throttle.admit("a", perMinute, atOnce, startMs + (round * atOnce * minuteMs) / perMinute);
        });
        expect(Math.max(...waits)).toBe(0);
      }),
    );
  });

  test("whoever waits as long as told is let through, and a refused request costs nothing", () => {
    fc.assert(
      fc.property(rate, burst, gaps, (perMinute, atOnce, from) => {
        const throttle = createThrottle(4);
        for (const atMs of times(from)) {
          const waitMs = throttle.admit("a", perMinute, atOnce, atMs);
          if (waitMs === 0) continue;
          expect(throttle.admit("a", perMinute, atOnce, atMs)).toBeCloseTo(waitMs, 3);
          expect(throttle.waitMs("a", perMinute, atOnce, atMs)).toBeCloseTo(waitMs, 3);
          expect(throttle.waitMs("a", perMinute, atOnce, atMs + waitMs)).toBe(0);
          expect(throttle.admit("a", perMinute, atOnce, atMs + waitMs)).toBe(0);
          return;
        }
      }),
    );
  });

  test("a clock that is set back costs no more than a spent burst", () => {
    const throttle = createThrottle(4);
    throttle.admit("a", 60, 5, startMs);
    expect(throttle.admit("a", 60, 5, startMs - 86_400_000)).toBe(1000);
    expect(throttle.admit("a", 60, 5, startMs - 86_400_000 + 1000)).toBe(0);
  });
});

test("a clock that jumps ahead and comes back locks nobody out", () => {
  const throttle = createThrottle(4);
  for (let request = 0; request < 3; request++) throttle.admit("a", 60, 3, startMs);
  for (let request = 0; request < 3; request++) expect(throttle.admit("a", 60, 3, startMs + 86_400_000)).toBe(0);
  expect(throttle.admit("a", 60, 3, startMs + 10)).toBeLessThanOrEqual(1000);
  expect(throttle.admit("a", 60, 3, startMs + 1010)).toBe(0);
});

describe("many keys", () => {
  test("each has its own allowance", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 60 }), burst, (order, atOnce) => {
        const throttle = createThrottle(3);
        const passed = order.filter((key) => throttle.admit(key, 1, atOnce, startMs) === 0);
        for (const key of ["a", "b", "c"]) {
          const asked = order.filter((one) => one === key).length;
          expect(passed.filter((one) => one === key)).toHaveLength(Math.min(asked, atOnce));
        }
      }),
    );
  });

  test("the table never grows beyond its bound, and who is idle is forgotten first", () => {
    const throttle = createThrottle(8);
    const spent = (key: string, nowMs: number): boolean => throttle.admit(key, 1, 1, nowMs) > 0;
    for (let key = 0; key < 4; key++) throttle.admit(`idle-${key}`, 1, 1, startMs);
    const laterMs = startMs + 5 * minuteMs;
    for (let key = 0; key < 4; key++) throttle.admit(`busy-${key}`, 1, 1, laterMs);
    for (let key = 0; key < 4; key++) throttle.admit(`new-${key}`, 1, 1, laterMs);
    expect(throttle.size()).toBe(8);
    for (let key = 0; key < 4; key++) expect(spent(`busy-${key}`, laterMs)).toBe(true);
    for (let key = 0; key < 4; key++) expect(spent(`new-${key}`, laterMs)).toBe(true);
    for (let key = 0; key < 1000; key++) throttle.admit(`flood-${key}`, 1, 1, laterMs);
    expect(throttle.size()).toBe(8);
  });
});
