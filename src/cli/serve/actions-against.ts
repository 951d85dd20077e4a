import { readPages } from "../../decide/desk/pages.ts";
import type { DecisionAction } from "../../model/decision.ts";
import type { Decisions } from "../../store/state/decisions.ts";

/** What is done about a campaign now. What a policy only tries, or what waits, is not done. */
export async function actionsAgainst(decisions: Decisions, campaign: string, nowMs: number): Promise<DecisionAction[]> {
  const inForce = await readPages((page) => decisions.inForce({ kind: "campaign", campaign }, nowMs, page));
  return [...new Set(inForce.flatMap(({ action, held }) => (held === null ? action : [])))].toSorted();
}
