import type { Random } from "../../kit/random.ts";
import type { Language } from "../text/language.ts";
import type { Item } from "../text/texts.ts";
import { chain, type Frame, type Prompt, type Task } from "../traffic/task.ts";
import { afterworkOf } from "./phrases-backtranslation.ts";
import { type Build, paragraphs, plain } from "./tasks.ts";
import { wordingOf, type Wording } from "./wording.ts";

// Rates.
/** Share of pages to which a request was found. */
const FOUND = 0.85;
/** Share of pairs that are good enough to be written anew. */
const GOOD = 0.4;

/** The words for what comes after a page's request was found: drawn once. */
export interface Afterwork {
  readonly curation: Wording;
  readonly rewriting: Wording;
}

export function drawAfterwork(random: Random, language: Language): Afterwork {
  const { curation, rewriting } = afterworkOf(language);
  return { curation: wordingOf(random, curation, language), rewriting: wordingOf(random, rewriting, language) };
}

/** From a page of the web to the request that it answers; the pair is marked, and a good page becomes an assistant's answer. */
export function backtranslated(build: Build, wording: Wording, frame: Frame, item: Item, gapMs: () => number): Task {
  const { world, random, job, means } = build;
  const { curation, rewriting } = means.afterwork();
  const request = means.questions().request().text;
  const found = random.chance(FOUND);
  const good = found && random.chance(GOOD);
  const mark = String(good ? random.integer(4, 5) : random.integer(1, 3));
  const pair =
    (words: Wording) =>
    ([asked = ""]: readonly string[]): Prompt => ({
      system: words.system,
      text: words.render([
        ["request", asked],
        ["document", item.text],
      ]),
    });
  const steps = [
    (): Prompt => ({ system: wording.system, text: wording.render([["document", item.text]]) }),
    ...(found ? [pair(curation)] : []),
    ...(good ? [pair(rewriting)] : []),
  ];
  const answers = [
    () => plain(world, random, job.model, found ? request : "-", found ? 55 : 4),
    () => plain(world, random, job.model, mark, 30),
    () => plain(world, random, job.model, paragraphs(build, 3, 8), 700),
  ];
  return chain({ ...frame, system: undefined }, steps, (index) => answers[index]!(), gapMs);
}
