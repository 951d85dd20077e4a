import { expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { grammarTexts } from "../text/grammar.ts";
import { ITEM_KINDS } from "../text/texts.ts";
import { workQueue } from "./queue.ts";

it.each(ITEM_KINDS)("a queue of %s never gives an item twice", (kind) => {
  const next = workQueue(grammarTexts.items(kind, "en", seededRandom(kind)));
  const texts = Array.from({ length: 3_000 }, () => next().text);
  expect(new Set(texts).size).toBe(texts.length);
});

it("a queue over an exhausted source goes on with numbered variants", () => {
  const next = workQueue(() => ({ text: "the only one", answer: "", language: "en" }));
  expect([next().text, next().text, next().text]).toEqual(["the only one", "the only one (2)", "the only one (3)"]);
});
