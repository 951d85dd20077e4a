import fc from "fast-check";
import { parseFragment } from "parse5";
import { expect, test } from "vitest";
import { textOf } from "../../../../test/fixtures/report/dom.ts";
import { printable } from "../../terminal/printable.ts";
import { clip, html } from "./markup.ts";

test("whatever a value holds, a parser reads it back as text and as an attribute", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const [node, ...more] = parseFragment(html`<p title="${value}">${value}</p>`.text).childNodes;
      expect(more).toEqual([]);
      expect(textOf(node!)).toBe(printable(value));
      expect(node !== undefined && "attrs" in node ? node.attrs : []).toEqual([
        { name: "title", value: printable(value) },
      ]);
    }),
  );
});

test("markup and lists of it are taken as they are, null as nothing, numbers with two decimals", () => {
  expect(
    html`<ul>
      ${["a", "<b>"].map((item) => html`<li>${item}</li>`)}${null}${1 / 3}
    </ul>`.text,
  ).toBe("<ul>\n<li>a</li><li>&lt;b&gt;</li>0.33\n</ul>");
});

test("a long name is cut at a whole character", () => {
  expect(clip("abc", 3)).toBe("abc");
  expect(clip("😀😀😀😀", 3)).toBe("😀😀…");
  expect(clip("x".repeat(1e6), 48)).toHaveLength(48);
});
