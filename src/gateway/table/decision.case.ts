import type { Decision } from "../../model/decision.ts";

export const START_MS = Date.parse("2026-01-01T00:00:00Z");

/** A block of one account for an hour, but for what is given. */
export function decision(given: Partial<Decision> & { readonly id: string }): Decision {
  return {
    scope: { kind: "account", value: "acct-1" },
    account: "acct-1",
    action: "block",
    parameters: {},
    campaign: "campaign-1",
    category: "coordinated-extraction",
    reasons: ["9 of 10 members resumed another's work, 0.1 expected"],
    policy: { name: "default", rule: "convicted", version: "v1" },
    since: at(0),
    created: at(0),
    expires: at(3_600_000),
    simulated: false,
    held: given.simulated === true ? "dry-run" : null,
    ...given,
  };
}

/** The time so many milliseconds after the start. */
export const at = (ms: number): string => new Date(START_MS + ms).toISOString();
