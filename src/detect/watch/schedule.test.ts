import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confirmationOf, memoryMs, turnOf, windowsDue } from "./schedule.ts";

const hourMs = 3_600_000;

/** All windows of a stretch that is walked in steps of the given lengths. */
function walk(startMs: number, stepsMs: readonly number[]) {
  let lastMs = startMs;
  return stepsMs.flatMap((stepMs) => {
    const due = windowsDue(lastMs, lastMs + stepMs);
    lastMs += stepMs;
    return due;
  });
}

describe("the schedule of looks", () => {
  it("looks back a day every three hours, and further less often", () => {
    const startMs = 1_000 * 384 * hourMs;
    const windows = walk(
      startMs,
      Array.from({ length: 48 }, () => hourMs),
    );
    const hours = windows.map(({ sinceMs, untilMs }) => (untilMs - sinceMs) / hourMs);
    expect(hours.filter((length) => length === 24)).toHaveLength(8);
    expect(hours.filter((length) => length === 96)).toHaveLength(6);
    expect(hours.filter((length) => length === 384)).toHaveLength(2);
  });

  it("looks once where several windows end together", () => {
    const startMs = 1_000 * 384 * hourMs;
    expect(windowsDue(startMs - 1, startMs)).toEqual([{ sinceMs: startMs - memoryMs, untilMs: startMs }]);
  });

  it("never looks beyond the time that was reached, nor back beyond its memory, nor twice", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000 }).map((hours) => 2e12 + hours * hourMs),
        fc.array(fc.integer({ min: 1, max: 60 * hourMs }), { maxLength: 40 }),
        (startMs, stepsMs) => {
          let lastMs = startMs;
          const made = new Set<string>();
          for (const stepMs of stepsMs) {
            const nowMs = lastMs + stepMs;
            for (const { sinceMs, untilMs } of windowsDue(lastMs, nowMs)) {
              expect(untilMs).toBeLessThanOrEqual(nowMs);
              expect(untilMs).toBeGreaterThan(lastMs);
              expect(untilMs - sinceMs).toBeLessThanOrEqual(memoryMs);
              expect(made).not.toContain(`${sinceMs}-${untilMs}`);
              made.add(`${sinceMs}-${untilMs}`);
            }
            lastMs = nowMs;
          }
        },
      ),
    );
  });

  it("makes the same looks whatever the steps, as long as these are short", () => {
    const startMs = 2e12;
    const looks = (stepMs: number) =>
      walk(
        startMs,
        Array.from({ length: (72 * hourMs) / stepMs }, () => stepMs),
      );
    expect(looks(hourMs / 4)).toEqual(looks(hourMs));
  });
});

describe("the turn of a look", () => {
  it("is another with each look of the schedule, and the same with what confirms one", () => {
    const startMs = 1_000 * 384 * hourMs;
    const windows = walk(
      startMs,
      Array.from({ length: 96 }, () => hourMs),
    );
    const turns = windows.map(turnOf);
    expect(new Set(turns).size).toBe(turns.length);
    expect(windows.map(confirmationOf).map(turnOf)).toEqual(turns);
  });
});
