import type { Random } from "../../kit/random.ts";
import { logNormal } from "../draw.ts";
import { snippet } from "./code.ts";
import { coinName } from "./coin.ts";
import { itemSource } from "./items.ts";
import { LANGUAGES, type Language, type LanguagePack, type Vocabulary } from "./language.ts";
import { OTHER_PACKS } from "./packs-other.ts";
import { WESTERN_PACKS } from "./packs-western.ts";
import { fill, pattern, type Pattern } from "./pattern.ts";
import { portrait } from "./personas.ts";
import type { Texts, Topic, Voice } from "./texts.ts";
import { ASIAN } from "./topics/asian.ts";
import { CODE } from "./topics/code.ts";
import { ENGLISH_HOME } from "./topics/english-home.ts";
import { ENGLISH_WORK } from "./topics/english-work.ts";
import { EUROPEAN_AND_ARABIC } from "./topics/european.ts";

// Limits.
/** A prompt of the grammars stops growing here. */
const PROMPT_CHARS_MAX = 2_400;

/** A language pack with its patterns split. */
interface Patterns {
  readonly pack: LanguagePack;
  readonly asks: readonly Pattern[];
  readonly contexts: readonly Pattern[];
  readonly constraints: readonly Pattern[];
  readonly followUps: readonly Pattern[];
  readonly replies: readonly Pattern[];
  readonly facts: readonly Pattern[];
}

interface GrammarTopic extends Topic {
  readonly vocabulary: Vocabulary;
  readonly patterns: Patterns;
}

const PATTERNS = new Map<Language, Patterns>(
  [...WESTERN_PACKS, ...OTHER_PACKS].map((pack) => [
    pack.language,
    {
      pack,
      asks: pack.asks.map(pattern),
      contexts: pack.contexts.map(pattern),
      constraints: pack.constraints.map(pattern),
      followUps: pack.followUps.map(pattern),
      replies: pack.replies.map(pattern),
      facts: pack.facts.map(pattern),
    },
  ]),
);

export function languagePack(language: Language): LanguagePack {
  return patternsOf(language).pack;
}

function patternsOf(language: Language): Patterns {
  const patterns = PATTERNS.get(language);
  if (patterns === undefined) throw new RangeError(`no patterns for the language ${language}`);
  return patterns;
}

const TOPICS: readonly GrammarTopic[] = [
  ...ENGLISH_HOME,
  ...ENGLISH_WORK,
  ...ASIAN,
  ...EUROPEAN_AND_ARABIC,
  ...CODE,
].map((vocabulary) => ({
  name: vocabulary.name,
  language: vocabulary.language,
  code: CODE.includes(vocabulary),
  vocabulary,
  patterns: patternsOf(vocabulary.language),
}));

const TOPIC_BY_NAME = new Map(TOPICS.map((topic) => [topic.name, topic]));
const FALLBACK = new Map(LANGUAGES.map((language) => [language, TOPICS.filter((t) => t.language === language)]));

/** The vocabulary behind a topic; a topic of a corpus borrows one of its language, always the same. */
function grammarTopic(topic: Topic): GrammarTopic {
  const own = TOPIC_BY_NAME.get(topic.name);
  if (own !== undefined) return own;
  const shared = FALLBACK.get(topic.language) ?? TOPICS;
  return shared[topic.name.length % shared.length] ?? TOPICS[0]!;
}

