import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { arrivals, drawRhythm } from "./arrivals.ts";

function all(next: () => number): number[] {
  const times: number[] = [];
  for (let time = next(); time < Infinity; time = next()) times.push(time);
  return times;
}

const startMs = Date.UTC(2026, 2, 2);

describe("arrivals", () => {
  it("come at the asked rate, in order, within the time", () => {
    const random = seededRandom(5);
    const endMs = startMs + 28 * dayMs;
    for (const kind of ["person", "office", "service", "flat"] as const) {
      const times = all(
        arrivals({ random, startMs, endMs, perDay: 100, rhythm: drawRhythm(random, kind, 3), burst: 0 }),
      );
      expect(times.length / 28, kind).toBeGreaterThan(90);
      expect(times.length / 28, kind).toBeLessThan(110);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.every((time) => time >= startMs && time < endMs)).toBe(true);
    }
  });

  it("follow office hours of the zone", () => {
    const random = seededRandom(6);
    const rhythm = drawRhythm(random, "office", 8);
    const times = all(arrivals({ random, startMs, endMs: startMs + 28 * dayMs, perDay: 200, rhythm, burst: 0.3 }));
    const night = times.filter((time) => {
      const local = Math.floor(time / hourMs + 8) % 24;
      return local < 5 || local >= 22;
    });
    expect(night.length / times.length).toBeLessThan(0.1);
  });

  it("give at least one where somebody must appear", () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = seededRandom(seed);
      const rhythm = drawRhythm(random, "evening", 0);
      const times = all(
        arrivals({ random, startMs, endMs: startMs + dayMs, perDay: 0.01, rhythm, burst: 1, atLeastOne: true }),
      );
      expect(times.length, `seed ${seed}`).toBeGreaterThan(0);
    }
  });
});
