import { expect, test } from "vitest";
import { isNestedDeeper } from "./nesting.ts";

const nested = (levels: number): unknown => JSON.parse(`${'[{"a":'.repeat(levels)}1${"}]".repeat(levels)}`);

test("counts lists and objects in each other", () => {
  expect([1, "a", null, undefined].map((value) => isNestedDeeper(value, 0))).toEqual([false, false, false, false]);
  expect([[], {}].map((value) => isNestedDeeper(value, 0))).toEqual([true, true]);
  expect(isNestedDeeper({ a: [1], b: { c: [] } }, 3)).toBe(false);
  expect(isNestedDeeper({ a: [1], b: { c: [] } }, 2)).toBe(true);
});

test("says so of what no walk comes to the end of", () => {
  expect(isNestedDeeper(nested(50), 100)).toBe(false);
  expect(isNestedDeeper(nested(100_000), 100)).toBe(true);
});
