import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import { integers, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { refusals } from "../refusals.ts";
import type { SidesOfTime } from "./handovers.ts";
import { cut } from "./codes.ts";

// Limits and defaults.
/** What was refused at one account is sent to another at once, or can't be told from what comes anyway. */
const handoverMsMax = 60_000;
/** Refused requests that are followed, per candidate: the first ones. */
const refusedMax = 2000;

/** The requests of a log without text, in the order of time among those of one model with the same parameters. */
export interface Moments {
  readonly account: Uint32Array;
  /** Of a model and parameters. */
  readonly manner: Uint32Array;
  readonly atMs: Float64Array;
  readonly refused: Uint8Array;
  /** By account: positions in the arrays. */
  readonly byAccount: ReadonlyMap<number, readonly number[]>;
}

interface Row {
  readonly account_index: number;
  readonly at: readonly number[];
  readonly manner: readonly number[];
  readonly at_ms: readonly number[];
  readonly refused: readonly number[];
}

/** Those whose model and parameters a refused request has as well. */
export async function loadMoments(store: Store): Promise<Moments> {
  const manner = sql`toUInt32(sipHash64(model, params_hash) % ${cut})`;
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_moment ENGINE = MergeTree ORDER BY account_index AS
    SELECT account_index, manner, at_ms, refused,
      toUInt32(row_number() OVER (ORDER BY manner, at_ms, id_hash) - 1) AS at
    FROM (
      SELECT account, ${manner} AS manner, toUnixTimestamp64Milli(time) AS at_ms, id_hash, ifNull(status, 0) IN ${integers(refusals)} AS refused
      FROM detect_exchange WHERE manner IN (SELECT ${manner} FROM detect_exchange WHERE status IN ${integers(refusals)})
    ) AS sent INNER JOIN detect_account USING account`);
  const [size] = await store.rows<{ moments: number }>(sql`SELECT count() AS moments FROM detect_moment`);
  const count = size?.moments ?? 0;
  const moments = {
    account: new Uint32Array(count),
    manner: new Uint32Array(count),
    atMs: new Float64Array(count),
    refused: new Uint8Array(count),
  };
  const byAccount = new Map<number, readonly number[]>();
  const rows = store.stream<Row>(sql`
    SELECT account_index, groupArray(at) AS at, groupArray(manner) AS manner, groupArray(at_ms) AS at_ms, groupArray(refused) AS refused
    FROM detect_moment GROUP BY account_index`);
  for await (const row of rows) {
    byAccount.set(row.account_index, row.at);
    for (const [i, at] of row.at.entries()) {
      moments.account[at] = row.account_index;
      moments.manner[at] = row.manner[i]!;
      moments.atMs[at] = row.at_ms[i]!;
      moments.refused[at] = row.refused[i]!;
    }
  }
  return { ...moments, byAccount };
}

/**
 * What follows the refused requests of some accounts soonest at another of them, of the same model and with the same parameters, and
 * what went before them: which of the two is nearer. A queue sends a refused request elsewhere at once; of strangers one comes as
 * soon before as after. What is nearest to several refused ones counts once.
 *
 * @param organizationOf what an account is called in the open; '' is no name. Accounts of one name fail over to each other.
 */
export async function countSequels(
  accounts: readonly number[],
  { account, manner, atMs, refused, byAccount }: Moments,
  organizationOf: (account: number) => string,
): Promise<SidesOfTime> {
  const all = Uint32Array.from(accounts.flatMap((one) => byAccount.get(one) ?? [])).sort();
  const nearest = { after: new Set<number>(), before: new Set<number>() };
  const isOther = (one: number, other: number): boolean =>
    account[one] !== account[other] &&
    refused[other] === 0 &&
    (organizationOf(account[one]!) === "" || organizationOf(account[one]!) !== organizationOf(account[other]!));
  const look = (from: number, step: 1 | -1): number | null => {
    const one = all[from]!;
    for (let i = from + step; i >= 0 && i < all.length; i += step) {
      const other = all[i]!;
      if (manner[other] !== manner[one] || Math.abs(atMs[other]! - atMs[one]!) > handoverMsMax) return null;
      if (isOther(one, other)) return other;
    }
    return null;
  };
  let followed = 0;
  for (let i = 0; i < all.length && followed < refusedMax; i++) {
    if (isTurnOver(i)) await nextTurn();
    const one = all[i]!;
    if (refused[one] === 0) continue;
    followed += 1;
    const [after, before] = [look(i, 1), look(i, -1)];
    const waited = after === null ? Number.POSITIVE_INFINITY : atMs[after]! - atMs[one]!;
    const past = before === null ? Number.POSITIVE_INFINITY : atMs[one]! - atMs[before]!;
    if (waited < past) nearest.after.add(after!);
    else if (past < waited) nearest.before.add(before!);
  }
  return { after: nearest.after.size, before: nearest.before.size };
}
