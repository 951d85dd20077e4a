import type { DecisionAction } from "../../model/decision.ts";
import type { SurfaceDecision } from "./surface-decision.ts";

/** What the caller is about to do. Holding new keys bears on the making of keys only. */
export type Purpose = "request" | "new-key";

/**
 * How hard an action is on what is about to be done, mildest first. `hold-new-keys` leaves requests alone, so among decisions on
 * a request it must not hide a throttle; on the making of a key it is a refusal.
 */
export const strictnessOf: Readonly<Record<Purpose, Readonly<Record<DecisionAction, number>>>> = {
  request: { "hold-new-keys": 0, observe: 1, challenge: 2, throttle: 3, degrade: 4, tarpit: 5, block: 6 },
  "new-key": { observe: 1, challenge: 2, throttle: 3, degrade: 4, tarpit: 5, "hold-new-keys": 6, block: 7 },
};

/** Among decisions of one action: the fewer requests, the longer delay, the more withheld, the harder. */
export function severityOf({ action, parameters }: SurfaceDecision): number {
  switch (action) {
    case "throttle":
      return -(parameters.requests_per_minute ?? 0);
    case "tarpit":
      return parameters.delay_ms ?? 0;
    case "degrade":
      return parameters.withhold?.length ?? 0;
    default:
      return 0;
  }
}
