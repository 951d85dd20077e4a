import { grouped } from "../../kit/grouped.ts";
import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { Share } from "./harvest.ts";
import { wordsMax } from "./portion.ts";
import type { WordTallies } from "./portion.ts";

/** Of a share its words. */
interface WordedShare extends Pick<Share, "stream"> {
  readonly portion: Pick<Share["portion"], "account" | "tasks" | "words">;
}

/** Bins of content words. */
export const topicBins = 64;
/** A word of at least this share of a template's tasks belongs to the template. */
const templateWordShare = 0.1;
/**
 * A word of at least this share of one member's tasks, this many times the group's share, belongs to that member's wording. Were it 0.15, what
 * an account puts into one of ten templates would pass for its subject.
 */
const wordingShareMin = 0.1;
const wordingTasksMin = 3;
const wordingLiftMin = 4;

/**
 * Counts the content words of a candidate's tasks.
 *
 * Words that every filling of a template comes with say what the template is, not what it is asked about. And so do words that one
 * member alone puts into it: its own wording, not its own subject.
 */
export class TopicCounter {
  readonly #tallies: WordTallies;
  /** By word; all zero between two counts. */
  readonly #uses = new Uint32Array(wordsMax);
  readonly #allUses = new Uint32Array(wordsMax);

  constructor(tallies: WordTallies) {
    this.#tallies = tallies;
  }

  /** By account: counts by bin, those of half 1 behind those of half 0. */
  async count(shares: readonly WordedShare[]): Promise<Map<number, Uint32Array>> {
    const { words, forming, judging } = this.#tallies;
    const [uses, allUses] = [this.#uses, this.#allUses];
    const template = await this.#templateWords(shares);
    const allTasks = tasksOf(shares);
    for (const share of shares) this.#add(share, allUses);
    const topics = new Map<number, Uint32Array>();
    for (const [account, group] of grouped(shares.keys(), (i) => shares[i]!.portion.account)) {
      if (isTurnOver()) await nextTurn();
      const own = group.map((i) => shares[i]!);
      const ownTasks = tasksOf(own);
      for (const share of own) this.#add(share, uses);
      const isWording = (word: number): boolean =>
        uses[word]! >= wordingTasksMin &&
        uses[word]! >= wordingShareMin * ownTasks &&
        uses[word]! * allTasks >= wordingLiftMin * allUses[word]! * ownTasks;
      const bins = new Uint32Array(2 * topicBins);
      topics.set(account, bins);
      for (const i of group) {
        const { start, end } = shares[i]!.portion.words;
        const offset = template.starts[i]! - start;
        for (let at = start; at < end; at++) {
          const word = words[at]!;
          if (template.isOfTemplate[offset + at] === 1 || isWording(word)) continue;
          bins[word % topicBins]! += forming[at]!;
          bins[topicBins + (word % topicBins)]! += judging[at]!;
        }
      }
      for (const share of own) this.#clear(share, uses);
    }
    for (const share of shares) this.#clear(share, allUses);
    return topics;
  }

  /** Whether each word of each share is of its template, one share behind the other. */
  async #templateWords(shares: readonly WordedShare[]): Promise<{ starts: Uint32Array; isOfTemplate: Uint8Array }> {
    const starts = new Uint32Array(shares.length);
    let size = 0;
    for (const [i, { portion }] of shares.entries()) {
      starts[i] = size;
      size += portion.words.end - portion.words.start;
    }
    const isOfTemplate = new Uint8Array(size);
    const { words } = this.#tallies;
    const uses = this.#uses;
    for (const group of grouped(shares.keys(), (i) => shares[i]!.stream).values()) {
      if (isTurnOver()) await nextTurn();
      const own = group.map((i) => shares[i]!);
      const usesMin = templateWordShare * tasksOf(own);
      for (const share of own) this.#add(share, uses);
      for (const i of group) {
        const { start, end } = shares[i]!.portion.words;
        const offset = starts[i]! - start;
        for (let at = start; at < end; at++) if (uses[words[at]!]! >= usesMin) isOfTemplate[offset + at] = 1;
      }
      for (const share of own) this.#clear(share, uses);
    }
    return { starts, isOfTemplate };
  }

  #add({ portion }: WordedShare, sums: Uint32Array): void {
    const { words, forming, judging } = this.#tallies;
    for (let at = portion.words.start; at < portion.words.end; at++) sums[words[at]!]! += forming[at]! + judging[at]!;
  }

  #clear({ portion }: WordedShare, sums: Uint32Array): void {
    const { words } = this.#tallies;
    for (let at = portion.words.start; at < portion.words.end; at++) sums[words[at]!] = 0;
  }
}

const tasksOf = (shares: readonly WordedShare[]): number =>
  shares.reduce((sum, { portion }) => sum + portion.tasks.length, 0);
