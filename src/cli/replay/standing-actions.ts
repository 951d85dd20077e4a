import { DECISION_ACTIONS } from "../../model/decision.ts";
import type { Decision, DecisionAction, DecisionDelta } from "../../model/decision.ts";

/** A line of `decisions.ndjson`: from `time` on this is done to the account, until a later line says otherwise. */
export interface DecisionLine {
  /** Event time, ISO. */
  readonly time: string;
  readonly account: string;
  readonly action: DecisionAction;
  readonly campaign: string | null;
  readonly reasons: readonly string[];
}

/** Follows the changes of decisions and tells what, in sum, is done to each account: the hardest of what is enforced. */
export interface StandingActions {
  /** @returns a line for each account for whom something else is done now than before, in the order of the accounts. */
  follow(deltas: readonly DecisionDelta[], nowMs: number): DecisionLine[];
}

export function standingActions(): StandingActions {
  const inForce = new Map<string, Map<string, Decision>>();
  const told = new Map<string, DecisionLine>();
  return {
    follow(deltas, nowMs) {
      const touched = new Map<string, string[]>();
      for (const { kind, decision, cause } of deltas) {
        const ofAccount = inForce.get(decision.account) ?? new Map<string, Decision>();
        inForce.set(decision.account, ofAccount);
        if (kind === "new" && !decision.simulated) ofAccount.set(decision.id, decision);
        else ofAccount.delete(decision.id);
        touched.set(decision.account, cause === undefined ? [] : [cause]);
      }
      return [...touched.keys()].sort().flatMap((account) => {
        const line = lineOf(account, [...(inForce.get(account)?.values() ?? [])], touched.get(account) ?? [], nowMs);
        const before = told.get(account);
        if (before === undefined ? line.action === "observe" && line.campaign === null : isSame(before, line))
          return [];
        told.set(account, line);
        return line;
      });
    },
  };
}

const isSame = (a: DecisionLine, b: DecisionLine): boolean => a.action === b.action && a.campaign === b.campaign;

function lineOf(
  account: string,
  decisions: readonly Decision[],
  ended: readonly string[],
  nowMs: number,
): DecisionLine {
  const time = new Date(nowMs).toISOString();
  const [hardest] = [...decisions].sort((a, b) => rank(b) - rank(a));
  return hardest === undefined
    ? { time, account, action: "observe", campaign: null, reasons: ended }
    : { time, account, action: hardest.action, campaign: hardest.campaign, reasons: hardest.reasons };
}

const rank = ({ action }: Decision): number => DECISION_ACTIONS.indexOf(action);
