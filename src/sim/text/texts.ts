import type { Random } from "../../kit/random.ts";
import { LANGUAGES, type Language } from "./language.ts";

/** Something to talk about. Topics of a corpus carry an id of their own; those of the grammars are named after the vocabulary. */
export interface Topic {
  readonly name: string;
  readonly language: Language;
  /** Programming. */
  readonly code: boolean;
}

/** How one person writes. */
export interface Voice {
  /** Of a first message, in characters. */
  readonly medianLength: number;
  readonly sigma: number;
  readonly lowercase: boolean;
  readonly greetingChance: number;
  readonly thanksChance: number;
  readonly typoChance: number;
  /** Chance that a first message carries a pasted document or snippet. */
  readonly pasteChance: number;
  /** Projects, pets, firms: the names of this person's own world. */
  readonly names: readonly string[];
}

/** What a campaign's queue, a benchmark or a homework sheet is made of. */
export const ITEM_KINDS = [
  "maths",
  "science",
  "code",
  "snippet",
  "instruction",
  "sensitive",
  "sentence",
  "repository",
  "tool-request",
  "theorem",
  "document",
  "errand",
  "persona",
  "delicate",
  "question",
  "situation",
  "web-page",
  "database-question",
] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** One prompt waiting to be worked on, with what its pipeline knows about it. */
export interface Item {
  readonly text: string;
  /** The published answer, where there is one. */
  readonly answer: string;
  readonly language: Language;
  /** What the text is about, where that is told apart from it: the schema of a database. */
  readonly about?: string | undefined;
  /** A whole request of a real pipeline, sent as it stands; otherwise the pipeline's wording frames the text. */
  readonly whole?: { readonly system: string | undefined } | undefined;
}

/** Topics by language, and programming apart. */
export interface TopicIndex {
  readonly code: readonly Topic[];
  spoken(language: Language): readonly Topic[];
}

/** A language without topics of its own gets the English ones. */
export function indexTopics(topics: readonly Topic[]): TopicIndex {
  const spoken = new Map<Language, Topic[]>(LANGUAGES.map((language) => [language, []]));
  for (const topic of topics) if (!topic.code) spoken.get(topic.language)?.push(topic);
  const english = spoken.get("en") ?? [];
  return {
    code: topics.filter((topic) => topic.code),
    spoken(language) {
      const own = spoken.get(language) ?? [];
      return own.length > 0 ? own : english;
    },
  };
}

/** Where the words come from: the simulator's grammars, or those with a corpus on top. */
export interface Texts {
  readonly topics: readonly Topic[];
  /** Opens a conversation. */
  ask(topic: Topic, voice: Voice, random: Random): string;
  followUp(topic: Topic, voice: Voice, random: Random): string;
  /** Prose of a document, `sentences` long. */
  passage(topic: Topic, random: Random, sentences: number): string;
  /** A stand-in for the model's answer; realistic lengths stand in `usage`. */
  reply(topic: Topic, random: Random): string;
  /** An endless source of work for honest makers of data, examiners, courses. Items may repeat: queues deduplicate. */
  items(kind: ItemKind, language: Language, random: Random): () => Item;
  /** An endless source of work for a campaign. */
  harvest(kind: ItemKind, language: Language, random: Random): () => Item;
}
