import { expect, test } from "vitest";
import { nearest, spellingDistance } from "./nearest.ts";

test("distance counts changed, added and left-out letters, up to a limit", () => {
  expect(spellingDistance("kitten", "sitting", 5)).toBe(3);
  expect(spellingDistance("same", "same", 2)).toBe(0);
  expect(spellingDistance("org", "org-12345678", 2)).toBe(1);
  expect(spellingDistance("abc", "xyz", 2)).toBe(3);
  expect(spellingDistance("", "ab", 2)).toBe(2);
});

test("names the nearest, at most five, and none that is far", async () => {
  const names = ["org-1a", "ORG-1B", "unrelated", ...Array.from({ length: 9 }, (_, n) => `org-${n}c`)];
  const near = await nearest("org-1b", names);
  expect(near.slice(0, 2)).toEqual(["ORG-1B", "org-1a"]);
  expect(near).toHaveLength(5);
  expect(await nearest("zzzzzz", names)).toEqual([]);
});
