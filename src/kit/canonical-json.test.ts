import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("keys are in order of code units at every depth, and what is undefined is left out", () => {
  expect(canonicalJson({ b: [{ z: 1, a: null }], a: "é", 10: true, 9: undefined, "\u{1F600}": 1, "\uFB33": 2 })).toBe(
    '{"10":true,"a":"é","b":[{"a":null,"z":1}],"\u{1F600}":1,"\uFB33":2}',
  );
});

test("it reads back as the same value, and the order of the keys does not matter", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const read: unknown = JSON.parse(canonicalJson(value));
      expect(canonicalJson(read)).toBe(canonicalJson(value));
      expect(canonicalJson(Object.fromEntries(Object.entries(value).toReversed()))).toBe(canonicalJson(value));
      expect(JSON.stringify(read)).toHaveLength(JSON.stringify(value).length);
    }),
  );
});

test.each([Number.NaN, Infinity, 1n, undefined, () => 1])("%s is no JSON", (value) => {
  expect(() => canonicalJson([value])).toThrow(TypeError);
});
