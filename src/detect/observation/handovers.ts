import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import { firstFrom } from "../../math/first-from.ts";
import type { Tasks } from "./tasks.ts";
import { WordHolders } from "./word-holders.ts";

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
  /** Whether it is judged on both halves. */
  readonly whole: boolean;
  /** What an account is called in the open; '' is no name. */
  organizationOf(account: number): string;
}

/**
 * Follows refused tasks to other members by what they ask for, not by how it is put: the share of a refused task's rare words
 * that the nearest task of another member holds, soon after the refusal and as long before it. Tasks of the
 * judged halves only; a task that was itself refused does not count as one before, since an item may be refused twice in a row.
 *
 * @param all tasks of the candidate's shared work, in the order in which they began.
 */
export async function countHandovers(
  all: Uint32Array,
  { tasks, whole, organizationOf }: HandoverContext,
): Promise<Handovers> {
  const { account, half, startedMs, refusedMs, wordsStart, wordsEnd } = tasks;
  const others = all.filter(
    (task) => (whole || half[task] === 1) && wordsEnd[task]! - wordsStart[task]! >= rareWordsMin,
  );
  const refused = others
    .filter((task) => refusedMs[task]! >= 0)
    .sort((a, b) => refusedMs[a]! - refusedMs[b]!)
    .subarray(0, refusedMax);
  if (refused.length === 0) return noHandovers;
  const holders = await WordHolders.of(others, refused, tasks);
  const times = new Float64Array(others.length);
  for (let at = 0; at < others.length; at++) times[at] = startedMs[others[at]!]!;
  const prompt = { after: 0, before: 0 };
  const late = { after: 0, before: 0 };
  for (const task of refused) {
    if (isTurnOver()) await nextTurn();
    const atMs = refusedMs[task]!;
    const organization = organizationOf(account[task]!);
    const best = { prompt: { after: 0, before: 0 }, late: { after: 0, before: 0 } };
    // Times are whole milliseconds.
    const [from, end] = [firstFrom(times, atMs - handoverMsMax), firstFrom(times, atMs + handoverMsMax + 1)];
    holders.eachLike(task, from, end, (at, likeness) => {
      const other = others[at]!;
      if (account[other] === account[task]) return;
      if (organization !== "" && organizationOf(account[other]!) === organization) return;
      const side = times[at]! > atMs ? "after" : "before";
      if (side === "before" && refusedMs[other]! >= 0) return;
      if (likeness > best.late[side]) best.late[side] = likeness;
      if (likeness > best.prompt[side] && Math.abs(times[at]! - atMs) <= promptMsMax) best.prompt[side] = likeness;
    });
    addSide(prompt, best.prompt);
    addSide(late, best.late);
  }
  return { prompt, late };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function addSide(sides: Mutable<SidesOfTime>, { after, before }: SidesOfTime): void {
  if (after >= before + marginMin) sides.after += 1;
  if (before >= after + marginMin) sides.before += 1;
}
