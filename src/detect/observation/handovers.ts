import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { Share } from "./harvest.ts";
import type { Tasks } from "./tasks.ts";
import { wordsMax } from "./portion.ts";

// Limits and defaults.
/** An item may wait at its next account; most don't, and a shorter time holds fewer likenesses by chance. */
const handoverMsMax = 6 * 3_600_000;
const promptMsMax = 3_600_000;
/** Refused tasks that are followed, per candidate. */
const refusedMax = 2000;
/** A task with fewer rare words can't be recognised in other words. */
const rareWordsMin = 4;
/** A refused task is told by another account's only if it shares this much more of its rare words than the best one on the other side of time does. */
const marginMin = 0.2;

/** Refused tasks of one candidate that have a likeness at another member on one side of time only. */
export interface Handovers {
  /** Within the hour, and within six. */
  readonly prompt: SidesOfTime;
  readonly late: SidesOfTime;
}

export interface SidesOfTime {
  /** The likeness came after the refusal, as when a queue's item goes on elsewhere. */
  readonly after: number;
  /** It came before: chance, since nobody hands over what was not refused yet. */
  readonly before: number;
}

export const noHandovers: Handovers = { prompt: { after: 0, before: 0 }, late: { after: 0, before: 0 } };

interface HandoverContext {
  readonly tasks: Tasks;
  readonly likeness: Likeness;
  /** Whether it is judged on both halves. */
  readonly whole: boolean;
  /** What an account is called in the open; '' is no name. */
  organizationOf(account: number): string;
}

/**
 * Follows refused tasks to other members by what they ask for, not by how it is put: the share of a refused task's rare words
 * that the nearest task of another member holds, soon after the refusal and as long before it. Tasks of the
 * judged halves only; a task that was itself refused does not count as one before, since an item may be refused twice in a row.
 */
export async function countHandovers(shares: readonly Share[], context: HandoverContext): Promise<Handovers> {
  const { tasks, likeness: likenessTo, organizationOf } = context;
  const { account, startedMs, refusedMs } = tasks;
  const others = rareTasks(shares, context);
  const refused = others.filter((task) => refusedMs[task]! >= 0).sort((a, b) => refusedMs[a]! - refusedMs[b]! || a - b);
  const times = Float64Array.from(others, (task) => startedMs[task]!);
  const prompt = { after: 0, before: 0 };
  const late = { after: 0, before: 0 };
  for (const task of refused.slice(0, refusedMax)) {
    if (isTurnOver()) await nextTurn();
    const atMs = refusedMs[task]!;
    const organization = organizationOf(account[task]!);
    likenessTo.set(task);
    const best = { prompt: { after: 0, before: 0 }, late: { after: 0, before: 0 } };
    for (let at = firstFrom(times, atMs - handoverMsMax); times[at]! <= atMs + handoverMsMax; at++) {
      const other = others[at]!;
      if (account[other] === account[task]) continue;
      if (organization !== "" && organizationOf(account[other]!) === organization) continue;
      const side = times[at]! > atMs ? "after" : "before";
      if (side === "before" && refusedMs[other]! >= 0) continue;
      const likeness = likenessTo.of(other);
      if (likeness > best.late[side]) best.late[side] = likeness;
      if (likeness > best.prompt[side] && Math.abs(times[at]! - atMs) <= promptMsMax) best.prompt[side] = likeness;
    }
    addSide(prompt, best.prompt);
    addSide(late, best.late);
  }
  return { prompt, late };
}

/** The tasks of the judged halves that hold enough rare words, in the order in which they began. */
function rareTasks(shares: readonly Share[], { tasks, whole }: HandoverContext): Uint32Array {
  const isRare = (task: number): boolean =>
    (whole || tasks.half[task] === 1) && tasks.wordsEnd[task]! - tasks.wordsStart[task]! >= rareWordsMin;
  return Uint32Array.from(shares.flatMap(({ portion }) => portion.tasks.filter(isRare))).sort();
}

/** Position of the first time that is as late. */
function firstFrom(times: Float64Array, ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function addSide(sides: Mutable<SidesOfTime>, { after, before }: SidesOfTime): void {
  if (after >= before + marginMin) sides.after += 1;
  if (before >= after + marginMin) sides.before += 1;
}

/** The share of one task's rare words that others hold. */
export class Likeness {
  readonly #tasks: Tasks;
  /** One byte a word: whether the task holds it. */
  readonly #held = new Uint8Array(wordsMax);
  /** By word: the number of the last other task that held it, too. */
  readonly #lastHolder = new Uint32Array(wordsMax);
  #others = 0;
  #start = 0;
  #end = 0;

  constructor(tasks: Tasks) {
    this.#tasks = tasks;
  }

  set(task: number): void {
    const { words, wordsStart, wordsEnd } = this.#tasks;
    for (let at = this.#start; at < this.#end; at++) this.#held[words[at]!] = 0;
    this.#start = wordsStart[task]!;
    this.#end = wordsEnd[task]!;
    for (let at = this.#start; at < this.#end; at++) this.#held[words[at]!] = 1;
  }

  of(other: number): number {
    const { words, wordsStart, wordsEnd } = this.#tasks;
    const [held, lastHolder, number] = [this.#held, this.#lastHolder, ++this.#others];
    let shared = 0;
    const end = wordsEnd[other]!;
    for (let at = wordsStart[other]!; at < end; at++) {
      const word = words[at]!;
      // A word counts once: two may have one hash.
      if (held[word] === 0 || lastHolder[word] === number) continue;
      lastHolder[word] = number;
      shared += 1;
    }
    return shared / (this.#end - this.#start);
  }
}
