import { expect, test } from "vitest";
import { compileTerm } from "./term.ts";

test("a stem begins a word where words begin with ASCII, and stands anywhere elsewhere", () => {
  const { check } = compileTerm("t", ["act, (?:judge|rate), 推理, (?:juez|судь)"], "here");
  expect(["an action", "please rate it", "逐步推理", "не судья", "5 judges"].map((text) => check.test(text))).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(["a fact", "separate", "adjudge"].map((text) => check.test(text))).toEqual([false, false, false]);
});

test.each([
  ["(?=a)b", "look-around"],
  ["(?<!a)b", "look-around"],
  ["(?<name>a)", "plain (?: ) groups"],
  ["(?i)a", "plain (?: ) groups"],
  ["(?:a)b\\1", "back-references"],
  ["a++", "possessive"],
  ["a.*b", "unbounded"],
  ["a.{3,}b", "unbounded"],
  ["a.{0,60}b", "more than 20"],
  ["Answer", "lower case"],
  ["final_answer", "underscore"],
  ["\\p{L}b", "escapes"],
  ["(?:a", "Invalid regular expression"],
  ["(?:a)?", "empty text"],
  ["a, , b", "empty stem"],
])("%s is refused: %s", (stems, reason) => {
  expect(() => compileTerm("t", [stems], "here")).toThrow(reason);
});
