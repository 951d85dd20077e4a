import type { Decision, DecisionScope } from "../../model/decision.ts";
import type { Repositories } from "../../store/state/state.ts";
import { readPages } from "./pages.ts";
import { personsPolicy } from "./reconcile.ts";

/** All that is in force, or held, under one of these scopes, whichever account it was decided on. */
export async function readReachingScopes(
  state: Repositories,
  scopes: readonly DecisionScope[],
  nowMs: number,
): Promise<Decision[]> {
  const distinct = new Map(scopes.map((scope) => [JSON.stringify([scope.kind, scope.value]), scope]));
  const found = new Map<string, Decision>();
  for (const scope of distinct.values()) {
    const decisions = await readPages((page) => state.decisions.inForce({ kind: "scope", scope }, nowMs, page));
    for (const decision of decisions) found.set(decision.id, decision);
  }
  return [...found.values()];
}

/** What policies enforce, or would without the kill switch. */
export async function readEnforced(state: Repositories, nowMs: number): Promise<Decision[]> {
  const all = await readPages((page) => state.decisions.inForce({ kind: "all" }, nowMs, page));
  return all.filter(({ policy, held }) => policy.name !== personsPolicy && (held === null || held === "suspended"));
}
