import { averageLogE } from "../../math/e-value.ts";
import type { Span } from "../observation/observation.ts";
import { pauseMs } from "../tasks/visits.ts";
import { withoutClocks } from "./clock.ts";

/*
 * Rotation. A scheduler that spreads work evenly hands each task to the account that it has not used for longest, or nearly so.
 *
 * Null: every next task falls to one of the accounts that are still at work in proportion to how much each of them works, whoever
 * came before. Customers with hours of their own come back sooner than that, which speaks against a rotation. Alternative: the
 * chance of an account rises with the share of the others that were used since, to a power of 2, 5 or 11, averaged. The
 * accounts' shares are the likeliest ones in hindsight, which favours the null (Wasserman, Ramdas and Balakrishnan 2020,
 * "Universal inference").
 *
 * Where tasks are visits, an account can't begin another one before it has paused: that it does not come back at once is how visits are
 * told, and who has not paused yet is not among those who might have come. Nor are programs that run by the clock, whoever's they are.
 */

const powers = [2, 5, 11];
/** A rotation among fewer is a coin. */
const accountsMin = 4;

/**
 * log10 e-value that a rotation dealt the tasks out; null where there are too few accounts.
 *
 * @param order the account of each task (any labels), in the order in which the tasks began.
 * @param spans when each of them was, where tasks are visits.
 */
export function rotationLogE(order: readonly number[], spans: readonly Span[] | null = null): number | null {
  if (spans === null) return turnsLogE(order);
  const kept = withoutClocks(order, spans);
  const endedMs = new Map<number, number>();
  const turns = kept.map((at) => order[at]!);
  return turnsLogE(turns, (waiting, turn) => {
    if (turn > 0) endedMs.set(turns[turn - 1]!, spans[kept[turn - 1]!]!.endedMs);
    const { startedMs } = spans[kept[turn]!]!;
    return waiting.filter((account) => startedMs - endedMs.get(account)! > pauseMs);
  });
}

/** @param free those of the waiting accounts who could come, in their order; it is asked at each turn. */
function turnsLogE(
  order: readonly number[],
  free: (waiting: readonly number[], turn: number) => readonly number[] = (waiting) => waiting,
): number | null {
  const uses = new Map<number, { tasks: number; last: number }>();
  order.forEach((account, at) => uses.set(account, { tasks: (uses.get(account)?.tasks ?? 0) + 1, last: at }));
  if (uses.size < accountsMin) return null;
  // Accounts that have begun and will come again, the longest unused first.
  const waiting: number[] = [];
  let all = 0;
  const logs = powers.map(() => 0);
  const weights = powers.map((power) => Array.from({ length: uses.size }, (_, i) => (i + 0.5) ** power));
  const sums = weights.map(sumsOf);
  order.forEach((account, at) => {
    const { tasks, last } = uses.get(account)!;
    const could = free(waiting, at);
    const rank = could.indexOf(account);
    if (rank >= 0 && could.length >= accountsMin) {
      const theirs = could === waiting ? all : could.reduce((sum, other) => sum + uses.get(other)!.tasks, 0);
      const share = theirs / tasks;
      for (let i = 0; i < logs.length; i++)
        logs[i]! += Math.log10((weights[i]![could.length - rank - 1]! / sums[i]![could.length]!) * share);
    }
    const place = waiting.indexOf(account);
    if (place >= 0) {
      waiting.splice(place, 1);
      all -= tasks;
    }
    if (last > at) {
      waiting.push(account);
      all += tasks;
    }
  });
  return averageLogE(logs);
}

/** By how many accounts wait: the sum of all their weights, which rise from the last used to the longest unused. */
function sumsOf(weights: readonly number[]): number[] {
  const sums = [0];
  for (const [i, weight] of weights.entries()) sums.push(sums[i]! + weight);
  return sums;
}
