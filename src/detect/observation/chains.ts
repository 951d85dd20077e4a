import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Share } from "./harvest.ts";
import type { Member } from "./observation.ts";

/** The tasks at the ends of chains among a candidate's members, and whether one of its chains leads from member to member. */
export type ChainEnds = ReadonlyMap<number, boolean>;
export type ChainCounts = Pick<Member, "chainedTasks" | "crossedTasks">;

export const noChains: ChainCounts = { chainedTasks: 0, crossedTasks: 0 };

/** The ends of chains whose answers can be recognised, whatever the other end is about, by candidate. */
export async function loadChainEnds(store: Store): Promise<ReadonlyMap<number, ChainEnds>> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_member_chain ENGINE = Memory AS
    SELECT candidate, from_index, from_task, to_index, to_task
    FROM (SELECT candidate, account_index AS from_index FROM detect_member) AS askers
    INNER JOIN detect_chain USING from_index
    INNER JOIN (SELECT candidate, account_index AS to_index FROM detect_member) AS takers USING (candidate, to_index)`);
  const rows = store.stream<{ candidate: number; task_index: number; crosses: number }>(sql`
    SELECT candidate, task_index, max(crosses) AS crosses
    FROM (
      SELECT candidate, from_index AS account_index, from_task AS task, from_index != to_index AS crosses FROM detect_member_chain
      UNION ALL
      SELECT candidate, to_index AS account_index, to_task AS task, from_index != to_index AS crosses FROM detect_member_chain
    ) AS ends
    INNER JOIN detect_task USING (account_index, task)
    WHERE answered GROUP BY candidate, task_index`);
  const byCandidate = new Map<number, Map<number, boolean>>();
  for await (const row of rows) {
    const ends = byCandidate.get(row.candidate) ?? new Map<number, boolean>();
    byCandidate.set(row.candidate, ends.set(row.task_index, row.crosses === 1));
  }
  return byCandidate;
}

/** How many of each account's tasks of the shared work are an end of a chain, and of how many the other end is at another member. */
export async function countChains(
  shares: readonly Share[],
  ends: ChainEnds,
): Promise<ReadonlyMap<number, ChainCounts>> {
  const counts = new Map<number, ChainCounts>();
  if (ends.size === 0) return counts;
  for (const { portion } of shares) {
    if (isTurnOver()) await nextTurn();
    const chained = portion.tasks.filter((task) => ends.has(task));
    const before = counts.get(portion.account) ?? noChains;
    counts.set(portion.account, {
      chainedTasks: before.chainedTasks + chained.length,
      crossedTasks: before.crossedTasks + chained.filter((task) => ends.get(task)).length,
    });
  }
  return counts;
}
