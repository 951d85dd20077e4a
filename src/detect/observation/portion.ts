import type { Tasks } from "./tasks.ts";
import type { FeatureKind } from "./observation.ts";
import { Work } from "./work.ts";

/** Words are hashes of 16 bits, so that what is counted by word is an array. */
export const wordsMax = 2 ** 16;
/** An answer of unknown length, beyond every power of two. */
const unknownOutput = 255;
const hourMs = 3_600_000;
const hoursOfDay = 24;

/** Values of tasks, each once, and how often it occurs on either half: two counts a value. */
export interface Tally {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

export interface CountContext {
  readonly tasks: Tasks;
  readonly wordTallies: WordTallies;
  /** Bit mask of the intents that products do not ask for as well. */
  readonly telling: number;
}

/** Some of an account's tasks, and what is counted of them whichever candidate looks at them. */
export class Portion {
  readonly account: number;
  readonly tasks: readonly number[];
  readonly work: Work;
  /** Where its words stand in the tallies that it was made with. */
  readonly words: { readonly start: number; readonly end: number };
  readonly #tallies: Readonly<Record<Exclude<FeatureKind, "stream" | "topic">, Tally>>;

  constructor(account: number, own: readonly number[], { tasks, wordTallies, telling }: CountContext) {
    this.account = account;
    this.tasks = own;
    this.work = new Work();
    for (const task of own) this.work.add(task, tasks, telling);
    this.words = wordTallies.add(own, tasks);
    const { half, model, params, outputTokens, startedMs, intents } = tasks;
    const by = (valueOf: (task: number) => number | null): Tally => tally(own, half, valueOf);
    this.#tallies = {
      model: by((task) => model[task]!),
      params: by((task) => params[task]!),
      output: by((task) => (outputTokens[task]! < 0 ? unknownOutput : Math.floor(Math.log2(1 + outputTokens[task]!)))),
      hour: by((task) => Math.floor(startedMs[task]! / hourMs) % hoursOfDay),
      intent: by((task) => (intents[task]! > 0 && (intents[task]! & telling) !== 0 ? intents[task]! : null)),
    };
  }

  /** @param stream the template or shape of the tasks, which is the candidate's to say */
  tally(kind: Exclude<FeatureKind, "topic">, stream: number): Tally {
    return kind === "stream" ? { values: [stream], counts: this.work.halves } : this.#tallies[kind];
  }
}

function tally(own: readonly number[], half: Uint8Array, valueOf: (task: number) => number | null): Tally {
  const places = new Map<number, number>();
  const counts: number[] = [];
  for (const task of own) {
    const value = valueOf(task);
    if (value === null) continue;
    let place = places.get(value);
    if (place === undefined) {
      place = counts.push(0, 0) - 2;
      places.set(value, place);
    }
    counts[place + half[task]!]! += 1;
  }
  return { values: [...places.keys()], counts };
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

  add(own: readonly number[], { words, wordsStart, wordsEnd, half }: Tasks): { start: number; end: number } {
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
