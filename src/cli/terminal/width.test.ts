import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, fit, wrap } from "./width.ts";

test("wide characters count two columns and are never cut in half", () => {
  expect(columnsOf("漢字")).toBe(4);
  expect(fit("漢字漢字", 4)).toBe("漢… ");
  expect(fit("ab", 4)).toBe("ab  ");
  expect(fit("ab", 4, "right")).toBe("  ab");
  expect(fit("abcde", 1)).toBe("…");
  expect(fit("abc", 0)).toBe("");
});

test("a fitted text has exactly the columns asked for", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
      expect(columnsOf(fit(text, columns))).toBe(columns);
    }),
  );
});

test("lines break at spaces and keep their indent", () => {
  expect(wrap("one two three", 9, "  ")).toBe("  one two\n  three");
  expect(wrap("unbreakable", 4)).toBe("unbreakable");
});
