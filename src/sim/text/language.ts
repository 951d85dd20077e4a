/** Languages that the grammars write. */
export const LANGUAGES = ["en", "zh", "es", "ru", "ar", "ja", "de", "pt", "hi"] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * The sentence patterns of one language. Slots: `{noun}`, `{other}` (a second noun), `{task}` (a verb phrase in the form the
 * patterns of that language ask for), `{detail}` (a circumstance), `{place}`, `{person}`, `{own}` (a name of the speaker's
 * own world: a project, a pet, a firm), `{number}`, `{quality}`. Every pattern has enough slots that two strangers
 * seldom write the same sentence.
 */
export interface LanguagePack {
  readonly language: Language;
  /** Written without spaces between words. */
  readonly unspaced: boolean;
  readonly asks: readonly string[];
  readonly contexts: readonly string[];
  readonly constraints: readonly string[];
  readonly followUps: readonly string[];
  readonly greetings: readonly string[];
  readonly thanks: readonly string[];
  readonly replies: readonly string[];
  readonly facts: readonly string[];
  readonly qualities: readonly string[];
  readonly places: readonly string[];
  readonly people: readonly string[];
  /** Syllables from which names are coined. */
  readonly syllables: readonly string[];
}

/** What people talk about: a vocabulary in one language. */
export interface Vocabulary {
  readonly name: string;
  readonly language: Language;
  readonly nouns: readonly string[];
  readonly tasks: readonly string[];
  readonly details: readonly string[];
}

/** Splits a list written as `a | b | c` over any number of lines. */
export function list(text: string): string[] {
  return text
    .split(/[|\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry.length > 0);
}

export function vocabulary(
  language: Language,
  name: string,
  nouns: string,
  tasks: string,
  details: string,
): Vocabulary {
  return {
    name: `${language}/${name}`,
    language,
    nouns: list(nouns),
    tasks: list(tasks),
    details: list(details),
  };
}
