import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { Share } from "./harvest.ts";
import type { Observation } from "./observation.ts";
import type { Tasks } from "./tasks.ts";

/** Shares are summed as whole parts: a sum of fractions depends on who comes first. */
const parts = 1e12;

/**
 * Counts a candidate's items, and how many of an average member's stand at another as well. An item that was refused at one member and
 * answered at another was dealt to one only.
 */
export class FillingCounter {
  readonly #tasks: Tasks;
  /** By item: at how many members of the candidate it stands; all zero between two counts. */
  readonly #holders: Uint32Array;
  /** By item: in which pass over which member it was seen last. */
  readonly #seen: Uint32Array;
  #passes = 0;

  constructor(tasks: Tasks) {
    this.#tasks = tasks;
    this.#holders = new Uint32Array(tasks.items.values.length);
    this.#seen = new Uint32Array(tasks.items.values.length);
  }

  /** @param shares those of a member one behind another @param whole whether it is judged on both halves */
  async count(shares: readonly Share[], whole: boolean): Promise<Observation["fillings"]> {
    const holders = this.#holders;
    const members = await this.#itemsByMember(shares, whole);
    for (const items of members) {
      if (isTurnOver()) await nextTurn();
      for (const item of items) holders[item]! += 1;
    }
    let all = 0;
    let accounts = 0;
    let sharedParts = 0;
    for (const items of members) {
      if (isTurnOver()) await nextTurn();
      if (items.length === 0) continue;
      let shared = 0;
      for (const item of items) if (holders[item]! > 1) shared += 1;
      all += items.length;
      accounts += 1;
      sharedParts += Math.trunc((shared / items.length) * parts);
    }
    for (const items of members) {
      if (isTurnOver()) await nextTurn();
      for (const item of items) holders[item] = 0;
    }
    return { items: all, shared: accounts === 0 ? 0 : Math.round(all * (sharedParts / parts / accounts)) };
  }

  /** The judged items of each member, each once. */
  async #itemsByMember(shares: readonly Share[], whole: boolean): Promise<number[][]> {
    const members: number[][] = [];
    const { half, refusedMs, items } = this.#tasks;
    const seen = this.#seen;
    for (let at = 0; at < shares.length;) {
      if (isTurnOver()) await nextTurn();
      const { account } = shares[at]!.portion;
      const pass = ++this.#passes;
      const own: number[] = [];
      for (; shares[at]?.portion.account === account; at++)
        for (const task of shares[at]!.portion.tasks) {
          const item = items.of[task]!;
          if ((!whole && half[task] !== 1) || refusedMs[task]! >= 0 || seen[item] === pass) continue;
          seen[item] = pass;
          own.push(item);
        }
      members.push(own);
    }
    return members;
  }
}
