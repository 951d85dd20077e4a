import type { AccountFacts } from "../../model/account.ts";
import { scopeKey } from "../../model/decision.ts";
import type { DecisionScope, Standing } from "../../model/decision.ts";
import type { Allowance, Exemption } from "../../model/exemption.ts";
import type { AllowEntry } from "../policy/policy.ts";

/** Why nothing is done to an account. The allow-list stops everything, an exemption what policies would do. */
export interface Protection {
  readonly kind: "allow-list" | "exemption";
  readonly reason: string;
}

export interface Protections {
  /** The first that covers the account, its organisation, or anything through which its work arrives; the allow-list first. */
  of(standing: Standing, facts: AccountFacts | null): Protection | null;
}

/** All under which a decision could hit the account. */
export function scopesOf(
  account: string,
  facts: AccountFacts | null,
  carriers: readonly DecisionScope[],
): DecisionScope[] {
  const organization = facts?.organization;
  return [
    { kind: "account", value: account },
    ...(organization === undefined ? [] : [{ kind: "organization" as const, value: organization }]),
    ...carriers.map(({ kind, value }) => ({ kind, value })),
  ];
}

/**
 * `dailyOf` says how many requests a day the accounts of an organisation send together, since an organisation's exemption is
 * capped as a whole. Above its cap an exemption does not hold: what was agreed is something else.
 */
export function createProtections(
  allowed: readonly (AllowEntry | Allowance)[],
  exemptions: readonly Exemption[],
  dailyOf: (organization: string) => number,
): Protections {
  const allowReasons = new Map(allowed.map(({ scope, reason }) => [scopeKey(scope), reason]));
  const byHolder = new Map<string, Exemption[]>();
  for (const exemption of exemptions) {
    const key = scopeKey(exemption.holder);
    byHolder.set(key, [...(byHolder.get(key) ?? []), exemption]);
  }
  const holds = ({ holder, campaign, requests_per_day: cap }: Exemption, standing: Standing): boolean => {
    const daily = holder.kind === "organization" ? dailyOf(holder.value) : standing.exchanges_per_day;
    return (campaign === null || campaign === standing.campaign.id) && (cap === null || daily <= cap);
  };
  return {
    of(standing, facts) {
      const keys = scopesOf(standing.account, facts, standing.carriers).map(scopeKey);
      const allowedFor = keys.map((key) => allowReasons.get(key)).find((reason) => reason !== undefined);
      if (allowedFor !== undefined) return { kind: "allow-list", reason: allowedFor };
      const exemption = keys.flatMap((key) => byHolder.get(key) ?? []).find((one) => holds(one, standing));
      return exemption === undefined ? null : { kind: "exemption", reason: `${exemption.use}: ${exemption.reason}` };
    },
  };
}
