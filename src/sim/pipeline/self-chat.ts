import type { Random } from "../../kit/random.ts";
import { logNormal } from "../draw.ts";
import { drawVoice } from "../people/habits.ts";
import type { Language } from "../text/language.ts";
import type { Item } from "../text/texts.ts";
import type { Answer, Call, Frame, Task } from "../traffic/task.ts";
import { utterance } from "../traffic/wire.ts";
import { stageOf } from "./phrases-self-chat.ts";
import { type Build, paragraphs, plain } from "./tasks.ts";

// Limits.
/** Messages that the visitor writes. */
const TURNS_MAX = 9;

// Rates.
/** Share of conversations that the visitor ends, rather than the one who counts the turns. */
const ENDED = 0.6;

/** How a campaign lets the model talk to itself: drawn once. */
export interface Stage {
  readonly ending: readonly [word: string, rule: string];
  readonly greeting: string;
  readonly host: string | undefined;
  readonly speakers: readonly [visitor: string, assistant: string];
  /** Whether the visitor's requests hold the conversation with the roles swapped; otherwise they quote it in one text. */
  readonly swaps: boolean;
}

export function drawStage(random: Random, language: Language): Stage {
  const { endings, greetings, hosts, speakers } = stageOf(language);
  return {
    ending: random.pick(endings),
    greeting: random.pick(greetings),
    host: random.chance(0.4) ? random.pick(hosts) : undefined,
    speakers: random.pick(speakers),
    swaps: random.chance(0.5),
  };
}

/** The model as a visitor in a given situation and the model as an assistant, in turn; the assistant's half is what is wanted. */
export function chattingAlone(build: Build, frame: Frame, item: Item, gapMs: () => number): Task {
  const { world, random, job, topics, means } = build;
  const { host } = means.stage();
  const turns = Math.max(2, Math.min(TURNS_MAX, Math.round(logNormal(random, 4, 0.4))));
  const ends = random.chance(ENDED);
  const topic = random.pick(topics);
  const voice = drawVoice(random, job.wording.language);
  const said: string[] = [];
  const visitor = (): Answer => {
    if (said.length === 2 * turns) return plain(world, random, job.model, means.stage().ending[0], 6);
    const text = said.length === 0 ? world.texts.ask(topic, voice, random) : world.texts.followUp(topic, voice, random);
    return plain(world, random, job.model, text, 38);
  };
  return {
    frame: { ...frame, system: undefined },
    gapMs,
    next() {
      if (said.length === 2 * turns + (ends ? 1 : 0)) return undefined;
      const call = said.length % 2 === 0 ? asked(build, item, said, visitor()) : answered(build, host, said);
      said.push(call.answer.text);
      return call;
    },
  };
}

/** The visitor's next message is asked for. */
function asked({ job, means }: Build, item: Item, said: readonly string[], answer: Answer): Call {
  const { ending, greeting, speakers, swaps } = means.stage();
  const { wording } = job;
  if (item.whole !== undefined)
    return { ...systemOf(item.whole.system), messages: conversation([item.text, ...said]), answer };
  const parts: Parameters<typeof wording.render>[0] = [["situation", `${item.text}\n${ending[1]}`]];
  if (swaps) {
    const system = [...(wording.system === undefined ? [] : [wording.system]), wording.render(parts)].join("\n\n");
    return { system, messages: conversation([greeting, ...said]), answer };
  }
  const told = [greeting, ...said].map((text, i) => `${speakers[(i + 1) % 2]}: ${text}`).join("\n");
  return {
    ...systemOf(wording.system),
    messages: [utterance("user", wording.render([...parts, ["conversation", told]]))],
    answer,
  };
}

/** The assistant's answer, without a word about visitors that are played. */
function answered(build: Build, host: string | undefined, said: readonly string[]): Call {
  const { world, random, job } = build;
  const answer = plain(world, random, job.model, paragraphs(build, 1, 3), 290);
  return { ...systemOf(host), messages: conversation(said), answer };
}

function systemOf(system: string | undefined): Pick<Call, "system"> {
  return system === undefined ? {} : { system };
}

function conversation(said: readonly string[]): Call["messages"] {
  return said.map((text, i) => utterance(i % 2 === 0 ? "user" : "assistant", text));
}
