import { averageLogE } from "../../math/e-value.ts";

/*
 * Rotation. A scheduler that spreads work evenly hands each task to the account that it has not used for longest, or nearly so.
 *
 * Null: every next task falls to one of the accounts that are still at work in proportion to how much each of them works, whoever
 * came before. Customers with hours of their own come back sooner than that, which speaks against a rotation. Alternative: the
 * chance of an account rises with the share of the others that were used since, to a power of 2, 5 or 11, averaged. The
 * accounts' shares are the likeliest ones in hindsight, which favours the null (Wasserman, Ramdas and Balakrishnan 2020,
 * "Universal inference").
 */

const powers = [2, 5, 11];
/** A rotation among fewer is a coin. */
const accountsMin = 4;

/**
 * log10 e-value that a rotation dealt the tasks out; null where there are too few accounts.
 *
 * @param order the account of each task (any labels), in the order in which the tasks began.
 */
export function rotationLogE(order: readonly number[]): number | null {
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
    const rank = waiting.indexOf(account);
    if (rank >= 0 && waiting.length >= accountsMin) {
      const share = all / tasks;
      for (let i = 0; i < logs.length; i++)
        logs[i]! += Math.log10((weights[i]![waiting.length - rank - 1]! / sums[i]![waiting.length]!) * share);
    }
    if (rank >= 0) {
      waiting.splice(rank, 1);
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
