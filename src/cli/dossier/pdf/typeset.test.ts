import fc from "fast-check";
import PdfKit from "pdfkit";
import { expect, test } from "vitest";
import { createTypesetter } from "./typeset.ts";

const { lines, width } = createTypesetter(new PdfKit());
const style = { size: 10 } as const;

test("breaks at spaces, keeps every word, and no line is wider than it may be", () => {
  const words = fc.array(
    fc.oneof(fc.string({ unit: "grapheme", maxLength: 30 }), fc.constantFrom("a", "word", "組織")),
    {
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 400 }), (given, available) => {
      const text = given.join(" ");
      const set = lines(text, style, available);
      const wide = set.filter((line) => line.width > available).map(({ runs }) => runs.map((run) => run.text).join(""));
      // A single character can't be broken.
      expect(wide.filter((line) => Array.from(line).length > 1)).toEqual([]);
      const solid = (of: string): string => of.replaceAll(/\s/g, "");
      const said = solid(set.flatMap(({ runs }) => runs.map((run) => run.text)).join(""));
      const whole = solid(
        lines(text, style, Infinity)
          .flatMap(({ runs }) => runs.map((run) => run.text))
          .join(""),
      );
      expect(said).toBe(whole);
    }),
  );
});

test("takes another font for what the text's own has not", () => {
  const [line] = lines("an 組織 of 3", style, 400);
  expect(line?.runs.map(({ font, text }) => [font, text])).toEqual([
    ["regular", "an "],
    ["other", "組織"],
    ["regular", " of 3"],
  ]);
  expect(width("wide", style)).toBeGreaterThan(width("wi", style));
});

test("spells out what would be invisible, turned, or an empty box", () => {
  const [line] = lines("a\u200Bb\u{1F600}c\uE000", style, 400);
  expect(line?.runs.map(({ text }) => text).join("")).toBe(String.raw`a\u{200b}b\u{1f600}c\u{e000}`);
});
