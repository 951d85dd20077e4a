import type { Tasks } from "./tasks.ts";
import { Work } from "./work.ts";

/** Words are hashes of 16 bits, so that what is counted by word is an array. */
export const wordsMax = 2 ** 16;

export interface CountContext {
  readonly tasks: Tasks;
  readonly wordTallies: WordTallies;
  /** Bit mask of the intents that products do not ask for as well. */
  readonly telling: number;
}

/** Some of an account's tasks, and what is counted of them whichever candidate looks at them. */
export class Portion {
  readonly account: number;
  /** Where they stand among all, in the order in which they began. */
  readonly tasks: Uint32Array;
  readonly work = new Work();
  /** Where its words stand in the tallies that it was made with. */
  readonly words: { readonly start: number; readonly end: number };

  /** @param indices of the tasks in the log, ascending */
  constructor(account: number, indices: readonly number[], { tasks, wordTallies, telling }: CountContext) {
    this.account = account;
    this.tasks = new Uint32Array(indices.length);
    for (let i = 0; i < indices.length; i++) this.tasks[i] = tasks.placeOf[indices[i]!]!;
    for (const task of this.tasks) this.work.add(task, tasks, telling);
    this.words = wordTallies.add(this.tasks, tasks);
  }
}

/**
 * The words of portions, each once a portion, and how often it occurs on either half. In three arrays for all portions: two for each
 * one would keep the garbage collector busy for longer than it takes to count.
 */
export class WordTallies {
  words = new Uint16Array(wordsMax);
  forming = new Uint32Array(wordsMax);
  judging = new Uint32Array(wordsMax);
  #end = 0;
  /** By word its place plus one; all zero between two portions. */
  readonly #places = new Uint32Array(wordsMax);

  add(
    own: Uint32Array,
    { words, wordsStart, wordsEnd, half }: Pick<Tasks, "words" | "wordsStart" | "wordsEnd" | "half">,
  ): { start: number; end: number } {
    const start = this.#end;
    for (const task of own) {
      const counts = half[task] === 1 ? "judging" : "forming";
      for (let at = wordsStart[task]!; at < wordsEnd[task]!; at++) {
        const word = words[at]!;
        if (this.#places[word] === 0) {
          if (this.#end === this.words.length) this.#grow();
          this.words[this.#end++] = word;
          this.#places[word] = this.#end;
        }
        this[counts][this.#places[word]! - 1]! += 1;
      }
    }
    for (let at = start; at < this.#end; at++) this.#places[this.words[at]!] = 0;
    return { start, end: this.#end };
  }

  #grow(): void {
    const length = 2 * this.words.length;
    const [words, forming, judging] = [new Uint16Array(length), new Uint32Array(length), new Uint32Array(length)];
    words.set(this.words);
    forming.set(this.forming);
    judging.set(this.judging);
    [this.words, this.forming, this.judging] = [words, forming, judging];
  }
}
