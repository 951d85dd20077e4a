import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Candidate } from "../candidates/candidates.ts";

/** Of one member: what was refused on the judged halves, how much of it came again soon after at another member, and the accounts to or from which a request of either half went so. */
interface MemberRefusals {
  readonly refused: number;
  readonly resumed: number;
  readonly ties: readonly number[];
}

interface Handover {
  readonly from_index: number;
  readonly to_index: number;
  readonly half: number;
  /** Numbers the refusals that came again, and the requests that were refused. */
  readonly refusal: number;
  readonly request_number: number;
}

/** Of the whole log, by account. */
export interface Refusals {
  /** Refused requests by half. */
  readonly refused: ReadonlyMap<number, readonly [number, number]>;
  readonly handovers: ReadonlyMap<number, readonly Handover[]>;
}

export async function loadRefusals(store: Store): Promise<Refusals> {
  const counts = await store.rows<{ account_index: number; halves: readonly [number, number] }>(sql`
    SELECT account_index, [toUInt32(countIf(half = 0)), toUInt32(countIf(half = 1))] AS halves
    FROM detect_refused GROUP BY account_index`);
  const handovers = new Map<number, Handover[]>();
  const rows = store.stream<Handover>(sql`
    SELECT from_index, to_index, half, toUInt32(dense_rank() OVER (ORDER BY request, at_ms)) AS refusal,
      toUInt32(dense_rank() OVER (ORDER BY request)) AS request_number
    FROM detect_handover`);
  for await (const row of rows) {
    const list = handovers.get(row.from_index);
    if (list) list.push(row);
    else handovers.set(row.from_index, [row]);
  }
  return { refused: new Map(counts.map((row) => [row.account_index, row.halves])), handovers };
}

/** A candidate's members of whom something was refused or to whom something was handed over. */
export function refusalsAmong(
  { accounts, whole }: Pick<Candidate, "accounts" | "whole">,
  { refused, handovers }: Refusals,
): ReadonlyMap<number, MemberRefusals> {
  const members = new Set(accounts);
  const ties = new Map<number, Set<number>>();
  const tie = (one: number, other: number): void => void ties.set(one, (ties.get(one) ?? new Set()).add(other));
  const resumed = new Map<number, number>();
  for (const account of accounts) {
    const among = (handovers.get(account) ?? []).filter(({ to_index }) => members.has(to_index));
    for (const { to_index: other } of among) {
      tie(account, other);
      tie(other, account);
    }
    const judged = among.filter(({ half }) => whole === true || half === 1);
    resumed.set(account, new Set(judged.map(({ refusal }) => refusal)).size);
  }
  const found = new Map<number, MemberRefusals>();
  for (const account of accounts) {
    const halves = refused.get(account);
    const others = ties.get(account);
    if (halves === undefined && others === undefined) continue;
    const [forming, judging] = halves ?? [0, 0];
    found.set(account, {
      refused: whole === true ? forming + judging : judging,
      resumed: resumed.get(account) ?? 0,
      ties: [...(others ?? [])].sort((a, b) => a - b),
    });
  }
  return found;
}
