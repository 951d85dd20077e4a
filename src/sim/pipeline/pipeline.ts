import { assertNever } from "../../kit/assert.ts";
import type { Random } from "../../kit/random.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, sample } from "../draw.ts";
import { sourcePath, snippet, toolOutput } from "../text/code.ts";
import type { Language } from "../text/language.ts";
import type { Item, ItemKind, Topic } from "../text/texts.ts";
import { type Answer, chain, dialogue, type Frame, samples, type Task } from "../traffic/task.ts";
import { type Utterance, utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import type { PipelineName } from "./phrases.ts";
import { drawWording, type Wording } from "./wording.ts";

/** What one run of a pipeline needs for a task. */
export interface Job {
  readonly item: () => Item;
  readonly wording: Wording;
  readonly model: string;
  readonly params: Params | undefined;
  /** Samples of one prompt, all on one account. */
  readonly samples: number;
}

/** Tools of the agentic scaffolds, from which a wording's own set is drawn. */
const TOOLS =
  "shell open_file write_file search_code list_files run_checks apply_diff fetch_url ask_database done think undo".split(
    " ",
  );
const FUNCTIONS =
  "book_slot cancel_order refund find_shop set_sensor move_meeting get_quote track_parcel convert_unit list_orders send_note open_ticket".split(
    " ",
  );

export const ITEM_KIND: Record<PipelineName, ItemKind> = {
  reasoning: "maths",
  rubric: "instruction",
  reconstruction: "science",
  evolve: "instruction",
  agentic: "repository",
  translation: "sentence",
  "code-synthesis": "snippet",
  rewriting: "sensitive",
  "tool-calls": "tool-request",
  dialogue: "instruction",
  preference: "instruction",
};

/** Calls of an average task, at one sample. */
export const CALLS_MEAN: Record<PipelineName, number> = {
  reasoning: 1,
  rubric: 1,
  reconstruction: 1,
  evolve: 2,
  agentic: 7,
  translation: 1,
  "code-synthesis": 1,
  rewriting: 1,
  "tool-calls": 1,
  dialogue: 1,
  preference: 1,
};

/** Sampling parameters that such pipelines send. */
export function pipelineParams(random: Random, pipeline: PipelineName): Params {
  const graded = pipeline === "rubric" || pipeline === "preference" || pipeline === "tool-calls";
  return {
    temperature: graded ? random.pick([0, 0.1]) : random.pick([0.6, 0.7, 0.9, 1]),
    ...(random.chance(0.5) ? { top_p: random.pick([0.9, 0.95, 1]) } : {}),
    max_tokens: random.pick([2048, 4096, 6000, 8192, 16_000]),
  };
}

/** A pipeline in one wording, with the set of tools that goes with it. */
export interface Pipeline {
  readonly name: PipelineName;
  readonly wording: Wording;
  task(world: World, random: Random, job: Omit<Job, "wording">): Task;
}

export function drawPipeline(world: World, random: Random, name: PipelineName, language: Language): Pipeline {
  const wording = drawWording(random, name, language);
  const tools = name === "agentic" ? sample(random, TOOLS, random.integer(4, 8)) : undefined;
  const functions = sample(random, FUNCTIONS, random.integer(4, 7));
  const topics = world.topics.spoken(language);
  return {
    name,
    wording,
    task: (where, draw, job) =>
      buildTask({
        world: where,
        random: draw,
        job: { ...job, wording },
        name,
        tools,
        functions,
        topics,
      }),
  };
}

interface Build {
  readonly world: World;
  readonly random: Random;
  readonly job: Job;
  readonly name: PipelineName;
  readonly tools: readonly string[] | undefined;
  readonly functions: readonly string[];
  readonly topics: readonly Topic[];
}

function buildTask(build: Build): Task {
  const { world, random, job, name, tools } = build;
  const item = job.item();
  const { whole } = item;
  const wording = whole === undefined ? job.wording : { ...job.wording, system: whole.system, render: () => item.text };
  const frame: Frame = { model: job.model, system: wording.system, tools, params: job.params };
  const gapMs = (): number => 200 + random.exponential(1_500);
  const once = (prompt: string, answer: () => Answer): Task => samples(frame, prompt, job.samples, answer, gapMs);
  switch (name) {
    case "reasoning":
      return once(wording.render([["question", item.text]]), () => reasoned(world, random, job.model, item));
    case "reconstruction":
      return once(
        wording.render([
          ["question", item.text],
          ["answer", item.answer || String(random.integer(2, 9_999))],
        ]),
        () => reasoned(world, random, job.model, item),
      );
    case "rubric":
      return once(gradingPrompt(build, wording, item), () =>
        plain(world, random, job.model, `${random.integer(1, 10)}`, 120),
      );
    case "evolve":
      return evolve(build, wording, frame, item, gapMs);
    case "agentic":
      return episode(build, wording, frame, item);
    case "translation":
      return once(wording.render([["text", item.text]]), () => plain(world, random, job.model, talk(build), 160));
    case "code-synthesis":
      return once(wording.render([["fragment", item.text]]), () =>
        plain(world, random, job.model, `${talk(build)}\n\n${snippet(random)}`, 900),
      );
    case "rewriting":
      return once(wording.render([["question", item.text]]), () => plain(world, random, job.model, talk(build), 260));
    case "tool-calls":
      return once(
        wording.render([
          ["functions", build.functions.join(", ")],
          ["request", item.text],
        ]),
        () =>
          plain(
            world,
            random,
            job.model,
            `{"call":"${random.pick(build.functions)}","n":${random.integer(1, 99)}}`,
            90,
          ),
      );
    case "dialogue":
      return once(wording.render([["request", item.text]]), () =>
        plain(world, random, job.model, `${talk(build)}\n${talk(build)}`, 700),
      );
    case "preference":
      return once(
        wording.render([
          ["question", item.text],
          ["answer", `A: ${talk(build)}\nB: ${talk(build)}`],
        ]),
        () => plain(world, random, job.model, random.pick(["A", "B"]), 60),
      );
    default:
      return assertNever(name, "pipeline");
  }
}

function gradingPrompt(build: Build, wording: Wording, item: Item): string {
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
function evolve(build: Build, wording: Wording, frame: Frame, item: Item, gapMs: () => number): Task {
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

function episode(build: Build, wording: Wording, frame: Frame, item: Item): Task {
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

function talk(build: Build): string {
  const { world, random, topics } = build;
  return world.texts.reply(random.pick(topics), random);
}

function reasoned(world: World, random: Random, model: string, item: Item): Answer {
  const steps = Array.from(
    { length: random.integer(2, 5) },
    (_, i) =>
      `(${i + 1}) ${random.integer(2, 99)} ${random.pick(["+", "-", "*", "/"])} ${random.integer(2, 99)} -> ${random.integer(2, 9_999)}`,
  );
  return plain(world, random, model, `${steps.join("; ")}. ${item.answer}`, 1_100);
}

function plain(world: World, random: Random, model: string, text: string, outputMedian: number): Answer {
  const output = Math.max(1, Math.round(logNormal(random, outputMedian, 0.5)));
  const reasoning = world.models.reasons(model) ? Math.round(output * (0.5 + random.next())) : 0;
  return { text, output, reasoning, finish: random.chance(0.98) ? "stop" : "length" };
}
