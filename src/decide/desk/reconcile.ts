import { canonicalJson } from "../../kit/canonical-json.ts";
import type { AccountFacts } from "../../model/account.ts";
import type { Decision, DecisionScope, Hold, Standing } from "../../model/decision.ts";
import { hardnessOf, ruleFor, stepAt } from "../policy/policy.ts";
import type { Policy, Rule } from "../policy/policy.ts";
import { situationOf } from "../policy/situation.ts";
import type { Step } from "../policy/step.ts";
import { inCanary } from "./canary.ts";
import { decisionId } from "./decision-id.ts";
import type { Protection } from "./protection.ts";

// Limits.
const reasonsMax = 8;
/** A decision is renewed, or gives way to a milder one, in the last part of its time. */
const lastPart = 1 / 4;

/** Stands for a policy's name where a person decided. */
export const personsPolicy = "person";

/** Why a rule is not to touch an account; null: it is to. */
export type Restraint = Extract<Hold, "dry-run" | "canary" | "source-terms"> | null;

/** What the desk knows about one account. */
export interface AccountView {
  readonly standing: Standing;
  readonly facts: AccountFacts | null;
  readonly protection: Protection | null;
  /** In force about it, held ones included. */
  readonly current: readonly Decision[];
  /** Since when the campaign has been under a decision of this rule, for rules that deal with whole campaigns. */
  campaignSince(rule: Rule, restraint: Restraint): string | undefined;
  /** Scopes wider than the account that reach nobody who is not under the rule already. */
  widerScopes(rule: Rule, restraint: Restraint): readonly DecisionScope[];
}

export interface DeskTime {
  readonly policy: Policy;
  readonly nowMs: number;
  /** Neither the policy nor the installation is in a dry run. */
  readonly enforcing: boolean;
  readonly killed: boolean;
}

export type EndCause = "replaced" | "released" | "manual";

export interface Change {
  readonly ends: readonly { readonly decision: Decision; readonly cause: EndCause }[];
  readonly renews: readonly Decision[];
  /** Those held as `waiting` ask to be admitted. */
  readonly makes: readonly Decision[];
}

const nothing: Change = { ends: [], renews: [], makes: [] };

/** What has to change so that the decisions on an account are what the policy wants. The same twice changes nothing. */
export function reconcile(view: AccountView, desk: DeskTime): Change {
  const { standing, facts, protection } = view;
  const own = view.current.filter(({ policy }) => policy.name !== personsPolicy);
  if (protection !== null) return endAll(protection.kind === "allow-list" ? view.current : own, "manual");
  const rule = ruleFor(desk.policy, situationOf(standing, facts, desk.nowMs));
  // A member whom no rule is about any more stays under what was decided until that ends by itself.
  if (rule === null) return standing.status === "released" ? endAll(own, "released") : nothing;

  const restraint = restraintOf(rule, standing, desk);
  const since = sinceOf(view, rule, restraint, own) ?? iso(desk.nowMs);
  const step = stepAt(rule, desk.nowMs - Date.parse(since));
  const held = holdOf(view.current, step, restraint, desk.killed);
  const scopes = scopesFor(view, rule, restraint);
  const changes = scopes.map((scope) => {
    const known = own.find((decision) => sameScope(decision.scope, scope));
    const wanted = makeDecision({ scope, standing, rule, step, since, held }, desk);
    return known === undefined ? { ...nothing, makes: [wanted] } : settle(known, wanted, desk);
  });
  const left = own.filter(({ scope }) => !scopes.some((wanted) => sameScope(wanted, scope)));
  return join([
    ...changes,
    endAll(
      left.filter((decision) => isStale(decision, restraint, desk)),
      "replaced",
    ),
  ]);
}

function settle(known: Decision, wanted: Decision, desk: DeskTime): Change {
  const endMs = Date.parse(wanted.expires);
  const late = Date.parse(known.expires) - desk.nowMs < (endMs - desk.nowMs) * lastPart;
  const samePolicy = known.policy.version === desk.policy.version && restraintIn(known) === restraintIn(wanted);
  if (samePolicy && sameAction(known, wanted)) {
    return late ? { ...nothing, renews: [{ ...known, expires: wanted.expires }] } : nothing;
  }
  // Evidence swings around a threshold; the customer should not swing with it.
  const milder = hardnessOf(wanted.action) < hardnessOf(known.action);
  if (samePolicy && milder && !late) return nothing;
  return { ...nothing, ends: [{ decision: known, cause: "replaced" }], makes: [wanted] };
}

