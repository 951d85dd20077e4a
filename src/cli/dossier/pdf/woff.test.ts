import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import PdfKit from "pdfkit";
import { expect, test } from "vitest";
import { unwrapWoff } from "./woff.ts";

const path = createRequire(import.meta.url).resolve(
  "@fontsource/source-sans-3/files/source-sans-3-latin-400-normal.woff",
);
const woff = readFileSync(path);

test("a font measures the same out of its wrapper", () => {
  const document = new PdfKit();
  document.registerFont("plain", unwrapWoff(woff));
  const width = (font: string): number =>
    document.font(font).fontSize(10).widthOfString("Evidence dossier, 73 accounts");
  expect(width("plain")).toBe(width(path));
});

test("what is no font, or is cut, is refused", () => {
  expect(() => unwrapWoff(Buffer.from("no font"))).toThrow(RangeError);
  expect(() => unwrapWoff(Buffer.alloc(100))).toThrow(RangeError);
  expect(() => unwrapWoff(woff.subarray(0, woff.length / 2))).toThrow("unexpected end of file");
});
