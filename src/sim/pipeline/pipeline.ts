import { assertNever } from "../../kit/assert.ts";
import type { Random } from "../../kit/random.ts";
import type { Params } from "../../model/exchange.ts";
import { sample } from "../draw.ts";
import { snippet } from "../text/code.ts";
import type { Language } from "../text/language.ts";
import type { ItemKind } from "../text/texts.ts";
import { type Answer, type Frame, samples, type Task } from "../traffic/task.ts";
import type { World } from "../world.ts";
import { backtranslated, drawAfterwork } from "./backtranslation.ts";
import { drawConstitution } from "./constitution.ts";
import type { PipelineName } from "./phrases.ts";
import { chattingAlone, drawStage } from "./self-chat.ts";
import {
  type Build,
  called,
  episode,
  evolve,
  examining,
  gradingPrompt,
  impersonating,
  type Job,
  type Means,
  plain,
  proving,
  queried,
  querying,
  reasoned,
  revising,
  talk,
  thought,
  tracing,
} from "./tasks.ts";
import { drawWording, type Wording } from "./wording.ts";

/** Tools of the agentic scaffolds, from which a wording's own set is drawn. */
const TOOLS =
  "shell open_file write_file search_code list_files run_checks apply_diff fetch_url ask_database done think undo".split(
    " ",
  );
const FUNCTIONS =
  "book_slot cancel_order refund find_shop set_sensor move_meeting get_quote track_parcel convert_unit list_orders send_note open_ticket".split(
    " ",
  );
/** Of the companies that are made up for traces of calls. */
const SERVICE_FUNCTIONS =
  "get_customer find_order list_orders check_stock reserve_stock create_return issue_refund get_contract cancel_contract quote_price change_booking find_slot hold_slot charge_card reverse_charge set_limit lookup_branch register_device send_document escalate".split(
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
  "formal-proof": "theorem",
  "document-questions": "document",
  "function-traces": "errand",
  "persona-questions": "persona",
  "critique-revision": "delicate",
  "bare-questions": "question",
  "self-chat": "situation",
  backtranslation: "web-page",
  "text-to-sql": "database-question",
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
  "formal-proof": 2.1,
  "document-questions": 2,
  "function-traces": 4.2,
  "persona-questions": 1.67,
  "critique-revision": 3.78,
  "bare-questions": 1,
  "self-chat": 9.2,
  backtranslation: 2.19,
  "text-to-sql": 1,
};

/** Sampling parameters that such pipelines send. */
export function pipelineParams(random: Random, pipeline: PipelineName): Params {
  // Who wants all of a long train of thought leaves room for it, and little else to chance.
  if (pipeline === "bare-questions")
    return {
      ...(random.chance(0.6) ? { temperature: random.pick([0.6, 0.7, 1]) } : {}),
      ...(random.chance(0.3) ? { top_p: 0.95 } : {}),
      max_tokens: random.pick([16_000, 32_000, 32_768, 64_000]),
    };
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
  const functions =
    name === "function-traces"
      ? sample(random, SERVICE_FUNCTIONS, random.integer(10, 16))
      : sample(random, FUNCTIONS, random.integer(4, 7));
  const topics = world.topics.spoken(language);
  const means = drawMeans(world, random, language);
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
        means,
      }),
  };
}

function drawMeans(world: World, random: Random, language: Language): Means {
  return {
    constitution: once(() => drawConstitution(random.fork("constitution"), language)),
    questions: once(() => ({
      problem: world.texts.items("question", language, random.fork("problems")),
      request: world.texts.items("instruction", language, random.fork("requests")),
    })),
    stage: once(() => drawStage(random.fork("stage"), language)),
    afterwork: once(() => drawAfterwork(random.fork("afterwork"), language)),
  };
}

function once<T extends object>(draw: () => T): () => T {
  let drawn: T | undefined;
  return () => (drawn ??= draw());
}

function buildTask(build: Build): Task {
  const { world, random, job, name, tools } = build;
  const item = job.item();
  const { whole } = item;
  const wording = whole === undefined ? job.wording : { ...job.wording, system: whole.system, render: () => item.text };
  const frame: Frame = { model: job.model, system: wording.system, tools, params: job.params };
  const gapMs = (): number => 200 + random.exponential(1_500);
  const asked = (prompt: string, answer: () => Answer): Task => samples(frame, prompt, job.samples, answer, gapMs);
  switch (name) {
    case "reasoning":
      return asked(wording.render([["question", item.text]]), () => reasoned(world, random, job.model, item));
    case "reconstruction":
      return asked(
        wording.render([
          ["question", item.text],
          ["answer", item.answer || String(random.integer(2, 9_999))],
        ]),
        () => reasoned(world, random, job.model, item),
      );
    case "rubric":
      return asked(gradingPrompt(build, wording, item), () =>
        plain(world, random, job.model, `${random.integer(1, 10)}`, 120),
      );
    case "evolve":
      return evolve(build, wording, frame, item, gapMs);
    case "agentic":
      return episode(build, wording, frame, item);
    case "translation":
      return asked(wording.render([["text", item.text]]), () => plain(world, random, job.model, talk(build), 160));
    case "code-synthesis":
      return asked(wording.render([["fragment", item.text]]), () =>
        plain(world, random, job.model, `${talk(build)}\n\n${snippet(random)}`, 900),
      );
    case "rewriting":
      return asked(wording.render([["question", item.text]]), () => plain(world, random, job.model, talk(build), 260));
    case "tool-calls":
      return asked(
        wording.render([
          ["functions", build.functions.join(", ")],
          ["request", item.text],
        ]),
        () => called(build),
      );
    case "dialogue":
      return asked(wording.render([["request", item.text]]), () =>
        plain(world, random, job.model, `${talk(build)}\n${talk(build)}`, 700),
      );
    case "preference":
      return asked(
        wording.render([
          ["question", item.text],
          ["answer", `A: ${talk(build)}\nB: ${talk(build)}`],
        ]),
        () => plain(world, random, job.model, random.pick(["A", "B"]), 60),
      );
    case "formal-proof":
      return proving(build, wording, frame, item);
    case "document-questions":
      return examining(build, wording, frame, item, gapMs);
    case "function-traces":
      return tracing(build, wording, frame, item);
    case "persona-questions":
      return impersonating(build, wording, frame, item, gapMs);
    case "critique-revision":
      return revising(build, frame, item, gapMs);
    case "bare-questions":
      return asked(wording.render([["question", item.text]]), () => thought(build, item));
    case "self-chat":
      return chattingAlone(build, frame, item, gapMs);
    case "backtranslation":
      return backtranslated(build, wording, frame, item, gapMs);
    case "text-to-sql":
      return asked(querying(wording, item), () => queried(build));
    default:
      return assertNever(name, "pipeline");
  }
}
