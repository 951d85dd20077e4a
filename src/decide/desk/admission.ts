import { hourMs } from "../../kit/time-units.ts";
import type { Decision } from "../../model/decision.ts";
import type { Repositories } from "../../store/state/state.ts";
import { hardnessOf } from "../policy/policy.ts";
import type { Policy } from "../policy/policy.ts";
import { readProtections } from "./ground.ts";
import { readPages } from "./pages.ts";
import { recordChange } from "./record.ts";
import type { Circumstances } from "./record.ts";
import type { DeskTime } from "./reconcile.ts";

/**
 * Lets in what waits, as far as the cap an hour allows: the hardest first, and among equals who has waited longest. What is
 * over the cap is neither dropped nor queued in memory: it stands in the table as a held decision, which people see,
 * which survives a restart, and which ends like any other if the case falls apart meanwhile.
 *
 * `fresh` are decisions that ask to be let in and are not written yet, the most suspect first; they are written, in force or waiting. The
 * result is how many decisions came into force.
 */
export async function admitWaiting(
  state: Repositories,
  desk: DeskTime,
  fresh: readonly Decision[] = [],
  circumstances: Circumstances = {},
): Promise<number> {
  const { policy, nowMs } = desk;
  const room = await readRoom(state, desk);
  const held =
    room === 0
      ? []
      : await readPages((page) => state.decisions.inForce({ kind: "held", held: "waiting" }, nowMs, page));
  const waiting = held.filter(({ policy: { version } }) => version === policy.version);
  const next = accountsInOrder([...waiting, ...fresh]).slice(0, room);
  const refused = await protectedAmong(
    state,
    accountsInOrder(waiting).filter((one) => next.includes(one)),
    desk,
  );
  const chosen = new Set(next.filter((account) => !refused.has(account)));
  const admitted = (decisions: readonly Decision[]): Decision[] =>
    decisions.filter(({ account }) => chosen.has(account)).map((one) => admit(one, policy, nowMs));
  const change = {
    ends: waiting
      .filter(({ account }) => refused.has(account))
      .map((decision) => ({ decision, cause: "manual" as const })),
    makes: [...admitted(fresh), ...fresh.filter(({ account }) => !chosen.has(account))],
    admits: admitted(waiting),
  };
  await state.affected.record(policy.name, [...chosen], nowMs);
  await recordChange(state, change, nowMs, circumstances);
  return admitted(fresh).length + change.admits.length;
}

/** Accounts that may still come under an enforced decision. */
async function readRoom(state: Repositories, { policy, nowMs, enforcing, killed }: DeskTime): Promise<number> {
  if (!enforcing || killed) return 0;
  const taken = await state.affected.countWithin(policy.name, nowMs - hourMs, nowMs);
  return Math.max(0, policy.newlyAffectedPerHourMax - taken);
}

/** What was granted since they were written down is seen here, or at the latest with their next standing. */
async function protectedAmong(
  state: Repositories,
  accounts: readonly string[],
  desk: DeskTime,
): Promise<ReadonlySet<string>> {
  const standings = await state.standings.latest(accounts);
  const facts = new Map((await state.accounts.get(accounts)).map((one) => [one.account, one]));
  const protections = await readProtections(state, standings, facts, desk);
  const found = standings.filter((one) => protections.of(one, facts.get(one.account) ?? null) !== null);
  return new Set(found.map(({ account }) => account));
}

function accountsInOrder(waiting: readonly Decision[]): string[] {
  const order = (one: Decision, other: Decision): number =>
    hardnessOf(other.action) - hardnessOf(one.action) || Date.parse(one.created) - Date.parse(other.created);
  return [...new Set(waiting.toSorted(order).map(({ account }) => account))];
}

/** It takes effect now: so does its time, and that of the case, unless it follows on an earlier decision. */
function admit(decision: Decision, policy: Policy, nowMs: number): Decision {
  const created = new Date(nowMs).toISOString();
  const rule = policy.rules.find(({ id }) => id === decision.policy.rule);
  const step = rule?.steps.find(({ action }) => action === decision.action);
  const ttlMs = step?.ttlMs ?? Date.parse(decision.expires) - Date.parse(decision.created);
  return {
    ...decision,
    since: decision.since === decision.created ? created : decision.since,
    created,
    expires: new Date(nowMs + ttlMs).toISOString(),
    simulated: false,
    held: null,
  };
}
