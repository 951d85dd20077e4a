import { expect, test } from "vitest";
import { createPaint, hasColor } from "./paint.ts";

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
])("a stream with isTTY %s in %j shows colour: %s", (isTTY, environment, expected) => {
  expect(hasColor({ isTTY }, environment)).toBe(expected);
});

test("paint adds a style or leaves the text alone", () => {
  expect(createPaint(true)("bold", "x")).toBe("\u001b[1mx\u001b[22m");
  expect(createPaint(false)("bold", "x")).toBe("x");
});
