import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { PHRASES, PIPELINES } from "../pipeline/phrases.ts";
import { drawWording, wordingLanguages } from "../pipeline/wording.ts";
import { drawVoice } from "../people/habits.ts";
import { grammarTexts, languagePack } from "./grammar.ts";
import { LANGUAGES } from "./language.ts";

describe("the grammars", () => {
  it("know at least sixty topics in nine languages and several programming languages", () => {
    expect(grammarTexts.topics.length).toBeGreaterThanOrEqual(60);
    expect(new Set(grammarTexts.topics.map((topic) => topic.name)).size).toBe(grammarTexts.topics.length);
    for (const language of LANGUAGES) {
      expect(
        grammarTexts.topics.filter((topic) => topic.language === language).length,
        language,
      ).toBeGreaterThanOrEqual(4);
    }
    expect(grammarTexts.topics.filter((topic) => topic.code).length).toBeGreaterThanOrEqual(6);
  });

  it("fill every hole of every pattern", () => {
    const random = seededRandom(1);
    for (const topic of grammarTexts.topics) {
      const voice = drawVoice(random, topic.language);
      for (let i = 0; i < 60; i++) {
        const texts = [
          grammarTexts.ask(topic, voice, random),
          grammarTexts.followUp(topic, voice, random),
          grammarTexts.passage(topic, random, 3),
          grammarTexts.reply(topic, random),
        ];
        for (const text of texts)
          expect(text).not.toMatch(/\{(?:noun|other|task|detail|place|person|own|number|quality)\}|\bNaN\b/);
      }
    }
  });

  it("let strangers with one interest seldom write the same opening", () => {
    const random = seededRandom(2);
    for (const topic of grammarTexts.topics) {
      const openings = Array.from({ length: 300 }, () =>
        grammarTexts.ask(topic, drawVoice(random, topic.language), random),
      );
      expect(new Set(openings).size, topic.name).toBeGreaterThan(294);
    }
  });

  it("write each language in its own script", () => {
    const random = seededRandom(3);
    const scripts = {
      zh: /\p{Script=Han}/u,
      ru: /\p{Script=Cyrillic}/u,
      ar: /\p{Script=Arabic}/u,
      ja: /\p{Script=Hiragana}/u,
      hi: /\p{Script=Devanagari}/u,
    };
    for (const [language, script] of Object.entries(scripts)) {
      for (const topic of grammarTexts.topics.filter((candidate) => candidate.language === language)) {
        expect(grammarTexts.ask(topic, drawVoice(random, topic.language), random)).toMatch(script);
      }
    }
    expect(languagePack("zh").unspaced).toBe(true);
  });
});

describe("a pipeline's wording", () => {
  it("is stable for one campaign and differs between campaigns", () => {
    // Bare questions come without any words.
    for (const name of PIPELINES.filter((pipeline) => pipeline !== "bare-questions")) {
      expect(wordingLanguages(name)).toContain("en");
      for (const language of wordingLanguages(name)) {
        expect(PHRASES[name][language]?.orders.length, `${name} ${language}`).toBeGreaterThan(0);
      }
      const rendered = Array.from({ length: 30 }, (_, i) => {
        const wording = drawWording(seededRandom(i), name, "en");
        expect(wording.render([["question", "X"]])).toBe(wording.render([["question", "X"]]));
        return `${wording.system}\n${wording.render([
          ["question", "X"],
          ["answer", "Y"],
        ])}`;
      });
      expect(new Set(rendered).size, name).toBeGreaterThan(20);
    }
  });
});
