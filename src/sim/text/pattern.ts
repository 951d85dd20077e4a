import type { Random } from "../../kit/random.ts";
import type { Language } from "./language.ts";

/** A sentence with holes, split once so that filling it is a walk over two short arrays. */
export interface Pattern {
  readonly literals: readonly string[];
  readonly slots: readonly string[];
}

/** Sentences in a few languages; the rest of the languages use the English ones, as real question sets mostly do. */
export type PatternsByLanguage = Partial<Record<Language, readonly Pattern[]>> & { readonly en: readonly Pattern[] };

/** `Keep {noun} near {place}` becomes its literals and its slot names. */
export function pattern(text: string): Pattern {
  const literals: string[] = [];
  const slots: string[] = [];
  let rest = 0;
  for (const match of text.matchAll(/\{([a-z]+)\}/g)) {
    literals.push(text.slice(rest, match.index));
    slots.push(match[1]!);
    rest = match.index + match[0].length;
  }
  literals.push(text.slice(rest));
  return { literals, slots };
}

/** Draws the word for one hole. */
export type Filler = (slot: string, random: Random) => string;

export function fill(template: Pattern, random: Random, filler: Filler): string {
  let text = template.literals[0]!;
  for (let i = 0; i < template.slots.length; i++) {
    text += filler(template.slots[i]!, random) + template.literals[i + 1]!;
  }
  return text;
}
