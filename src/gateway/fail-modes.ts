import type { DecisionAction } from "../model/decision.ts";

/**
 * What happens under an action where the surface can't do what it asks. `pass`: the request goes on as if there were no decision.
 * `wait`: it is refused for now, with the time to come back. `never`: all it takes is an answer, which can always be given.
 */
export type WhenUnable = "pass" | "wait" | "never";

/** How one action behaves when something is broken or missing. */
export interface FailMode {
  /** The follower has lost the desk. `hold`: a decision in force holds until it ends; no new one comes. */
  readonly whenStale: "hold";
  readonly whenUnable: WhenUnable;
  readonly because: string;
}

/**
 * The fail modes, in one place: the surfaces look them up, and `docs/gateway.md` shows them. Two rules are behind them. Without
 * a decision a request always goes on, also when the table was never filled: that Stillwatch is down must not cut off anybody.
 * And nobody is treated harder than was decided because a surface can't do the milder thing.
 */
export const FAIL_MODES: Readonly<Record<DecisionAction, FailMode>> = {
  observe: { whenStale: "hold", whenUnable: "pass", because: "nothing is done to the request" },
  challenge: { whenStale: "hold", whenUnable: "never", because: "an answer with a link is all it takes" },
  throttle: { whenStale: "hold", whenUnable: "never", because: "the counter has a limit and forgets the idlest" },
  degrade: { whenStale: "hold", whenUnable: "pass", because: "refusing would be harder than what was decided" },
  "hold-new-keys": {
    whenStale: "hold",
    whenUnable: "pass",
    because: "requests with the keys that exist are not its matter",
  },
  tarpit: {
    whenStale: "hold",
    whenUnable: "wait",
    because: "held sockets are limited; to come back later is a delay too",
  },
  block: { whenStale: "hold", whenUnable: "never", because: "an answer is all it takes" },
};
