import { dayMs } from "../../kit/time-units.ts";
import type { Tasks } from "./tasks.ts";
import type { Member } from "./observation.ts";

/** Bits of a mask of intents. */
const intentBits = 32;
/** Means are of millionths of a token, as whole numbers: a sum of fractions depends on who came first. */
const tokenParts = 1_000_000;

/** What is counted of a member's tasks. */
export type WorkCounts = Pick<
  Member,
  | "harvestTasks"
  | "harvestExchanges"
  | "singleTasks"
  | "sampledTasks"
  | "unattendedTasks"
  | "outputTokens"
  | "firstMs"
  | "lastMs"
  | "activeDays"
  | "intents"
  | "intentTasks"
  | "lookedTasks"
  | "answeredTasks"
>;

/** Counts of some tasks of one account, which grow by tasks and by other counts. */
export class Work {
  /** Tasks by half. */
  readonly halves: [number, number] = [0, 0];
  /** On which it began a task; those of one portion ascend. */
  readonly #days: number[] = [];
  /** Tasks by bit. */
  readonly #intents = Array<number>(intentBits).fill(0);
  #exchanges = 0;
  #single = 0;
  #sampled = 0;
  #unattended = 0;
  #outputParts = 0;
  #measured = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  #telling = 0;
  #looked = 0;
  #answered = 0;

  /** @param telling bit mask of the intents that products do not ask for as well */
  add(task: number, tasks: Tasks, telling: number): void {
    const exchanges = tasks.exchanges[task]!;
    this.halves[tasks.half[task] === 1 ? 1 : 0] += 1;
    this.#exchanges += exchanges;
    if (tasks.messages[task] === 1) this.#single += 1;
    if (tasks.messages[task] === 1 && tasks.served[task]! > 1) this.#sampled += 1;
    if (tasks.replied[task] === 0) this.#unattended += 1;
    if (tasks.outputTokens[task]! >= 0) {
      this.#outputParts += Math.trunc(tasks.outputTokens[task]! * tokenParts);
      this.#measured += 1;
    }
    this.#answered += tasks.answered[task]!;
    const day = Math.floor(tasks.startedMs[task]! / dayMs);
    if (this.#days.at(-1) !== day) this.#days.push(day);
    this.#firstMs = Math.min(this.#firstMs, tasks.startedMs[task]!);
    this.#lastMs = Math.max(this.#lastMs, tasks.endedMs[task]!);
    const intents = tasks.intents[task]!;
    if (intents < 0) return;
    this.#looked += 1;
    if ((intents & telling) !== 0) this.#telling += 1;
    for (let left = intents, bit = 0; left !== 0; left >>>= 1, bit++) this.#intents[bit]! += left & 1;
  }

  join(other: Work): void {
    this.halves[0] += other.halves[0];
    this.halves[1] += other.halves[1];
    this.#exchanges += other.#exchanges;
    this.#single += other.#single;
    this.#sampled += other.#sampled;
    this.#unattended += other.#unattended;
    this.#outputParts += other.#outputParts;
    this.#measured += other.#measured;
    this.#days.push(...other.#days);
    this.#firstMs = Math.min(this.#firstMs, other.#firstMs);
    this.#lastMs = Math.max(this.#lastMs, other.#lastMs);
    this.#looked += other.#looked;
    this.#answered += other.#answered;
    this.#telling += other.#telling;
    if (other.#looked > 0) for (let bit = 0; bit < intentBits; bit++) this.#intents[bit]! += other.#intents[bit]!;
  }

  counted(): WorkCounts {
    return {
      harvestTasks: this.halves,
      harvestExchanges: this.#exchanges,
      singleTasks: this.#single,
      sampledTasks: this.#sampled,
      unattendedTasks: this.#unattended,
      outputTokens: this.#measured === 0 ? null : this.#outputParts / tokenParts / this.#measured,
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
      activeDays: new Set(this.#days).size,
      intents: this.#intents,
      intentTasks: this.#telling,
      lookedTasks: this.#looked,
      answeredTasks: this.#answered,
    };
  }
}
