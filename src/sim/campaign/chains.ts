import type { Random } from "../../kit/random.ts";
import type { Language } from "../text/language.ts";
import type { Item } from "../text/texts.ts";
import type { Task } from "../traffic/task.ts";

// Limits.
/** Answers that wait for their next step; of more the later ones are not made into prompts. */
const WAITING_MAX = 1_000;

/** Answers on their way back into a campaign's queue. */
export interface Chains {
  /** An answer to work on, if it is the turn of one. */
  take(language: Language): Item | undefined;
  /** The task, whose answers may come back. */
  remember(task: Task): Task;
}

/** `chance`: that a task works on an answer. At 0 nothing is drawn, so that a campaign without chains is what it was. */
export function answerChains(random: Random, chance: number): Chains {
  const waiting: string[] = [];
  return {
    take(language) {
      const text = chance > 0 && random.chance(chance) ? waiting.shift() : undefined;
      return text === undefined ? undefined : { text, answer: "", language };
    },
    remember(task) {
      if (chance === 0) return task;
      return {
        ...task,
        next() {
          const call = task.next();
          if (call !== undefined && waiting.length < WAITING_MAX) waiting.push(call.answer.text);
          return call;
        },
      };
    },
  };
}
