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
  readonly #among: Uint32Array;
  /** Positions of a word's holders in `among` stand from `starts[word]` to `starts[word + 1]`, ascending. */
  readonly #starts = new Uint32Array(wordsMax + 1);
  #positions = new Uint32Array(0);
  /** By position, how many words of a task it holds; all zero between two questions. */
  readonly #shared: Uint32Array;
  /** By word, where it was seen last: two words of a task may have one hash, which counts once. */
  readonly #seen = new Uint32Array(wordsMax);
  #looks = 0;

  private constructor(among: Uint32Array, tasks: Tasks) {
    this.#tasks = tasks;
    this.#among = among;
    this.#shared = new Uint32Array(among.length);
  }

  /** @param sought the tasks for which it will be asked */
  static async of(among: Uint32Array, sought: Uint32Array, tasks: Tasks): Promise<WordHolders> {
    const holders = new WordHolders(among, tasks);
    const isSought = new Uint8Array(wordsMax);
    const { words, wordsStart, wordsEnd } = tasks;
    for (const task of sought) for (let at = wordsStart[task]!; at < wordsEnd[task]!; at++) isSought[words[at]!] = 1;
    const starts = holders.#starts;
    await holders.#eachHolder(isSought, (word) => (starts[word + 1]! += 1));
    for (let word = 0; word < wordsMax; word++) starts[word + 1]! += starts[word]!;
    const positions = new Uint32Array(starts[wordsMax]!);
    const next = starts.slice();
    await holders.#eachHolder(isSought, (word, position) => (positions[next[word]!++] = position));
    holders.#positions = positions;
    return holders;
  }

  async #eachHolder(isSought: Uint8Array, take: (word: number, position: number) => void): Promise<void> {
    const { words, wordsStart, wordsEnd } = this.#tasks;
    for (const [position, task] of this.#among.entries()) {
      if (isTurnOver(position)) await nextTurn();
      const look = ++this.#looks;
      for (let at = wordsStart[task]!; at < wordsEnd[task]!; at++) {
        const word = words[at]!;
        if (isSought[word] === 0 || this.#seen[word] === look) continue;
        this.#seen[word] = look;
        take(word, position);
      }
    }
  }

  /** Those from one position to before another that hold any words of a task, and how large a share of its words. */
  like(task: number, from: number, end: number): { at: number; likeness: number }[] {
    const { words, wordsStart, wordsEnd } = this.#tasks;
    const look = ++this.#looks;
    const touched: number[] = [];
    for (let at = wordsStart[task]!; at < wordsEnd[task]!; at++) {
      const word = words[at]!;
      if (this.#seen[word] === look) continue;
      this.#seen[word] = look;
      const last = this.#starts[word + 1]!;
      const first = firstFrom(this.#positions, from, this.#starts[word], last);
      for (let i = first; i < last && this.#positions[i]! < end; i++)
        if (this.#shared[this.#positions[i]!]!++ === 0) touched.push(this.#positions[i]!);
    }
    const size = wordsEnd[task]! - wordsStart[task]!;
    return touched.map((at) => {
      const likeness = this.#shared[at]! / size;
      this.#shared[at] = 0;
      return { at, likeness };
    });
  }
}
