import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Candidate } from "../candidates/candidate.ts";

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
  /** One more than the index of the task; 0 where what was refused is none. */
  readonly task_number: number;
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
    SELECT from_index, to_index, half, task_number, toUInt32(dense_rank() OVER (ORDER BY request, at_ms)) AS refusal,
      toUInt32(dense_rank() OVER (ORDER BY request)) AS request_number
    FROM detect_handover LEFT JOIN (
      SELECT account_index AS from_index, task, toUInt32(task_index + 1) AS task_number FROM detect_task
      WHERE (account_index, task) IN (SELECT from_index, task FROM detect_handover)
    ) AS tasks USING (from_index, task)`);
  for await (const row of rows) {
    const list = handovers.get(row.from_index);
    if (list) list.push(row);
    else handovers.set(row.from_index, [row]);
  }
  return { refused: new Map(counts.map((row) => [row.account_index, row.halves])), handovers };
}

/** From one member to the others. */
function handoversWithin(
  members: ReadonlySet<number>,
  account: number,
  handovers: Refusals["handovers"],
): readonly Handover[] {
  return (handovers.get(account) ?? []).filter(({ to_index }) => members.has(to_index));
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
    const among = handoversWithin(members, account, handovers);
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

/** Refused requests, of either half, that came again at another member: of the shared work, and of what the members do besides. */
export interface HandedOver {
  readonly shared: number;
  readonly besides: number;
}

/** @param harvested indices of the tasks of the shared work */
export function handedOverAmong(
  { accounts }: Pick<Candidate, "accounts">,
  { handovers }: Pick<Refusals, "handovers">,
  harvested: () => ReadonlySet<number>,
): HandedOver {
  const members = new Set(accounts);
  const among = accounts.flatMap((account) => handoversWithin(members, account, handovers));
  // Of what is no task nobody knows whether it is of the work.
  const ofTasks = among.filter(({ task_number }) => task_number > 0);
  const refusals = new Map(ofTasks.map(({ refusal, task_number }) => [refusal, task_number - 1]));
  if (refusals.size === 0) return { shared: 0, besides: 0 };
  const work = harvested();
  const shared = [...refusals.values()].filter((task) => work.has(task)).length;
  return { shared, besides: refusals.size - shared };
}