/** What a step wants for another scope runs out by itself, unless it hits others, or was decided on other terms. */
function isStale(decision: Decision, restraint: Restraint, desk: DeskTime): boolean {
  const { kind } = decision.scope;
  const wide = kind === "organization" || kind === "address" || kind === "tls";
  return wide || decision.policy.version !== desk.policy.version || restraintIn(decision) !== restraint;
}

function restraintOf(rule: Rule, { account, campaign }: Standing, { policy, enforcing }: DeskTime): Restraint {
  if (!enforcing) return "dry-run";
  // Whatever a policy does to an account, its customer is outside and may see it.
  if (campaign.restricted) return "source-terms";
  return inCanary(`${policy.name}/${rule.id}`, account, rule.canaryPercent) ? null : "canary";
}

/** Whoever waits or is suspended is meant to be touched. */
export function restraintIn({ held }: Decision): Restraint {
  return held === "waiting" || held === "suspended" ? null : held;
}

/**
 * What was only written down does not count towards a harder step of what is enforced, nor does another rule's observing: the
 * customer has noticed neither.
 */
function sinceOf(view: AccountView, rule: Rule, restraint: Restraint, own: readonly Decision[]): string | undefined {
  const sinces = own
    .filter((decision) => restraintIn(decision) === restraint)
    .filter(({ action, policy }) => action !== "observe" || policy.rule === rule.id)
    .map(({ since }) => since);
  const ofCampaign = rule.scope === "campaign" ? view.campaignSince(rule, restraint) : undefined;
  return [...sinces, ...(ofCampaign === undefined ? [] : [ofCampaign])].toSorted().at(0);
}

function holdOf(current: readonly Decision[], step: Step, restraint: Restraint, killed: boolean): Hold | null {
  if (restraint !== null) return restraint;
  // Nobody notices it, so it asks for no room under the cap.
  if (step.action === "observe") return killed ? "suspended" : null;
  const touching = current.filter(({ action }) => action !== "observe");
  if (touching.some(({ held }) => held === "suspended")) return "suspended";
  return !killed && touching.some(({ held }) => held === null) ? null : "waiting";
}

function scopesFor(view: AccountView, rule: Rule, restraint: Restraint): DecisionScope[] {
  const account = { kind: "account", value: view.standing.account } as const;
  switch (rule.scope) {
    case "account":
    case "campaign":
      return [account];
    case "key": {
      const keys = view.standing.carriers.filter(({ kind }) => kind === "key");
      return keys.length === 0 ? [account] : keys.map(({ value }) => ({ kind: "key", value }));
    }
    default:
      return [account, ...view.widerScopes(rule, restraint)];
  }
}

interface Making {
  readonly scope: DecisionScope;
  readonly standing: Standing;
  readonly rule: Rule;
  readonly step: Step;
  readonly since: string;
  readonly held: Hold | null;
}

function makeDecision({ scope, standing, rule, step, since, held }: Making, { policy, nowMs }: DeskTime): Decision {
  const decision = {
    scope,
    account: standing.account,
    action: step.action,
    parameters: step.parameters,
    campaign: standing.campaign.id,
    category: rule.category,
    reasons: [rule.title, ...standing.reasons].slice(0, reasonsMax),
    policy: { name: policy.name, rule: rule.id, version: policy.version },
    since,
    created: iso(nowMs),
    expires: iso(nowMs + step.ttlMs),
    simulated: held !== null,
    held,
  };
  return { id: decisionId(decision), ...decision };
}

function sameAction(one: Decision, other: Decision): boolean {
  return one.action === other.action && canonicalJson(one.parameters) === canonicalJson(other.parameters);
}

function sameScope(one: DecisionScope, other: DecisionScope): boolean {
  return one.kind === other.kind && one.value === other.value;
}

function endAll(decisions: readonly Decision[], cause: EndCause): Change {
  return { ...nothing, ends: decisions.map((decision) => ({ decision, cause })) };
}

function join(changes: readonly Change[]): Change {
  return {
    ends: changes.flatMap(({ ends }) => ends),
    renews: changes.flatMap(({ renews }) => renews),
    makes: changes.flatMap(({ makes }) => makes),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
