import type { Decision } from "../../model/decision.ts";
import type { State } from "../../store/state/state.ts";
import type { Policy, Rule } from "../policy/policy.ts";
import { readPages } from "./pages.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export const person = { name: "anna", reason: "she has read the evidence" } as const;

/** Whoever is sure is throttled, and degraded after a day; others are challenged; those of low confidence observed. */
export function testPolicy(changes: Partial<Policy> = {}, ruleChanges: Partial<Rule> = {}): Policy {
  const rule = (id: string, confidence: number, steps: Rule["steps"]): Rule => ({
    id,
    title: `a case that is ${id}`,
    when: { confidence: { "at-least": confidence } },
    category: "coordinated-extraction",
    scope: "account",
    canaryPercent: 100,
    steps,
    ...ruleChanges,
  });
  return {
    name: "test",
    version: "v1",
    text: "",
    mode: "enforce",
    newlyAffectedPerHourMax: 100,
    allow: [],
    rules: [
      rule("sure", 0.9, [
        { afterMs: 0, ttlMs: dayMs, action: "throttle", parameters: { requests_per_minute: 20, burst: 5 } },
        { afterMs: dayMs, ttlMs: dayMs, action: "degrade", parameters: { withhold: ["reasoning"] } },
      ]),
      rule("likely", 0.6, [{ afterMs: 0, ttlMs: dayMs, action: "challenge", parameters: {} }]),
      rule("noted", 0, [{ afterMs: 0, ttlMs: dayMs, action: "observe", parameters: {} }]),
    ],
    ...changes,
  };
}

/** All in force, held ones included, oldest first. */
export function inForce(state: State, nowMs: number): Promise<Decision[]> {
  return readPages((page) => state.decisions.inForce({ kind: "all" }, nowMs, page));
}

export const enforced = (decisions: readonly Decision[]): Decision[] =>
  decisions.filter(({ simulated, action }) => !simulated && action !== "observe");
