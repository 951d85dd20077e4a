import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { Share } from "./harvest.ts";
import type { Tasks } from "./tasks.ts";
import type { Observation } from "./observation.ts";

/** Shares are summed as whole parts: a sum of fractions depends on who comes first. */
const parts = 1e12;

/**
 * Counts a candidate's items, and how many of an average member's stand at another as well. An item that was refused at one member and
 * answered at another was dealt to one only.
 *
 * @param whole whether it is judged on both halves
 */
export async function countFillings(
  shares: readonly Share[],
  tasks: Tasks,
  whole: boolean,
): Promise<Observation["fillings"]> {
  const { half, refusedMs, root } = tasks;
  const byAccount = new Map<number, Set<number>>();
  for (const { portion } of shares) {
    if (isTurnOver()) await nextTurn();
    const items = byAccount.get(portion.account) ?? new Set<number>();
    byAccount.set(portion.account, items);
    for (const task of portion.tasks) if ((whole || half[task] === 1) && refusedMs[task]! < 0) items.add(root[task]!);
  }
  const holders = new Map<number, number>();
  for (const items of byAccount.values()) {
    if (isTurnOver()) await nextTurn();
    for (const item of items) holders.set(item, (holders.get(item) ?? 0) + 1);
  }
  let all = 0;
  let accounts = 0;
  let sharedParts = 0;
  for (const items of byAccount.values()) {
    if (isTurnOver()) await nextTurn();
    if (items.size === 0) continue;
    let shared = 0;
    for (const item of items) if (holders.get(item)! > 1) shared += 1;
    all += items.size;
    accounts += 1;
    sharedParts += Math.trunc((shared / items.size) * parts);
  }
  return { items: all, shared: accounts === 0 ? 0 : Math.round(all * (sharedParts / parts / accounts)) };
}
