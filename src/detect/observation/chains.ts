import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Sql } from "../../store/sql.ts";
import { byMember } from "./by-member.ts";

interface ChainRow {
  readonly candidate: number;
  readonly account_index: number;
  readonly recognised: number;
  readonly chained: number;
  readonly crossed: number;
}

/**
 * Each member's tasks of the shared work whose answers can be recognised, how many of them are an end of a chain among the
 * members, whatever the other end is about, and of how many that end is at another member.
 */
export async function loadChains(store: Store): Promise<ReadonlyMap<number, ReadonlyMap<number, ChainRow>>> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_member_chain ENGINE = Memory AS
    SELECT candidate, from_index, from_task, to_index, to_task
    FROM (SELECT candidate, account_index AS from_index FROM detect_member) AS askers
    INNER JOIN detect_chain USING from_index
    INNER JOIN (SELECT candidate, account_index AS to_index FROM detect_member) AS takers USING (candidate, to_index)`);
  const isEndOf = (chains: Sql): Sql => sql`(candidate, account_index, task) IN (
    SELECT candidate, from_index, from_task FROM detect_member_chain ${chains}
    UNION ALL SELECT candidate, to_index, to_task FROM detect_member_chain ${chains})`;
  const rows = store.stream<ChainRow>(sql`
    SELECT candidate, account_index, toUInt32(count()) AS recognised, toUInt32(countIf(${isEndOf(sql``)})) AS chained,
      toUInt32(countIf(${isEndOf(sql`WHERE from_index != to_index`)})) AS crossed
    FROM detect_harvest WHERE answered GROUP BY candidate, account_index`);
  return byMember(rows);
}
