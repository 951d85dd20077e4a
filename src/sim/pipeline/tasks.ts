import type { Random } from "../../kit/random.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, sample } from "../draw.ts";
import { sourcePath, toolOutput } from "../text/code.ts";
import { query } from "../text/databases.ts";
import { functionResult } from "../text/function-result.ts";
import { checkerMessage, proof } from "../text/proof.ts";
import type { Item, Topic } from "../text/texts.ts";
import { type Answer, chain, dialogue, type Frame, type Prompt, type Task } from "../traffic/task.ts";
import { type Utterance, utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import type { Afterwork } from "./backtranslation.ts";
import type { Constitution } from "./constitution.ts";
import { GENRES, personaKinds } from "./persona-kinds.ts";
import type { PipelineName } from "./phrases.ts";
import type { Stage } from "./self-chat.ts";
import type { Wording } from "./wording.ts";

// Limits.
/** Proofs of one statement before it is given up. */
const PROOF_ATTEMPTS_MAX = 5;
/** Rounds of critique and revision over one answer. */
const REVISIONS_MAX = 3;

// Rates.
/** Share of proofs that the checker does not accept. */
const PROOF_REFUSED = 0.55;
/** Share of revised answers that are criticised again, by another principle. */
const REVISED_AGAIN = 0.3;

const QUERY_STEPS = [
  "Join on the key",
  "Filter the rows",
  "Group",
  "Count distinct rows",
  "Rank and cut off",
  "Compare",
];
const QUESTION_KINDS = ["multi-hop", "numbers", "causes", "contradictions", "unanswerable", "timeline", "whole text"];

/** What one run of a pipeline needs for a task. */
export interface Job {
  readonly item: () => Item;
  readonly wording: Wording;
  readonly model: string;
  readonly params: Params | undefined;
  /** Samples of one prompt, all on one account. */
  readonly samples: number;
}

/** A pipeline at work on one item. */
export interface Build {
  readonly world: World;
  readonly random: Random;
  readonly job: Job;
  readonly name: PipelineName;
  readonly tools: readonly string[] | undefined;
  readonly functions: readonly string[];
  readonly topics: readonly Topic[];
  readonly means: Means;
}

/** What only some pipelines work with; each is drawn when it is first asked for, so that the others draw nothing. */
export interface Means {
  readonly constitution: () => Constitution;
  /** What the model makes up when it is asked for a question. */
  readonly questions: () => Readonly<Record<"problem" | "request", () => Item>>;
  readonly stage: () => Stage;
  readonly afterwork: () => Afterwork;
}

export function gradingPrompt(build: Build, wording: Wording, item: Item): string {
  const { random } = build;
  const criteria = sample(random, ["accuracy", "depth", "style", "safety", "relevance", "evidence", "order"], 3).join(
    ", ",
  );
  return wording.render([
    ["rubric", `${criteria}; ${random.integer(3, 10)}`],
    ["question", item.text],
    ["reference", item.answer || talk(build)],
    ["answer", talk(build)],
  ]);
}

/** Seeds in, a new task out; the new task is then asked as it came. */
export function evolve(build: Build, wording: Wording, frame: Frame, item: Item, gapMs: () => number): Task {
  const { world, random, job } = build;
  const fresh = job.item();
  const prompts = [
    () => ({ text: wording.render([["seeds", `1. ${item.text}\n2. ${talk(build)}`]]) }),
    ([previous = ""]: readonly string[]) => ({ text: previous }),
  ];
  return chain(
    frame,
    prompts,
    (index) => plain(world, random, job.model, index === 0 ? fresh.text : talk(build), index === 0 ? 90 : 420),
    gapMs,
  );
}

export function episode(build: Build, wording: Wording, frame: Frame, item: Item): Task {
  const { world, random, job } = build;
  const turns = Math.max(2, Math.min(24, Math.round(logNormal(random, 6.3, 0.5))));
  const turn = (index: number): Utterance =>
    index === 0 ? utterance("user", wording.render([["task", item.text]])) : utterance("tool", toolOutput(random));
  const answer = (index: number): Answer => ({
    ...plain(world, random, job.model, `${talk(build)} ${sourcePath(random)}`, 180),
    finish: index < turns - 1 ? "tool_use" : "stop",
  });
  return dialogue(frame, turns, turn, answer, () => 500 + random.exponential(6_000));
}

/** A proof and its checker: whatever is refused goes back with the message, until it is accepted or given up. */
export function proving(build: Build, wording: Wording, frame: Frame, item: Item): Task {
  const { world, random, job } = build;
  let attempts = 1;
  while (attempts < PROOF_ATTEMPTS_MAX && random.chance(PROOF_REFUSED)) attempts++;
  const turn = (index: number): Utterance =>
    utterance("user", index === 0 ? wording.render([["statement", item.text]]) : checkerMessage(random));
  const answer = (): Answer => plain(world, random, job.model, proof(random), 1_300);
  return dialogue(frame, attempts, turn, answer, () => 4_000 + random.exponential(20_000));
}

/** Questions about one document, one request for each kind of question. */
export function examining(build: Build, wording: Wording, frame: Frame, item: Item, gapMs: () => number): Task {
  const { world, random, job } = build;
  const kinds = sample(random, QUESTION_KINDS, random.integer(1, 3));
  const prompts = kinds.map((kind) => () => ({
    text: wording.render([
      ["kind", kind],
      ["document", item.text],
    ]),
  }));
  const pair = (number: number): string => JSON.stringify({ q: talk(build), a: talk(build), where: number });
  return chain(
    frame,
    prompts,
    () => plain(world, random, job.model, Array.from({ length: 5 }, (_, i) => pair(i + 1)).join("\n"), 800),
    gapMs,
  );
}

/** A request that is settled by one call of a function after another; their results are made up by whoever asks. */
export function tracing(build: Build, wording: Wording, frame: Frame, item: Item): Task {
  const { world, random, job, functions } = build;
  const calls = Math.max(2, Math.min(9, Math.round(logNormal(random, 4, 0.4))));
  const offered = sample(random, functions, random.integer(3, 6));
  const turn = (index: number): Utterance =>
    index === 0
      ? utterance("user", wording.render([["request", item.text]]))
      : utterance("tool", functionResult(random));
  const answer = (index: number): Answer => ({
    ...plain(world, random, job.model, index < calls - 1 ? `${talk(build)} ${random.pick(offered)}` : talk(build), 110),
    finish: index < calls - 1 ? "tool_use" : "stop",
  });
  return dialogue({ ...frame, tools: offered }, calls, turn, answer, () => 300 + random.exponential(1_500));
}

/** A persona in, a question out, which is then asked as it came and without a word about personas; some texts are finished at once. */
export function impersonating(build: Build, wording: Wording, frame: Frame, item: Item, gapMs: () => number): Task {
  const { world, random, job, means } = build;
  const genre = random.pick(GENRES);
  const text = wording.render([
    ["persona", item.text],
    ["kind", random.pick(personaKinds(wording.language)[genre])],
  ]);
  const pose = (): Prompt => ({ system: wording.system, text });
  const ask = ([question = ""]: readonly string[]): Prompt => ({ text: question });
  const atLength = (): Answer => plain(world, random, job.model, paragraphs(build, 3, 7), 750);
  const alone = { ...frame, system: undefined };
  if (genre === "text") return chain(alone, [pose], atLength, gapMs);
  const question = means.questions()[genre]();
  const posed = (): Answer => plain(world, random, job.model, question.text, 110);
  return chain(alone, [pose, ask], (index) => (index === 0 ? posed() : atLength()), gapMs);
}

/** A prompt is answered as it stands; then principle after principle, the answer is criticised and written anew. */
export function revising(build: Build, frame: Frame, item: Item, gapMs: () => number): Task {
  const { world, random, job, means } = build;
  const constitution = means.constitution();
  const { wording: critic } = job;
  const { revision: writer, converses } = constitution;
  let rounds = 1;
  while (rounds < REVISIONS_MAX && random.chance(REVISED_AGAIN)) rounds++;
  const principles = sample(random, constitution.principles, rounds);
  const answer = (index: number): Answer =>
    index % 2 === 1
      ? plain(world, random, job.model, talk(build), 170)
      : plain(world, random, job.model, paragraphs(build, 1, 4), 330);
  const system = item.whole?.system;
  if (converses) {
    const turn = (index: number): Utterance => {
      const principle = principles[Math.ceil(index / 2) - 1];
      if (principle === undefined) return utterance("user", item.text);
      const words = index % 2 === 1 ? critic : writer;
      const body = words.render([["principle", principle]]);
      return utterance("user", words.system === undefined ? body : `${words.system}\n\n${body}`);
    };
    return dialogue({ ...frame, system }, 1 + 2 * rounds, turn, answer, gapMs);
  }
  const about = (words: Wording, parts: Parameters<Wording["render"]>[0]): Prompt => ({
    system: words.system,
    text: words.render([["question", item.text], ...parts]),
  });
  const steps = principles.flatMap((principle) => [
    (earlier: readonly string[]) =>
      about(critic, [
        ["answer", earlier.at(-1) ?? ""],
        ["principle", principle],
      ]),
    (earlier: readonly string[]) =>
      about(writer, [
        ["answer", earlier.at(-2) ?? ""],
        ["critique", earlier.at(-1) ?? ""],
      ]),
  ]);
  return chain({ ...frame, system: undefined }, [() => ({ system, text: item.text }), ...steps], answer, gapMs);
}

/** A stand-in for a long answer. */
export function paragraphs(build: Build, fewest: number, most: number): string {
  return Array.from({ length: build.random.integer(fewest, most) }, () => talk(build)).join("\n\n");
}

export function talk(build: Build): string {
  const { world, random, topics } = build;
  return world.texts.reply(random.pick(topics), random);
}

export function reasoned(world: World, random: Random, model: string, item: Item): Answer {
  const steps = Array.from({ length: random.integer(2, 5) }, (_, i) => `(${i + 1}) ${calculation(random)}`);
  return plain(world, random, model, `${steps.join("; ")}. ${item.answer}`, 1_100);
}

/** Everything that a model thinks on the way to an answer. */
export function thought(build: Build, item: Item): Answer {
  const { world, random, job } = build;
  const lines = Array.from({ length: random.integer(6, 14) }, () =>
    random.chance(0.5) ? talk(build) : calculation(random),
  );
  return plain(world, random, job.model, [...lines, ...(item.answer === "" ? [] : [item.answer])].join("\n\n"), 4_200);
}

/** One call of a function, in JSON. */
export function called({ world, random, job, functions }: Build): Answer {
  return plain(world, random, job.model, `{"call":"${random.pick(functions)}","n":${random.integer(1, 99)}}`, 90);
}

/** What a question is about, where that is known, and the question. */
export function querying(wording: Wording, { text, about }: Item): string {
  return wording.render([...(about === undefined ? [] : [["schema", about] as const]), ["question", text]]);
}

/** Steps towards a query, and the query. */
export function queried({ world, random, job }: Build): Answer {
  const steps = Array.from(
    { length: random.integer(2, 5) },
    (_, i) => `${i + 1}. ${random.pick(QUERY_STEPS)} (${random.integer(1, 99)})`,
  );
  return plain(world, random, job.model, [...steps, "```sql", query(random), "```"].join("\n"), 330);
}

function calculation(random: Random): string {
  return `${random.integer(2, 99)} ${random.pick(["+", "-", "*", "/"])} ${random.integer(2, 99)} -> ${random.integer(2, 9_999)}`;
}

export function plain(world: World, random: Random, model: string, text: string, outputMedian: number): Answer {
  const output = Math.max(1, Math.round(logNormal(random, outputMedian, 0.5)));
  const reasoning = world.models.reasons(model) ? Math.round(output * (0.5 + random.next())) : 0;
  return { text, output, reasoning, finish: random.chance(0.98) ? "stop" : "length" };
}
