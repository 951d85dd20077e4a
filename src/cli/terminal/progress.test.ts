import { expect, test } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { createPaint } from "./paint.ts";
import { createProgress, duration } from "./progress.ts";
import { columnsOf } from "./width.ts";

const paint = createPaint(false);

function recorder(isTTY: boolean, columns = 100) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

test("says how far, how fast and how long still", () => {
  const stream = recorder(true);
  const clock = fixedClock(0);
  const progress = createProgress(stream, paint, clock);
  progress.update({ done: 0, total: 400_000, unit: "exchanges", label: "Reading" });
  clock.advance(2_000);
  progress.update({ done: 100_000, total: 400_000, unit: "exchanges", label: "Reading" });
  expect(stream.written.at(-1)).toBe(
    "\r\u001b[2KReading  ━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25%  100,000 of 400,000 exchanges · 50,000/s · 6 s left",
  );
});

test("without a total there is no bar and no time left", () => {
  const stream = recorder(true);
  const clock = fixedClock(0);
  const progress = createProgress(stream, paint, clock);
  progress.update({ done: 10, total: null, unit: "lines", label: "Reading" });
  clock.advance(1_000);
  progress.update({ done: 30, total: null, unit: "lines", label: "Reading" });
  expect(stream.written.at(-1)).toBe("\r\u001b[2KReading  30 lines · 20/s");
});

test("redraws ten times a second at most, and always at the end", () => {
  const stream = recorder(true);
  const clock = fixedClock(0);
  const progress = createProgress(stream, paint, clock);
  for (let done = 0; done <= 100; done++) {
    progress.update({ done, total: 100, unit: "files", label: "Reading" });
    clock.advance(10);
  }
  expect(stream.written).toHaveLength(11);
  progress.clear();
  progress.clear();
  expect(stream.written).toHaveLength(12);
});

test("a new label starts a new rate", () => {
  const stream = recorder(true);
  const clock = fixedClock(0);
  const progress = createProgress(stream, paint, clock);
  progress.update({ done: 5, total: 10, unit: "files", label: "Reading" });
  clock.advance(9_000);
  progress.update({ done: 0, total: 10, unit: "groups", label: "Judging" });
  expect(stream.written.at(-1)).not.toContain("/s");
});

test("stays on one line of a narrow terminal, whatever the label", () => {
  const stream = recorder(true, 30);
  const progress = createProgress(stream, paint, fixedClock(0));
  progress.update({ done: 5, total: 10, unit: "exchanges", label: "Reading \u001b[2J漢字.ndjson" });
  const [line] = stream.written;
  const visible = line!.replace("\r\u001b[2K", "");
  expect(visible).not.toContain("\u001b");
  expect(columnsOf(visible)).toBeLessThanOrEqual(29);
});

test("writes nothing where nobody watches", () => {
  const stream = recorder(false);
  const progress = createProgress(stream, paint, fixedClock(0));
  progress.update({ done: 1, total: 1, unit: "files", label: "Reading" });
  progress.clear();
  expect(stream.written).toEqual([]);
});

test("durations are told in two units at most", () => {
  expect([0.2, 59, 60, 125, 4_330].map(duration)).toEqual(["1 s", "59 s", "1 min 00 s", "2 min 05 s", "1 h 12 min"]);
});
