import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import { identifier, sql } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Share } from "./harvest.ts";
import type { Member } from "./observation.ts";
import type { Tasks } from "./tasks.ts";

interface Chain {
  readonly from_index: number;
  readonly to_index: number;
  /** Indices of the tasks at its ends whose answers can be recognised, whatever the other end is about. */
  readonly from_tasks: readonly number[];
  readonly to_tasks: readonly number[];
}

/** All chains of the log, by the account at which they begin. */
export type Chains = ReadonlyMap<number, readonly Chain[]>;
export type ChainCounts = Pick<Member, "chainedTasks" | "crossedTasks">;

export const noChains: ChainCounts = { chainedTasks: 0, crossedTasks: 0 };

export async function loadChains(store: Store): Promise<Chains> {
  const ends = (index: string, task: string): Sql => sql`
    SELECT account_index AS ${identifier(index)}, task AS ${identifier(task)}, if(answered, [task_index], []) AS tasks
    FROM detect_task WHERE (account_index, task) IN (SELECT ${identifier(index)}, ${identifier(task)} FROM detect_chain)`;
  const rows = store.stream<Chain>(sql`
    SELECT from_index, to_index, asked.tasks AS from_tasks, next.tasks AS to_tasks
    FROM detect_chain INNER JOIN (${ends("from_index", "from_task")}) AS asked USING (from_index, from_task)
    INNER JOIN (${ends("to_index", "to_task")}) AS next USING (to_index, to_task)`);
  const chains = new Map<number, Chain[]>();
  for await (const row of rows) {
    const list = chains.get(row.from_index);
    if (list) list.push(row);
    else chains.set(row.from_index, [row]);
  }
  return chains;
}

/** How many of each account's tasks of the shared work are an end of a chain, and of how many the other end is at another member. */
export async function countChains(
  shares: readonly Share[],
  accounts: readonly number[],
  { tasks: { index }, chains }: { tasks: Pick<Tasks, "index">; chains: Chains },
): Promise<ReadonlyMap<number, ChainCounts>> {
  const byAccount = endsAmong(accounts, chains);
  const counts = new Map<number, ChainCounts>();
  for (const { portion } of shares) {
    if (isTurnOver()) await nextTurn();
    const ends = byAccount.get(portion.account);
    if (ends === undefined) continue;
    const chained = portion.tasks.filter((task) => ends.has(index[task]!));
    const before = counts.get(portion.account) ?? noChains;
    counts.set(portion.account, {
      chainedTasks: before.chainedTasks + chained.length,
      crossedTasks: before.crossedTasks + chained.filter((task) => ends.get(index[task]!)).length,
    });
  }
  return counts;
}

/** By account: indices of the tasks at the ends of chains among these accounts, and whether one of its chains leads from one account to another. */
function endsAmong(accounts: readonly number[], chains: Chains): ReadonlyMap<number, ReadonlyMap<number, boolean>> {
  const members = new Set(accounts);
  const byAccount = new Map<number, Map<number, boolean>>();
  const add = (account: number, tasks: readonly number[], crosses: boolean): void => {
    const ends = byAccount.get(account) ?? new Map<number, boolean>();
    byAccount.set(account, ends);
    for (const task of tasks) ends.set(task, crosses || ends.get(task) === true);
  };
  for (const account of accounts)
    for (const { to_index: other, from_tasks, to_tasks } of chains.get(account) ?? []) {
      if (!members.has(other)) continue;
      add(account, from_tasks, other !== account);
      add(other, to_tasks, other !== account);
    }
  return byAccount;
}
