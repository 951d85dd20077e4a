import fc from "fast-check";
import { expect, test } from "vitest";
import { literalsOf } from "./literals.ts";

const marked = (text: string): string => text.replaceAll(/[a-z0-9]+/gu, "\u0001$&\u0002");

test.each([
  [String.raw`\bthink`, ["\u0001think"]],
  [String.raw`\boutput\b`, ["\u0001output\u0002"]],
  [String.raw`\bchain of thought`, ["\u0001chain\u0002 \u0001of\u0002 \u0001thought"]],
  [String.raw`\bprompts?\b`, ["\u0001prompts\u0002", "\u0001prompt\u0002"]],
  [String.raw`\bnov[ao]`, ["\u0001nova", "\u0001novo"]],
  ["(?:ai|大)模型", ["ai\u0002模型", "大模型"]],
  [String.raw`\\boxed`, [String.raw`\boxed`.replace("boxed", "\u0001boxed")]],
  ["推理", ["推理"]],
])("%s is written out", (stem, literals) => {
  expect(literalsOf(stem)).toEqual(literals);
});

test.each([
  ["a class", String.raw`\bsolve\w`],
  ["a repeat", "a{2,3}"],
  ["any character", "d.entra"],
  ["a range", "[a-f]oo"],
  ["all but some", "[^a]oo"],
  ["a boundary inside", String.raw`\bfoo\b bar`],
  ["a boundary beside no word", String.raw`вы\b`],
  ["many texts", "(?:a|b|c)(?:a|b|c)(?:a|b|c)(?:a|b|c)"],
])("%s stays an expression", (_, stem) => {
  expect(literalsOf(stem)).toBeNull();
});

test("a text holds a stem just where its marked text holds one of the literals", () => {
  const piece = fc.constantFrom("a", "b1", " ", "é", "推", "(?:a|é )", "[ab]", "b?", "(?: b)?", String.raw`\.`);
  const stem = fc
    .tuple(fc.boolean(), fc.array(piece, { minLength: 1, maxLength: 5 }), fc.boolean())
    .map(([begins, pieces, ends]) => `${begins ? String.raw`\b` : ""}${pieces.join("")}${ends ? String.raw`\b` : ""}`);
  const text = fc.string({ unit: fc.constantFrom("a", "b", "1", " ", "é", "推", "."), maxLength: 12 });
  fc.assert(
    fc.property(stem, text, (source, of) => {
      const literals = literalsOf(source);
      if (literals === null) return;
      expect(literals.some((literal) => marked(of).includes(literal))).toBe(new RegExp(source, "su").test(of));
    }),
    { numRuns: 20_000 },
  );
});
