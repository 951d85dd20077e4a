import type { Decision } from "../model/decision.ts";

/** A throttled account, with what a test changes about it. */
export function decision(changes: Partial<Decision> = {}): Decision {
  return {
    id: "d1",
    scope: { kind: "account", value: "a" },
    account: "a",
    action: "throttle",
    parameters: { requests_per_minute: 20, burst: 10 },
    campaign: "c1",
    category: "coordinated-extraction",
    reasons: ["its requests are disjoint from those of 39 others"],
    policy: { name: "default", rule: "convicted", version: "0123456789abcdef" },
    since: "2026-08-29T00:00:00.000Z",
    created: "2026-08-30T00:00:00.000Z",
    expires: "2026-09-02T00:00:00.000Z",
    simulated: false,
    held: null,
    ...changes,
  };
}
