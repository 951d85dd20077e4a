import { systemWait } from "../kit/wait.ts";
import type { Wait } from "../kit/wait.ts";

// Limits.
/** Each held request keeps a socket and its headers: about 100 MB in all. */
const heldMaxDefault = 2000;

/** Where requests under a tarpit stand. */
export interface Holding {
  readonly held: number;
  /** Waits. False, at once, where there is no room; true at the end, also where the caller left before. */
  hold(ms: number, signal: AbortSignal): Promise<boolean>;
}

/** A tarpit must not become our own: who opens many sockets is told to come back. */
export function createHolding(wait: Wait = systemWait, heldMax = heldMaxDefault): Holding {
  let held = 0;
  return {
    get held() {
      return held;
    },
    async hold(ms, signal) {
      if (held >= heldMax) return false;
      held++;
      try {
        await wait(ms, signal);
        return true;
      } finally {
        held--;
      }
    },
  };
}
