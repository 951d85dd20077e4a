import { sql } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";

/*
 * Most stems are lists of plain words, and the engine's automaton takes plain words ten times as fast as it takes expressions:
 * above all a word boundary is dear, some 0.8 ms each to compile. So a stem that stands for a few texts is written out, and what
 * it is looked for in has its words marked, which makes boundaries plain characters.
 */

// Limits.
/** Texts that one stem is written out to; one that stands for more stays an expression. */
const textsPerStemMax = 64;

/** Stand before and after each word, a run of ASCII letters and digits, of a marked text. */
const wordBegin = "\u0001";
const wordEnd = "\u0002";
const word = /[a-z0-9]+/gu;
/** A word boundary while a stem is being written out; no stem holds it. */
const boundary = "\u0003";

/** Escaped punctuation, a set of single characters, or a character that means itself. */
const character = /\\([^a-zA-Z0-9])|\[([^\]\\^-]+)\]|([^\\.*+?{}[\]()|^$])/uy;

/** A normalised text (a String expression) as literals are looked for in it. */
export function withMarkedWords(text: Sql): Sql {
  return sql`replaceRegexpAll(${text}, '[a-z0-9]+', '\x01\\0\x02')`;
}

/** The texts to find in a marked text in place of the stem, or `null` where it is more than a few plain texts. */
export function literalsOf(stem: string): string[] | null {
  const texts = new StemReader(stem).read();
  const marked = texts?.map(markedLiteral);
  return marked === undefined || marked.includes(null) ? null : marked.flatMap((text) => text ?? []);
}

/** A boundary can be said by a mark at a word's outer end only; at the ends of a text a word without one may go on. */
function markedLiteral(text: string): string | null {
  const begins = text.startsWith(boundary);
  const ends = text.endsWith(boundary);
  const plain = text.slice(begins ? 1 : 0, ends ? -1 : undefined);
  if (plain.includes(boundary) || (begins && !/^[a-z0-9]/u.test(plain)) || (ends && !/[a-z0-9]$/u.test(plain)))
    return null;
  const marked = plain.replaceAll(word, `${wordBegin}$&${wordEnd}`);
  const from = !begins && marked.startsWith(wordBegin) ? 1 : 0;
  const to = !ends && marked.endsWith(wordEnd) ? -1 : undefined;
  return marked.slice(from, to);
}

/** Writes a stem out: characters, escaped punctuation, boundaries, groups, sets of single characters, and optional ones of these. */
class StemReader {
  readonly #stem: string;
  #at = 0;

  constructor(stem: string) {
    this.#stem = stem;
  }

  /** `null` where the stem holds anything else, or stands for too many texts. */
  read(): string[] | null {
    const texts = this.#alternatives();
    return this.#at === this.#stem.length ? texts : null;
  }

  #alternatives(): string[] | null {
    const all: string[] = [];
    for (;;) {
      const texts = this.#sequence();
      if (texts === null) return null;
      all.push(...texts);
      if (all.length > textsPerStemMax) return null;
      if (!this.#takes("|")) return all;
    }
  }

  #sequence(): string[] | null {
    let texts = [""];
    while (this.#at < this.#stem.length && !/[|)]/u.test(this.#stem[this.#at]!)) {
      const pieces = this.#piece();
      if (pieces === null) return null;
      if (this.#takes("?")) pieces.push("");
      texts = texts.flatMap((text) => pieces.map((piece) => text + piece));
      if (texts.length > textsPerStemMax) return null;
    }
    return texts;
  }

  #piece(): string[] | null {
    if (this.#takes("\\b")) return [boundary];
    if (this.#takes("(?:")) {
      const texts = this.#alternatives();
      return this.#takes(")") ? texts : null;
    }
    character.lastIndex = this.#at;
    const [match, escaped, set, plain] = character.exec(this.#stem) ?? [];
    if (match === undefined) return null;
    this.#at += match.length;
    return set === undefined ? [escaped ?? plain ?? ""] : Array.from(set);
  }

  #takes(text: string): boolean {
    if (!this.#stem.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
