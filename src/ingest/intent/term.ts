/*
 * A term: one idea in many words and languages, compiled to one regular expression. Terms hold no long gaps: what must stand
 * near each other is said by joining terms in a sentence, for a gap between two lists of words multiplies the automaton
 * (seconds to compile, or refused), while a list of words alone costs next to nothing.
 */

import { literalsOf } from "./literals.ts";

// Limits.
const repeatMax = 20;
const termCharactersMax = 8_000;

export interface Term {
  readonly name: string;
  /** File and line, for messages. */
  readonly place: string;
  /** For normalised text, in the dialect that the engine's automaton (Vectorscan) and JavaScript have in common. */
  readonly source: string;
  /** Any one of these in a text with marked words, or of the expressions in the text as it is, says the same as the source. */
  readonly literals: readonly string[];
  readonly expressions: readonly string[];
  /** The same for checks in this process. */
  readonly check: RegExp;
}

const refusals: readonly { readonly construct: RegExp; readonly reason: string }[] = [
  { construct: /\(\?<?[=!]/u, reason: "look-around can't run in the engine" },
  { construct: /\(\?(?!:|<?[=!])/u, reason: "only plain (?: ) groups: flags and names are not for patterns" },
  { construct: /\\(?:[1-9]|k)/u, reason: "back-references can't run in the engine" },
  {
    construct: /\\[pPuxXcCGAzZ]/u,
    reason: "of the escapes only \\b \\d \\s \\w \\D \\S \\W \\n and escaped punctuation are read alike by both sides",
  },
  { construct: /[*+}?]\+/u, reason: "possessive repeats can't run in the engine" },
  { construct: /\.[*+]|\{\d+,\}/u, reason: `an unbounded gap: write {0,n} with n at most ${repeatMax}` },
  { construct: /[A-Z]/u, reason: "text is matched in lower case" },
  { construct: /_/u, reason: "an underscore is a space by the time of matching" },
];

/**
 * Compiles the stems of a term, separated by ", ". A stem that begins with an ASCII letter or digit, or is an all-ASCII one
 * that begins with a group, matches at the beginning of a word; any other anywhere. Throws an `Error` whose message is the reason.
 */
export function compileTerm(name: string, stemLists: readonly string[], place: string): Term {
  const stems = stemLists.flatMap((list) => list.split(/,\s+/u)).map((stem) => stem.trim());
  for (const stem of stems) {
    if (stem === "") throw new Error("an empty stem: every text would match");
    checkStem(stem);
  }
  const bounded = stems.map((stem) => (beginsWord(stem) ? `\\b${stem}` : stem));
  const source = bounded.join("|");
  if (source.length > termCharactersMax) throw new Error(`${source.length} characters, more than ${termCharactersMax}`);
  const check = new RegExp(source, "su");
  const written = bounded.map((stem) => ({ stem, literals: literalsOf(stem) }));
  const rest = written.flatMap(({ stem, literals }) => (literals === null ? [stem] : []));
  return Object.freeze({
    name,
    place,
    source,
    literals: [...new Set(written.flatMap(({ literals }) => literals ?? []))],
    expressions: [...new Set(rest)],
    check,
  });
}

/** Of a group that holds other scripts, some alternative may begin where no ASCII word does. */
function beginsWord(stem: string): boolean {
  return /^(?:[a-z0-9]|\\d)/u.test(stem) || /^(?:\(\?:)+(?:[a-z0-9]|\\d)[\x20-\x7e]*$/u.test(stem);
}

function checkStem(stem: string): void {
  const withoutEscapes = stem.replaceAll(/\\[DSW]|\\[^A-Za-z0-9]/gu, "");
  for (const { construct, reason } of refusals) {
    if (construct.test(withoutEscapes)) throw new Error(`${stem}: ${reason}`);
  }
  for (const [repeat, from, to] of stem.matchAll(/\{(\d+)(?:,(\d+))?\}/gu)) {
    if (Math.max(Number(from), Number(to ?? from)) > repeatMax)
      throw new Error(`${stem}: ${repeat} is more than ${repeatMax}`);
  }
  // Checked by itself: two halves of a broken one could make a whole between them.
  if (new RegExp(stem, "su").test("")) throw new Error(`${stem}: it matches the empty text, so everything`);
}
