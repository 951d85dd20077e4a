import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { printable } from "../../terminal/printable.ts";
import { unwrapWoff } from "./woff.ts";

/*
 * Text into lines, with a font for each part of it. Source Sans has what our own sentences are written in; GNU Unifont has every other
 * character of the Basic Multilingual Plane, since an account may be called anything. What neither can draw is spelled out.
 */

const require = createRequire(import.meta.url);
const FONTS = {
  regular: require.resolve("@fontsource/source-sans-3/files/source-sans-3-latin-400-normal.woff"),
  semibold: require.resolve("@fontsource/source-sans-3/files/source-sans-3-latin-600-normal.woff"),
  other: require.resolve("@fontsource/unifont/files/unifont-latin-400-normal.woff"),
} as const;
export type FontName = keyof typeof FONTS;

/** What draws and measures; the page's document. */
export interface Canvas {
  registerFont(name: string, source: Buffer): unknown;
  font(name: string, size: number): { widthOfString(text: string): number };
}

export interface Style {
  readonly size: number;
  readonly weight?: "regular" | "semibold";
}

export interface Run {
  readonly font: FontName;
  readonly text: string;
  readonly width: number;
}

export interface Line {
  readonly runs: readonly Run[];
  readonly width: number;
}

export interface Typesetter {
  /** Breaks at spaces, and within a word that is wider than the line. Points. */
  lines(text: string, style: Style, width: number): Line[];
  width(text: string, style: Style): number;
}

/** What the text font has, of what is drawn here. */
const ownCharacters = /^[\u0020-\u007E\u00A0-\u00FF\u2013\u2014\u2018-\u201D\u2022\u2026]$/u;
/** Unassigned, for private use, or beyond the plane that Unifont covers. */
const undrawable = /[\p{Cn}\p{Co}\u{10000}-\u{10FFFF}]/gu;

export function createTypesetter(canvas: Canvas): Typesetter {
  for (const name of ["regular", "semibold", "other"] as const)
    canvas.registerFont(name, unwrapWoff(readFileSync(FONTS[name])));
  const measured = (font: FontName, text: string, size: number): Run => ({
    font,
    text,
    width: canvas.font(font, size).widthOfString(text),
  });
  const runs = (text: string, { size, weight = "regular" }: Style): Run[] => {
    const parts: { font: FontName; text: string }[] = [];
    for (const character of text) {
      const font = ownCharacters.test(character) ? weight : "other";
      const last = parts.at(-1);
      if (last?.font === font) last.text += character;
      else parts.push({ font, text: character });
    }
    return parts.map((part) => measured(part.font, part.text, size));
  };
  const lineOf = (text: string, style: Style): Line => {
    const of = runs(text, style);
    return { runs: of, width: of.reduce((sum, run) => sum + run.width, 0) };
  };
  const width = (text: string, style: Style): number => lineOf(spelled(text), style).width;
  return {
    width,
    lines(text, style, available) {
      const fits = (candidate: string): boolean => lineOf(candidate, style).width <= available;
      const lines: string[] = [];
      let line = "";
      for (const word of spelled(text).split(" ")) {
        const longer = line === "" ? word : `${line} ${word}`;
        if (fits(longer)) {
          line = longer;
          continue;
        }
        if (line !== "") lines.push(line);
        const pieces = fits(word) ? [word] : broken(word, fits);
        lines.push(...pieces.slice(0, -1));
        line = pieces.at(-1) ?? "";
      }
      return [...lines, line].map((one) => lineOf(one, style));
    },
  };
}

/** Nothing invisible, nothing that turns the direction of the text, and nothing that would be an empty box. */
function spelled(text: string): string {
  return printable(text).replace(undrawable, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** A word that is wider than a line, in pieces that are not. */
function broken(word: string, fits: (text: string) => boolean): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (piece !== "" && !fits(piece + character)) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}
