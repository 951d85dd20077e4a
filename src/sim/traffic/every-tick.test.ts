import { expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { hourMs } from "../../kit/time-units.ts";
import { everyTick } from "./every-tick.ts";

it("takes what came in at the next full hour, within seconds, and works it off in order", () => {
  const random = seededRandom(5);
  const came: number[] = [];
  let nowMs = 0;
  const next = everyTick(
    random.fork("ticks"),
    () => {
      if (came.length === 400) return Infinity;
      came.push((nowMs += random.exponential(hourMs / 4)));
      return nowMs;
    },
    hourMs,
  );
  const taken: number[] = [];
  for (let time = next(); time < Infinity; time = next()) taken.push(time);
  expect(taken.length).toBe(came.length);
  expect(taken).toEqual(taken.toSorted((a, b) => a - b));
  expect(taken.every((time, i) => time >= came[i]! && time - came[i]! < 1.1 * hourMs)).toBe(true);
  expect(taken.every((time) => time % hourMs < 60_000)).toBe(true);
  expect(new Set(taken).size).toBe(taken.length);
});