/** The simulator's own texts: sentence patterns of nine languages over some eighty vocabularies. */
export const grammarTexts: Texts = {
  topics: TOPICS,
  ask(topic, voice, random) {
    const { vocabulary, patterns } = grammarTopic(topic);
    const speak = filler(vocabulary, patterns.pack, voice.names);
    const gap = patterns.pack.unspaced ? "" : " ";
    // Scripts without spaces say the same in about a third of the characters.
    const length = Math.min(PROMPT_CHARS_MAX, logNormal(random, voice.medianLength, voice.sigma));
    const target = patterns.pack.unspaced ? length / 3 : length;
    let text = random.chance(voice.greetingChance) ? random.pick(patterns.pack.greetings) + gap : "";
    if (random.chance(0.3) && target > 80) text += fill(random.pick(patterns.contexts), random, speak) + gap;
    text += fill(random.pick(patterns.asks), random, speak);
    while (text.length < target) {
      const more = random.chance(0.5) ? patterns.contexts : random.chance(0.5) ? patterns.constraints : patterns.asks;
      text += gap + fill(random.pick(more), random, speak);
    }
    if (random.chance(voice.pasteChance)) text += `\n\n${paste(topic, random)}`;
    if (random.chance(voice.thanksChance)) text += gap + random.pick(patterns.pack.thanks);
    return styled(text, voice, random);
  },
  followUp(topic, voice, random) {
    const { vocabulary, patterns } = grammarTopic(topic);
    const speak = filler(vocabulary, patterns.pack, voice.names);
    let text = fill(random.pick(patterns.followUps), random, speak);
    if (random.chance(0.3))
      text += (patterns.pack.unspaced ? "" : " ") + fill(random.pick(patterns.contexts), random, speak);
    if (topic.code && random.chance(voice.pasteChance)) text += `\n\n${snippet(random)}`;
    return styled(text, voice, random);
  },
  passage(topic, random, sentences) {
    const { vocabulary, patterns } = grammarTopic(topic);
    const names = [coinName(patterns.pack, random)];
    const speak = filler(vocabulary, patterns.pack, names);
    let text = "";
    for (let i = 0; i < sentences; i++) {
      const source = random.chance(0.75) ? patterns.facts : patterns.contexts;
      text += (i === 0 || patterns.pack.unspaced ? "" : " ") + fill(random.pick(source), random, speak);
    }
    return text;
  },
  reply(topic, random) {
    const { vocabulary, patterns } = grammarTopic(topic);
    const speak = filler(vocabulary, patterns.pack, NO_NAMES);
    let text = fill(random.pick(patterns.replies), random, speak);
    for (let more = random.integer(0, 3); more > 0; more--) {
      text += (patterns.pack.unspaced ? "" : " ") + fill(random.pick(patterns.replies), random, speak);
    }
    return topic.code && random.chance(0.4) ? `${text}\n\n${snippet(random)}` : text;
  },
  items(kind, language, random) {
    const topics = FALLBACK.get(language) ?? TOPICS;
    const names = Array.from({ length: 6 }, () => coinName(languagePack(language), random));
    const voice = { ...PLAIN_VOICE, names };
    return itemSource(kind, language, random, {
      ask: () => grammarTexts.ask(random.pick(topics), voice, random),
      document: () => document(random.pick(topics), names, random),
      persona: () => persona(random.pick(topics), names, random),
    });
  },
  harvest: (kind, language, random) => grammarTexts.items(kind, language, random),
};

/** A title and paragraphs on one topic. */
function document(topic: Topic, names: readonly string[], random: Random): string {
  const paragraphs = Array.from({ length: random.integer(5, 12) }, () =>
    grammarTexts.passage(topic, random, random.integer(4, 8)),
  );
  return [`${random.pick(names)} ${random.integer(1, 9_999)}`, ...paragraphs].join("\n\n");
}

/** Somebody whose life has to do with one topic. */
function persona(topic: Topic, names: readonly string[], random: Random): string {
  const { vocabulary, patterns } = grammarTopic(topic);
  return portrait(topic.language, random, filler(vocabulary, patterns.pack, names));
}

const NO_NAMES: readonly string[] = [];

/** The voice of a prompt that nobody in particular wrote. */
const PLAIN_VOICE: Voice = {
  medianLength: 110,
  sigma: 0.5,
  lowercase: false,
  greetingChance: 0,
  thanksChance: 0,
  typoChance: 0,
  pasteChance: 0,
  names: NO_NAMES,
};

function filler(vocabulary: Vocabulary, pack: LanguagePack, names: readonly string[]) {
  let noun = "";
  return (slot: string, random: Random): string => {
    switch (slot) {
      case "noun":
      case "other": {
        // A sentence that sets a thing against itself would be odd: one more try.
        const drawn = random.pick(vocabulary.nouns);
        return (noun = drawn === noun ? random.pick(vocabulary.nouns) : drawn);
      }
      case "task":
        return random.pick(vocabulary.tasks);
      case "detail":
        return random.pick(vocabulary.details);
      case "place":
        return random.pick(pack.places);
      case "person":
        return random.pick(pack.people);
      case "quality":
        return random.pick(pack.qualities);
      case "number":
        return String(random.integer(2, 99));
      case "own":
        return names.length > 0 ? random.pick(names) : random.pick(pack.people);
      default:
        throw new RangeError(`a sentence pattern asks for {${slot}}`);
    }
  };
}

function paste(topic: Topic, random: Random): string {
  return topic.code ? snippet(random) : grammarTexts.passage(topic, random, random.integer(2, 7));
}

function styled(text: string, voice: Voice, random: Random): string {
  let result = voice.lowercase ? text.toLowerCase() : text;
  if (random.chance(voice.typoChance)) {
    const at = random.integer(1, Math.max(1, result.length - 3));
    result = result.slice(0, at) + result.charAt(at + 1) + result.charAt(at) + result.slice(at + 2);
  }
  return result;
}
