import type { AccountFacts } from "../../model/account.ts";
import type { Carrier, Decision, DecisionScope, Standing } from "../../model/decision.ts";
import type { Repositories } from "../../store/state/state.ts";
import type { Policy, Rule } from "../policy/policy.ts";
import { readAllowed } from "./allowed.ts";
import { createProtections } from "./protection.ts";
import type { Protections } from "./protection.ts";
import { readPages } from "./pages.ts";
import { restraintIn } from "./reconcile.ts";
import type { AccountView, DeskTime, Restraint } from "./reconcile.ts";

// Limits.
/** Who has not been heard of for longer sends nothing any more. */
const heardOfMs = 7 * 86_400_000;

/** What the desk has to know before it decides on accounts, read by a few statements however many there are. */
export interface Ground {
  view(standing: Standing): AccountView;
}

export async function readDeskTime(state: Repositories, policy: Policy, nowMs: number): Promise<DeskTime> {
  const kill = await state.policies.switch("kill");
  const dryRun = await state.policies.switch("dry-run");
  return { policy, nowMs, killed: kill?.on === true, enforcing: policy.mode === "enforce" && dryRun?.on !== true };
}

export async function readGround(state: Repositories, standings: readonly Standing[], desk: DeskTime): Promise<Ground> {
  const accounts = standings.map(({ account }) => account);
  const facts = new Map((await state.accounts.get(accounts)).map((one) => [one.account, one]));
  const protections = await readProtections(state, standings, facts, desk);
  const current = new Map<string, Decision[]>();
  for (const decision of await state.decisions.inForceOfAccounts(accounts, desk.nowMs))
    append(current, decision.account, decision);
  const campaigns = [...new Set(standings.map(({ campaign }) => campaign.id))];
  const sinces = await readCampaignSinces(state, campaigns, desk);
  const companions = await readCompanions(state, standings, campaigns, desk);
  return {
    view(standing) {
      const { account, campaign } = standing;
      const known = facts.get(account) ?? null;
      return {
        standing,
        facts: known,
        protection: protections.of(standing, known),
        current: current.get(account) ?? [],
        campaignSince: (rule, restraint) => sinces.get(keyOf(campaign.id, rule.id, restraint)),
        widerScopes: (rule, restraint) => companions.widerScopes(standing, rule, restraint),
      };
    },
  };
}

export async function readProtections(
  state: Repositories,
  standings: readonly Standing[],
  facts: ReadonlyMap<string, AccountFacts>,
  { policy, nowMs }: DeskTime,
): Promise<Protections> {
  const allowed = await readAllowed(state, policy, nowMs);
  const exemptions = await readPages((page) => state.exemptions.inForce(nowMs, page));
  const capped = new Set(exemptions.flatMap(({ holder, requests_per_day: cap }) => (cap === null ? [] : holder.value)));
  const organizations = new Set(standings.flatMap(({ account }) => facts.get(account)?.organization ?? []));
  const daily = new Map<string, number>();
  for (const name of organizations)
    if (capped.has(name)) daily.set(name, await readDaily(state, name, standings, nowMs));
  return createProtections(allowed, exemptions, (name) => daily.get(name) ?? 0);
}

/** What an organisation's accounts send a day, also those of which nothing is said now: a cap is not passed by in portions. */
async function readDaily(
  state: Repositories,
  organization: string,
  standings: readonly Standing[],
  nowMs: number,
): Promise<number> {
  const accounts = await state.accounts.ofOrganization(organization);
  const known = (await state.standings.latest(accounts)).filter(({ time }) => Date.parse(time) > nowMs - heardOfMs);
  const own = new Set(accounts);
  const said = standings.filter(({ account }) => own.has(account));
  const latest = new Map([...known, ...said].map((one) => [one.account, one.exchanges_per_day]));
  return [...latest.values()].reduce((sum, exchanges) => sum + exchanges, 0);
}

/** Only where the policy has rules for whole campaigns. */
async function readCampaignSinces(
  state: Repositories,
  campaigns: readonly string[],
  { policy, nowMs }: DeskTime,
): Promise<Map<string, string>> {
  const rules = new Set(policy.rules.filter(({ scope }) => scope === "campaign").map(({ id }) => id));
  const sinces = new Map<string, string>();
  if (rules.size === 0) return sinces;
  for (const campaign of campaigns) {
    const decisions = await readPages((page) => state.decisions.inForce({ kind: "campaign", campaign }, nowMs, page));
    for (const decision of decisions.filter((one) => rules.has(one.policy.rule))) {
      const key = keyOf(campaign, decision.policy.rule, restraintIn(decision));
      const known = sinces.get(key);
      if (known === undefined || decision.since < known) sinces.set(key, decision.since);
    }
  }
  return sinces;
}

interface Companions {
  widerScopes(standing: Standing, rule: Rule, restraint: Restraint): DecisionScope[];
}

/**
 * A wider scope is taken once everybody of the campaign whom it reaches is under the same rule already, and nobody else uses it:
 * so it passes by no cap, canary, exemption or allow-list. It is for those who come next, and one account stands for all.
 */
async function readCompanions(
  state: Repositories,
  standings: readonly Standing[],
  campaigns: readonly string[],
  { policy, nowMs }: DeskTime,
): Promise<Companions> {
  const kinds = new Set<string>(policy.rules.map(({ scope }) => scope));
  const isWide = ({ kind, strangers }: Carrier): boolean => kind !== "key" && strangers === 0 && kinds.has(kind);
  if (!standings.some(({ carriers }) => carriers.some(isWide))) return { widerScopes: () => [] };
  const accountsOf = new Map<string, string[]>();
  for (const campaign of campaigns) {
    for (const { account, carriers } of await readPages((page) => state.standings.ofCampaign(campaign, page)))
      for (const { kind, value } of carriers) append(accountsOf, keyOf(campaign, kind, value), account);
  }
  const wanted = new Set(
    standings.flatMap(({ campaign, carriers }) =>
      carriers.filter(isWide).map(({ kind, value }) => keyOf(campaign.id, kind, value)),
    ),
  );
  const reachedByAny = new Set([...wanted].flatMap((key) => accountsOf.get(key) ?? []));
  const decisions = new Map<string, Decision[]>();
  for (const decision of await state.decisions.inForceOfAccounts([...reachedByAny], nowMs))
    append(decisions, decision.account, decision);
  return {
    widerScopes({ account, campaign, carriers }, rule, restraint) {
      const isTaken = ({ kind, value, members }: Carrier): boolean => {
        // In the order of the accounts: the first of them stands for all. Of whom nothing is said of this carrier yet, nothing is known.
        const reached = accountsOf.get(keyOf(campaign.id, kind, value)) ?? [];
        const under = (one: string): boolean =>
          decisions.get(one)?.some((decision) => isUnder(decision, rule, policy, restraint)) === true;
        return reached[0] === account && reached.length >= members && reached.every(under);
      };
      const wide = carriers.filter((carrier) => isWide(carrier) && carrier.kind === rule.scope);
      return wide.filter(isTaken).map(({ kind, value }) => ({ kind, value }));
    },
  };
}

function isUnder(decision: Decision, rule: Rule, policy: Policy, restraint: Restraint): boolean {
  return (
    decision.policy.rule === rule.id &&
    decision.policy.version === policy.version &&
    (restraint === null ? decision.held === null : decision.held === restraint)
  );
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function keyOf(...parts: readonly (string | null)[]): string {
  return JSON.stringify(parts);
}
