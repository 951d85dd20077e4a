import { dayMs } from "../../kit/time-units.ts";
import type { AccountFacts } from "../../model/account.ts";
import type { Standing } from "../../model/decision.ts";

/**
 * What a policy may ask about an account. There is no country, language or address in it, so that no rule can key on
 * them. A fact that is absent is unknown, and fits no condition.
 */
export interface Situation {
  readonly status: Standing["status"];
  readonly joined: Standing["joined"];
  readonly confidence: number;
  readonly coordinated: number;
  readonly extractive: number;
  readonly unauthorised: number;
  /** Accounts of the campaign. */
  readonly accounts: number;
  /** log10 of the e-value. */
  readonly families: Standing["campaign"]["families"];
  readonly capabilities: readonly string[];
  readonly score: number;
  readonly harvestTasks: number;
  readonly harvestShare: number;
  readonly plan?: string | undefined;
  readonly declaredUse?: string | undefined;
  readonly verified?: boolean | undefined;
  readonly tenureDays?: number | undefined;
}

/** `facts` is null where nothing is known about the account. */
export function situationOf(standing: Standing, facts: AccountFacts | null, nowMs: number): Situation {
  const { campaign, harvest } = standing;
  return {
    status: standing.status,
    joined: standing.joined,
    confidence: campaign.confidence,
    ...campaign.verdicts,
    accounts: campaign.accounts,
    families: campaign.families,
    capabilities: campaign.capabilities,
    score: standing.score,
    harvestTasks: harvest.tasks,
    harvestShare: harvest.share,
    plan: facts?.plan,
    declaredUse: facts?.declared_use,
    verified: facts?.verified,
    tenureDays: tenureDaysOf(facts, nowMs),
  };
}

/** Days since the account was opened, if that is known. */
export function tenureDaysOf(facts: AccountFacts | null, nowMs: number): number | undefined {
  return facts?.created === undefined ? undefined : (nowMs - new Date(facts.created).getTime()) / dayMs;
}
