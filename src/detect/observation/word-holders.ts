import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import { firstFrom } from "../../math/first-from.ts";
import { wordsMax } from "./portion.ts";
import type { Tasks } from "./tasks.ts";

/**
 * Which of some tasks hold each of the words that are sought. Tasks that are like one are found by it: most of those that began
 * in the same hours have no word in common with it.
 */
export class WordHolders {
  readonly #tasks: Tasks;
  /** Positions of a word's holders in `among` stand from `starts[word]` to `starts[word + 1]`, ascending. */
  readonly #starts = new Uint32Array(wordsMax + 1);
  #positions = new Uint32Array(0);
  /** By position, how many words of a task it holds; all zero between two questions. */
  readonly #shared: Uint32Array;
  /** Positions of those that share any. */
  readonly #touched: Uint32Array;
  /** By word, where it was seen last: two words of a task may have one hash, which counts once. */
  readonly #seen = new Uint32Array(wordsMax);
  #looks = 0;

  private constructor(among: Uint32Array, tasks: Tasks) {
    this.#tasks = tasks;
    this.#shared = new Uint32Array(among.length);
    this.#touched = new Uint32Array(among.length);
  }

  /** @param sought the tasks for which it will be asked */
  static async of(among: Uint32Array, sought: Uint32Array, tasks: Tasks): Promise<WordHolders> {
    const holders = new WordHolders(among, tasks);
    const isSought = new Uint8Array(wordsMax);
    const { words, wordsStart, wordsEnd } = tasks;
    let room = 0;
    for (const task of sought) for (let at = wordsStart[task]!; at < wordsEnd[task]!; at++) isSought[words[at]!] = 1;
    for (const task of among) room += wordsEnd[task]! - wordsStart[task]!;
    // What is held, and by whom, in the order of the positions: the words are gone through once.
    const held = new Uint16Array(room);
    const heldBy = new Uint32Array(room);
    const starts = holders.#starts;
    const seen = holders.#seen;
    let end = 0;
    for (let position = 0; position < among.length; position++) {
      if (isTurnOver(position)) await nextTurn();
      const task = among[position]!;
      const look = ++holders.#looks;
      for (let at = wordsStart[task]!; at < wordsEnd[task]!; at++) {
        const word = words[at]!;
        if (isSought[word] === 0 || seen[word] === look) continue;
        seen[word] = look;
        starts[word + 1]! += 1;
        held[end] = word;
        heldBy[end++] = position;
      }
    }
    for (let word = 0; word < wordsMax; word++) starts[word + 1]! += starts[word]!;
    const positions = new Uint32Array(end);
    const next = starts.slice();
    for (let at = 0; at < end; at++) {
      if (isTurnOver(at)) await nextTurn();
      positions[next[held[at]!]!++] = heldBy[at]!;
    }
    holders.#positions = positions;
    return holders;
  }

  /** Goes through those from one position to before another that hold any words of a task, and how large a share of its words. */
  eachLike(task: number, from: number, end: number, take: (at: number, likeness: number) => void): void {
    const { words, wordsStart, wordsEnd } = this.#tasks;
    const look = ++this.#looks;
    let touches = 0;
    for (let at = wordsStart[task]!; at < wordsEnd[task]!; at++) {
      const word = words[at]!;
      if (this.#seen[word] === look) continue;
      this.#seen[word] = look;
      const last = this.#starts[word + 1]!;
      for (let i = firstFrom(this.#positions, from, this.#starts[word], last); i < last; i++) {
        const position = this.#positions[i]!;
        if (position >= end) break;
        if (this.#shared[position]!++ === 0) this.#touched[touches++] = position;
      }
    }
    const size = wordsEnd[task]! - wordsStart[task]!;
    for (let i = 0; i < touches; i++) {
      const at = this.#touched[i]!;
      take(at, this.#shared[at]! / size);
      this.#shared[at] = 0;
    }
  }
}
