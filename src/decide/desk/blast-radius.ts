import type { AccountFacts } from "../../model/account.ts";
import { DECISION_ACTIONS, HOLDS } from "../../model/decision.ts";
import type { Decision, DecisionAction, Hold } from "../../model/decision.ts";
import type { Repositories } from "../../store/state/state.ts";
import { hardnessOf } from "../policy/policy.ts";
import { tenureDaysOf } from "../policy/situation.ts";
import { readPages } from "./pages.ts";

// Limits.
/** From here on a customer counts as one of long standing. */
const tenuredDaysMin = 180;
/** More plans than this are counted together as "others". */
const plansMax = 20;

/** What is known about an account that a decision hits. */
export interface Hit {
  readonly decision: Decision;
  readonly facts: AccountFacts | null;
  readonly exchangesPerDay: number;
}

export interface Reach {
  readonly accounts: number;
  /** Among those accounts whose organisation is known. */
  readonly organizations: number;
  readonly exchangesPerDay: number;
  /** Accounts by plan; "unknown" where it is not known. */
  readonly plans: Readonly<Record<string, number>>;
  readonly verified: number;
  /** Half a year and longer. */
  readonly tenured: number;
}

/** What a policy does, or would do in a dry run: read this before it is enforced. */
export interface BlastRadius {
  readonly total: Reach;
  /** Each account once, under the hardest action that hits it. */
  readonly byAction: Readonly<Partial<Record<DecisionAction, Reach>>>;
  /** Accounts by why nothing happens to them yet. */
  readonly held: Readonly<Partial<Record<Hold, number>>>;
}

/** Decisions to observe hit nobody, and are left out. */
export function blastRadius(hits: readonly Hit[], nowMs: number): BlastRadius {
  const hardest = new Map<string, Hit>();
  for (const hit of hits) {
    const { action, account } = hit.decision;
    const known = hardest.get(account)?.decision.action ?? "observe";
    if (hardnessOf(action) > hardnessOf(known)) hardest.set(account, hit);
  }
  const all = [...hardest.values()];
  const withAction = (action: DecisionAction): Hit[] => all.filter((hit) => hit.decision.action === action);
  const actions = DECISION_ACTIONS.filter((action) => withAction(action).length > 0);
  const heldFor = (hold: Hold): number => all.filter((hit) => hit.decision.held === hold).length;
  return {
    total: reachOf(all, nowMs),
    byAction: Object.fromEntries(actions.map((action) => [action, reachOf(withAction(action), nowMs)])),
    held: Object.fromEntries(HOLDS.filter((hold) => heldFor(hold) > 0).map((hold) => [hold, heldFor(hold)])),
  };
}

/** Of all that is in force or held. */
export async function readBlastRadius(state: Repositories, nowMs: number): Promise<BlastRadius> {
  const decisions = await readPages((page) => state.decisions.inForce({ kind: "all" }, nowMs, page));
  const accounts = [...new Set(decisions.map(({ account }) => account))];
  const facts = new Map((await state.accounts.get(accounts)).map((one) => [one.account, one]));
  const standings = await state.standings.latest(accounts);
  const daily = new Map(standings.map(({ account, exchanges_per_day: exchanges }) => [account, exchanges]));
  const hits = decisions.map((decision) => ({
    decision,
    facts: facts.get(decision.account) ?? null,
    exchangesPerDay: daily.get(decision.account) ?? 0,
  }));
  return blastRadius(hits, nowMs);
}

function reachOf(hits: readonly Hit[], nowMs: number): Reach {
  const facts = hits.map((hit) => hit.facts);
  return {
    accounts: hits.length,
    organizations: new Set(facts.flatMap((one) => one?.organization ?? [])).size,
    exchangesPerDay: hits.reduce((sum, hit) => sum + hit.exchangesPerDay, 0),
    plans: countPlans(facts.map((one) => one?.plan ?? "unknown")),
    verified: facts.filter((one) => one?.verified === true).length,
    tenured: facts.filter((one) => (tenureDaysOf(one, nowMs) ?? 0) >= tenuredDaysMin).length,
  };
}

function countPlans(plans: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const plan of plans) counts.set(plan, (counts.get(plan) ?? 0) + 1);
  const byCount = [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  const others = byCount.slice(plansMax).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...byCount.slice(0, plansMax), ...(others > 0 ? [["others", others] as const] : [])]);
}
