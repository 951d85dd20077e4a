import type { Random } from "../../kit/random.ts";
import { toolOutput } from "../text/code.ts";
import { dialogue, type Frame, type Task, type Workload } from "../traffic/task.ts";
import { type Utterance, utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import { drawAnswer, type Habits } from "./habits.ts";

// Limits.
/** Turns of a conversation. */
const TURNS_MAX = 24;

/** What a person's client sets around the messages. */
export interface Surroundings {
  readonly system?: string | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly endUser?: string | undefined;
  /** Openings that the person shares with others (a homework sheet); undefined is an own opening. */
  readonly opening?: ((timeMs: number) => string | undefined) | undefined;
}

/** Conversations of one person: own topics, own lengths, own pace. */
export function personWorkload(world: World, random: Random, habits: Habits, around: Surroundings): Workload {
  const pasting = random.fork("pasting");
  let lastAnswer: string | undefined;
  return {
    callsMean: habits.turnsMean,
    begin(timeMs) {
      // Draws of its own, so that a world without pasting is what it was.
      const pasted = world.pastedAnswers > 0 && pasting.chance(world.pastedAnswers) ? lastAnswer : undefined;
      const task = converse(world, random, habits, { ...around, pasted }, timeMs);
      return {
        ...task,
        next() {
          const call = task.next();
          lastAnswer = call?.answer.text ?? lastAnswer;
          return call;
        },
      };
    },
  };
}

function converse(
  world: World,
  random: Random,
  habits: Habits,
  around: Surroundings & { readonly pasted: string | undefined },
  timeMs: number,
): Task {
  const model = habits.model(timeMs);
  const topic = habits.interests.draw(random);
  const frame: Frame = {
    model,
    system: around.system,
    tools: around.tools,
    params: habits.params,
    endUser: around.endUser,
  };
  // Geometric around the habit's mean.
  let turns = 1;
  while (turns < TURNS_MAX && random.chance(1 - 1 / habits.turnsMean)) turns++;
  const agent = around.tools !== undefined;
  const write = (index: number): Utterance => {
    if (index === 0) {
      const own = around.opening?.(timeMs) ?? world.texts.ask(topic, habits.voice, random);
      return utterance("user", around.pasted === undefined ? own : `${own}\n${around.pasted}`);
    }
    if (agent && random.chance(0.75)) return utterance("tool", toolOutput(random));
    return utterance("user", world.texts.followUp(topic, habits.voice, random));
  };
  const answer = () => {
    const drawn = drawAnswer(world, random, habits, model, world.texts.reply(topic, random));
    return agent && random.chance(0.7) ? { ...drawn, finish: "tool_use" } : drawn;
  };
  // An agent goes on by itself; a person reads first.
  const gapMs = (): number =>
    agent ? 300 + random.exponential(4_000) : 2_000 + random.exponential(habits.thinkMeanMs);
  return dialogue(frame, turns, write, answer, gapMs);
}
