/*
 * The dialect of the patterns: what both the engine's automaton (Vectorscan) and JavaScript read alike, so that a pack is
 * checked at load without the engine. Two gaps have a sign of their own, and every other repeat is bounded and short.
 */

// Limits.
/** Longer counted repeats take the engine seconds to compile; it refuses them from 50. */
const repeatMax = 24;
const expressionCharactersMax = 8_000;

/** Stated once for all patterns: any case, a dot matches every character, matching by code point. */
const engineFlags = "(?is)";
const scriptFlags = "isu";

/** What one space in a pattern stands for: templates differ in line breaks and in Markdown emphasis. */
const wordGap = "(?:[\\s*_#-]{1,4})";
/**
 * What `~` stands for: anything within the sentence or line. It is not counted, because a counted gap between two lists of
 * words multiplies the automaton: seconds to compile, or refused.
 */
const sentenceGap = "[^.!?\\n。！？؟।]*";

/**
 * Word lists by name, then by group of languages; `{{name}}` in a pattern stands for any one of its words. A pattern becomes
 * one expression per group, in which all its lists speak that group's languages: one automaton for all of them is too large.
 */
export type Vocabulary = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface Expression {
  /** File and line, for messages. */
  readonly place: string;
  /** As the engine takes it, flags included. */
  readonly source: string;
  /** The same for checks in this process. */
  readonly check: RegExp;
}

const refusals: readonly { readonly construct: RegExp; readonly reason: string }[] = [
  { construct: /\(\?<?[=!]/u, reason: "look-around can't run in the engine" },
  { construct: /\(\?(?!:|<?[=!])/u, reason: "only plain (?: ) groups: flags and names are not for patterns" },
  { construct: /\\(?:[1-9]|k)/u, reason: "back-references can't run in the engine" },
  { construct: /\\[pPuxXcCGAzZ]/u, reason: "only \\b \\B \\d \\D \\s \\S \\w \\W \\n \\t and escaped punctuation are known to both sides" },
  { construct: /[*+}?]\+/u, reason: "possessive repeats can't run in the engine" },
];

/** Throws an `Error` whose message is the reason; `place` says where the pattern stands. */
export function compilePattern(pattern: string, vocabulary: Vocabulary, place: string): Expression[] {
  const names = [...pattern.matchAll(/\{\{(.*?)\}\}/gu)].map((reference) => reference[1] ?? "");
  const lists = names.map((name) => {
    const list = vocabulary.get(name);
    if (list === undefined) throw new Error(`there is no word list "${name}"`);
    return { name, list };
  });
  const groups = [...(lists[0]?.list.keys() ?? [])].filter((group) => lists.every(({ list }) => list.has(group)));
  if (lists.length === 0) return [compileExpression(pattern, place)];
  if (groups.length === 0) throw new Error(`the word lists ${names.join(", ")} have no group of languages in common`);
  return groups.map((group) =>
    compileExpression(
      lists.reduce((text, { name, list }) => text.replaceAll(`{{${name}}}`, list.get(group) ?? ""), pattern),
      place,
    ),
  );
}

function compileExpression(expanded: string, place: string): Expression {
  const { source, outsideClasses } = expandGaps(expanded);
  if (source.length > expressionCharactersMax) {
    throw new Error(`${source.length} characters with its words, more than ${expressionCharactersMax}`);
  }
  for (const { construct, reason } of refusals) if (construct.test(outsideClasses)) throw new Error(reason);
  refuseWideRepeats(outsideClasses);
  const check = new RegExp(source, scriptFlags);
  if (check.test("")) throw new Error("it matches the empty text, so everything");
  return Object.freeze({ place, source: engineFlags + source, check });
}

/** Replaces the two gaps outside of character classes, and gives back what stands outside of them with literals blanked. */
function expandGaps(pattern: string): { source: string; outsideClasses: string } {
  let source = "";
  let outsideClasses = "";
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "\\") {
      const escaped = pattern.charAt(++at);
      source += character + escaped;
      outsideClasses += /\w/u.test(escaped) ? character + escaped : "_";
    } else if (inClass) {
      inClass = character !== "]";
      source += character;
    } else if (character === " " || character === "~") {
      source += character === " " ? wordGap : sentenceGap;
      outsideClasses += "_";
    } else {
      inClass = character === "[";
      source += character;
      outsideClasses += inClass ? "_" : character;
    }
  }
  return { source, outsideClasses };
}

function refuseWideRepeats(outsideClasses: string): void {
  if (/[.)_]\*|[.)_]\+|\\[sSwWdDbB][*+]/u.test(outsideClasses)) {
    throw new Error(`unbounded repeat: write {0,n} with n at most ${repeatMax}`);
  }
  for (const [repeat, from, comma, to] of outsideClasses.matchAll(/\{(\d+)(,?)(\d*)\}/gu)) {
    if (comma === "," && to === "") throw new Error(`${repeat} is unbounded: n is at most ${repeatMax}`);
    if (Math.max(Number(from), Number(to)) > repeatMax) throw new Error(`${repeat} is more than ${repeatMax}`);
  }
}
