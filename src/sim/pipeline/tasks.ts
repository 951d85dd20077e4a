import type { Random } from "../../kit/random.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, sample } from "../draw.ts";
import { sourcePath, toolOutput } from "../text/code.ts";
import { functionResult } from "../text/function-result.ts";
import { checkerMessage, proof } from "../text/proof.ts";
import type { Item, Topic } from "../text/texts.ts";
import { type Answer, chain, dialogue, type Frame, type Task } from "../traffic/task.ts";
import { type Utterance, utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import type { PipelineName } from "./phrases.ts";
import type { Wording } from "./wording.ts";

// Limits.
/** Proofs of one statement before it is given up. */
const PROOF_ATTEMPTS_MAX = 5;

// Rates.
/** Share of proofs that the checker does not accept. */
const PROOF_REFUSED = 0.55;

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
    () => wording.render([["seeds", `1. ${item.text}\n2. ${talk(build)}`]]),
    (previous: string) => previous,
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
  const prompts = kinds.map(
    (kind) => () =>
      wording.render([
        ["kind", kind],
        ["document", item.text],
      ]),
  );
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

export function talk(build: Build): string {
  const { world, random, topics } = build;
  return world.texts.reply(random.pick(topics), random);
}

export function reasoned(world: World, random: Random, model: string, item: Item): Answer {
  const steps = Array.from(
    { length: random.integer(2, 5) },
    (_, i) =>
      `(${i + 1}) ${random.integer(2, 99)} ${random.pick(["+", "-", "*", "/"])} ${random.integer(2, 99)} -> ${random.integer(2, 9_999)}`,
  );
  return plain(world, random, model, `${steps.join("; ")}. ${item.answer}`, 1_100);
}

export function plain(world: World, random: Random, model: string, text: string, outputMedian: number): Answer {
  const output = Math.max(1, Math.round(logNormal(random, outputMedian, 0.5)));
  const reasoning = world.models.reasons(model) ? Math.round(output * (0.5 + random.next())) : 0;
  return { text, output, reasoning, finish: random.chance(0.98) ? "stop" : "length" };
}
