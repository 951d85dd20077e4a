import type { DecisionAction } from "../model/decision.ts";

/**
 * What happens under an action where the surface can't do what it asks. `pass`: the request goes on as if there were no decision.
 * `wait`: it is refused for now, with the time to come back. `never`: all it takes is an answer, which can always be given.
 */
type WhenUnable = "pass" | "wait" | "never";

/**
 * In one place: the surfaces look here, and `docs/gateway.md` shows it. Two rules are behind it. Without a decision a request always
 * goes on, also when the table was never filled: that Stillwatch is down must not cut off anybody. And nobody is treated harder than
 * was decided because a surface can't do the milder thing.
 *
 * Where the desk can't be reached there is nothing to choose: a decision in force holds until it ends, and no new one comes.
 */
export const WHEN_UNABLE: Readonly<Record<DecisionAction, WhenUnable>> = {
  // Nothing is done to the request.
  observe: "pass",
  challenge: "never",
  // The counter has a limit and forgets the idlest.
  throttle: "never",
  // Refusing would be harder than what was decided.
  degrade: "pass",
  // Requests with the keys that exist are not its matter.
  "hold-new-keys": "pass",
  // Held sockets are limited; to come back later is a delay, too.
  tarpit: "wait",
  block: "never",
};
