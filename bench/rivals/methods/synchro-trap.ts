import { assertNever } from "../../../src/kit/assert.ts";
import { integer, sql } from "../../../src/store/sql.ts";
import type { Sql } from "../../../src/store/sql.ts";
import type { AccountLog } from "../account-log.ts";
import { componentsOf, filterPairs, pairsOf, suspectsOf } from "../pairs.ts";
import type { PairRow, Pairs } from "../pairs.ts";
import { gridOf, once } from "../rival.ts";
import type { Rival } from "../rival.ts";

// Limits.
/** A tuple of more accounts than this is left out: it would list more pairs than it tells. */
const tupleAccountsMax = 300;

/** What an action is done to or with: an address, its network, the client's work (system prompt and tools), or the prompt. */
const objects = ["address", "network", "work", "prompt"] as const;
type ActionObject = (typeof objects)[number];

type Parameters = {
  readonly by: ActionObject;
  readonly windowMinutes: number;
  /** Tuples that two accounts must have in common. */
  readonly matchesMin: number;
  readonly jaccardMin: number;
  readonly accountsMin: number;
};

/**
 * Accounts that act on the same objects at about the same times: Jaccard similarity of their sets of (object, time window),
 * then single linkage, which is what components of the graph above a threshold are. Windows overlap by half, so that two
 * actions within half a window of each other always match.
 */
export const synchroTrap: Rival<Parameters> = {
  name: "SynchroTrap",
  source: "Cao et al., CCS 2014",
  grid: gridOf({
    by: objects,
    windowMinutes: [10, 60, 1_440, 4_320],
    matchesMin: [2, 5, 10, 20],
    jaccardMin: [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7],
    accountsMin: [2, 3, 5, 10, 20, 30],
  }),
  open: (log) => {
    const synchrony = once((by: ActionObject, windowMinutes: number) => loadSynchrony(log, by, windowMinutes));
    const linked = once(async (by: ActionObject, windowMinutes: number, matchesMin: number, jaccardMin: number) => {
      const { pairs, matches } = await synchrony(by, windowMinutes);
      const kept = filterPairs(pairs, (at) => pairs.weight[at]! >= jaccardMin && matches[at]! >= matchesMin);
      return { pairs: kept, labels: componentsOf(log.accounts.length, kept) };
    });
    return async ({ by, windowMinutes, matchesMin, jaccardMin, accountsMin }) => {
      const { pairs, labels } = await linked(by, windowMinutes, matchesMin, jaccardMin);
      return suspectsOf(log.accounts, labels, pairs, accountsMin);
    };
  },
};

interface Synchrony {
  /** Weighted by Jaccard similarity. */
  readonly pairs: Pairs;
  readonly matches: Uint32Array;
}

async function loadSynchrony({ store }: AccountLog, by: ActionObject, windowMinutes: number): Promise<Synchrony> {
  const windowSeconds = integer(windowMinutes * 60);
  const halfSeconds = integer(windowMinutes * 30);
  const object = objectOf(by);
  await store.run(sql`
    CREATE OR REPLACE TABLE rival_tuple ENGINE = MergeTree ORDER BY tuple AS
    SELECT DISTINCT account_index, arrayJoin([
      cityHash64(0, object, intDiv(toUnixTimestamp(time), ${windowSeconds})),
      cityHash64(1, object, intDiv(toUnixTimestamp(time) + ${halfSeconds}, ${windowSeconds}))]) AS tuple
    FROM (SELECT account, time, ${object} AS object FROM exchange WHERE object != 0) AS action
    INNER JOIN rival_account USING account`);
  const rows = await store.rows<PairRow & { readonly matches: readonly number[] }>(sql`
    WITH
      held AS (SELECT account_index, count() AS tuples FROM rival_tuple GROUP BY account_index),
      shared AS (
        SELECT tuple, account_index FROM rival_tuple WHERE tuple IN (
          SELECT tuple FROM rival_tuple GROUP BY tuple HAVING count() BETWEEN 2 AND ${integer(tupleAccountsMax)})),
      pair AS (
        SELECT a.account_index AS one, b.account_index AS other, count() AS common
        FROM shared AS a INNER JOIN shared AS b ON a.tuple = b.tuple
        WHERE a.account_index < b.account_index
        GROUP BY one, other HAVING common > 1)
    SELECT one AS account, groupArray(other) AS others, groupArray(toUInt32(common)) AS matches,
      groupArray(common / (left_held.tuples + right_held.tuples - common)) AS weights
    FROM pair
    INNER JOIN held AS left_held ON pair.one = left_held.account_index
    INNER JOIN held AS right_held ON pair.other = right_held.account_index
    GROUP BY account ORDER BY account`);
  return { pairs: pairsOf(rows), matches: Uint32Array.from(rows.flatMap((row) => row.matches)) };
}

function objectOf(by: ActionObject): Sql {
  switch (by) {
    case "address":
      return sql`if(ip = '', 0, cityHash64(ip))`;
    case "network":
      return sql`if(ip_prefix = '', 0, cityHash64(ip_prefix))`;
    case "work":
      return sql`if(system_hash = 0 AND tools_hash = 0, 0, cityHash64(system_hash, tools_hash))`;
    case "prompt":
      return sql`prompt_hash`;
    default:
      return assertNever(by, "object of an action");
  }
}
