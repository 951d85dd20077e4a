import { DECISION_ACTIONS } from "../../model/decision.ts";
import type { DecisionAction, DecisionScope, ReasonCategory } from "../../model/decision.ts";
import { holds } from "./condition.ts";
import type { Condition } from "./condition.ts";
import type { Situation } from "./situation.ts";
import type { Step } from "./step.ts";

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly when: Condition;
  readonly category: ReasonCategory;
  /** `campaign`: each of its accounts, and all of them at the same step, also one that joins later. */
  readonly scope: DecisionScope["kind"] | "campaign";
  readonly canaryPercent: number;
  /** By `afterMs`, from 0. */
  readonly steps: readonly [Step, ...Step[]];
}

/** Whom the policy never acts on, whatever is found. */
export interface AllowEntry {
  readonly scope: DecisionScope;
  readonly reason: string;
}

export interface Policy {
  readonly name: string;
  /** A hash of what decides: two files that differ in comments, layout, descriptions or cases have the same. */
  readonly version: string;
  /** As it was written. */
  readonly text: string;
  readonly mode: "dry-run" | "enforce";
  readonly newlyAffectedPerHourMax: number;
  readonly allow: readonly AllowEntry[];
  readonly rules: readonly Rule[];
}

/** The first rule whose condition holds, or null. */
export function ruleFor(policy: Policy, situation: Situation): Rule | null {
  return policy.rules.find((rule) => holds(rule.when, situation)) ?? null;
}

/** The hardest step that is due when the account has been under a decision for so long. */
export function stepAt(rule: Rule, standsForMs: number): Step {
  return rule.steps.findLast((step) => step.afterMs <= standsForMs) ?? rule.steps[0];
}

/** Position among the actions, from the mildest. */
export function hardnessOf(action: DecisionAction): number {
  return DECISION_ACTIONS.indexOf(action);
}
