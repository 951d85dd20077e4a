import { isTurnOver, mapInTurns, nextTurn } from "../../kit/turns.ts";
import type { Share } from "./harvest.ts";
import type { Observation } from "./observation.ts";
import type { Tasks } from "./tasks.ts";

/** Shares are summed as whole parts: a sum of fractions depends on who comes first. */
const parts = 1e12;
/** The samples of one item that are dealt to several accounts are asked within this time. */
const samplesSecondsMax = 3_600;
/** And by no more of the members than this, or by two: what a class does at once all of it does. */
const samplesMembersShare = 0.25;
/** Later than any time. */
const neverSeconds = 2 ** 32 - 1;

/** What is looked at of each task. */
type Asked = Pick<Tasks, "half" | "begun" | "startedMs" | "refusedMs" | "items"> & {
  readonly features: Pick<Tasks["features"], "model">;
};

/** A member's tasks. */
interface Held {
  readonly portion: Pick<Share["portion"], "account" | "tasks">;
}

/**
 * Counts a candidate's items, and how many of an average member's stand at another as well. An item that was refused at one member and
 * answered at another was dealt to one only; so was one whose conversation began at one member and went on at another. And a queue may
 * deal out the samples of an item, which are asked of one model at one time by a few: who compares models asks each of them, and who
 * has a list in common with others asks it when it suits, or when all do.
 */
export class FillingCounter {
  readonly #tasks: Asked;
  // By item, of the present candidate: the first two are zero between two counts, and the others hold only where an item has holders.
  readonly #holders: Uint32Array;
  readonly #begun: Uint8Array;
  readonly #model: Uint32Array;
  readonly #firstSeconds: Uint32Array;
  readonly #lastSeconds: Uint32Array;
  /** By item: in which pass over which member it was seen last. */
  readonly #seen: Uint32Array;
  #passes = 0;

  constructor(tasks: Asked) {
    const items = tasks.items.values.length;
    this.#tasks = tasks;
    this.#holders = new Uint32Array(items);
    this.#begun = new Uint8Array(items);
    this.#model = new Uint32Array(items);
    this.#firstSeconds = new Uint32Array(items);
    this.#lastSeconds = new Uint32Array(items);
    this.#seen = new Uint32Array(items);
  }

  /** @param shares those of a member one behind another @param whole whether it is judged on both halves */
  async count(shares: readonly Held[], whole: boolean): Promise<Observation["fillings"]> {
    const members = await this.#tasksByMember(shares, whole);
    for (const tasks of members) {
      if (isTurnOver()) await nextTurn();
      for (const task of tasks) this.#hold(task);
    }
    const samplersMax = Math.max(2, samplesMembersShare * members.length);
    let all = 0;
    const shared = new MeanShare();
    const dealt = new MeanShare();
    for (const tasks of members) {
      if (isTurnOver()) await nextTurn();
      const held = tasks.map((task) => this.#tasks.items.of[task]!).filter((item) => this.#holders[item]! > 1);
      all += tasks.length;
      shared.add(held.length, tasks.length);
      dealt.add(held.filter((item) => this.#isDealt(item, samplersMax)).length, tasks.length);
    }
    for (const tasks of members) {
      if (isTurnOver()) await nextTurn();
      for (const task of tasks) {
        this.#holders[this.#tasks.items.of[task]!] = 0;
        this.#begun[this.#tasks.items.of[task]!] = 0;
      }
    }
    return { items: all, shared: Math.round(all * shared.value), dealt: Math.round(all * dealt.value) };
  }

  /** A member's task is one more that asks its item. */
  #hold(task: number): void {
    const { items, startedMs, features } = this.#tasks;
    const item = items.of[task]!;
    const seconds = Math.floor(startedMs[task]! / 1_000);
    const model = features.model.of[task]!;
    if (this.#holders[item] === 0) {
      this.#model[item] = model;
      this.#firstSeconds[item] = seconds;
      this.#lastSeconds[item] = seconds;
    }
    this.#holders[item]! += 1;
    this.#firstSeconds[item] = Math.min(this.#firstSeconds[item]!, seconds);
    this.#lastSeconds[item] = this.#model[item] === model ? Math.max(this.#lastSeconds[item]!, seconds) : neverSeconds;
  }

  #isDealt(item: number, samplersMax: number): boolean {
    const seconds = this.#lastSeconds[item]! - this.#firstSeconds[item]!;
    return this.#holders[item]! <= samplersMax && seconds <= samplesSecondsMax;
  }

  /** The judged tasks of each member, one of each item, but for those that it only carries on where another began them. */
  async #tasksByMember(shares: readonly Held[], whole: boolean): Promise<number[][]> {
    const { half, refusedMs, begun, items } = this.#tasks;
    const members: number[][] = [];
    for (let at = 0; at < shares.length;) {
      if (isTurnOver()) await nextTurn();
      const { account } = shares[at]!.portion;
      const judged: number[] = [];
      for (; shares[at]?.portion.account === account; at++)
        for (const task of shares[at]!.portion.tasks)
          if ((whole || half[task] === 1) && refusedMs[task]! < 0) judged.push(task);
      this.#passes += 1;
      // What is asked from its beginning comes first, so that it stands for its item.
      const own = [...judged.filter((task) => begun[task] === 1), ...judged.filter((task) => begun[task] === 0)];
      members.push(own.filter((task) => this.#isFirst(items.of[task]!)));
    }
    for (const tasks of members) for (const task of tasks) if (begun[task] === 1) this.#begun[items.of[task]!] = 1;
    return mapInTurns(members, (tasks) =>
      tasks.filter((task) => begun[task] === 1 || this.#begun[items.of[task]!] === 0),
    );
  }

  /** Whether an item comes for the first time in this pass. */
  #isFirst(item: number): boolean {
    if (this.#seen[item] === this.#passes) return false;
    this.#seen[item] = this.#passes;
    return true;
  }
}

/** The share of an average member, whoever comes first. */
class MeanShare {
  #sumParts = 0;
  #members = 0;

  add(some: number, all: number): void {
    if (all === 0) return;
    this.#sumParts += Math.trunc((some / all) * parts);
    this.#members += 1;
  }

  get value(): number {
    return this.#members === 0 ? 0 : this.#sumParts / parts / this.#members;
  }
}
