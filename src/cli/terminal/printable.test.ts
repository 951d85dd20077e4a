import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test("spells out what would steer a terminal or turn a line around, and keeps the rest", () => {
  expect(printable("\u001b[31mred\u0007\r\n\u009b2J\u202eabc\ud800")).toBe(
    String.raw`\u{1b}[31mred\u{7}\u{d}\u{a}\u{9b}2J\u{202e}abc\u{d800}`,
  );
  expect(printable("Ünïcode 漢字 😀 'quoted' <b>")).toBe("Ünïcode 漢字 😀 'quoted' <b>");
});

test("no control character is left in any text, and a second pass changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = printable(text);
      expect(shown).not.toMatch(/\p{Cc}|\p{Cs}/u);
      expect(printable(shown)).toBe(shown);
    }),
  );
});
