import { expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { nightly } from "./nightly.ts";

const startMs = Date.UTC(2026, 2, 2);
const endMs = startMs + 200 * dayMs;

function times(perDay: number, awakeChance: number): number[] {
  const next = nightly({ random: seededRandom(3), startMs, endMs, dueMs: 3 * hourMs, perDay, awakeChance });
  const all: number[] = [];
  for (let time = next(); time < Infinity; time = next()) all.push(time);
  return all;
}

it("comes at the asked rate, in order and within the time, however often the machine sleeps", () => {
  for (const awakeChance of [1, 0.6, 0.2]) {
    const all = times(9, awakeChance);
    expect(all.length / 200 / 9, `awake ${awakeChance}`).toBeGreaterThan(0.85);
    expect(all.length / 200 / 9, `awake ${awakeChance}`).toBeLessThan(1.15);
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(all.every((time) => time >= startMs && time < endMs)).toBe(true);
  }
});

it("begins within a minute of the hour that is set, and later only where the machine slept", () => {
  const firsts = (awakeChance: number): number[] => {
    const byDay = new Map<number, number>();
    for (const time of times(4, awakeChance)) {
      const day = Math.floor((time - startMs) / dayMs);
      if (!byDay.has(day)) byDay.set(day, time - startMs - day * dayMs - 3 * hourMs);
    }
    return [...byDay.values()];
  };
  expect(firsts(1).every((late) => late >= 0 && late < 60_000)).toBe(true);
  const sleepy = firsts(0.5);
  expect(sleepy.length).toBeLessThan(180);
  expect(sleepy.filter((late) => late > hourMs).length / sleepy.length).toBeGreaterThan(0.15);
});
