import { setTimeout as sleep } from "node:timers/promises";

/** Waits so long, or rejects when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<unknown>;

/** Real time. */
export const wait: Wait = (ms, signal) => sleep(ms, undefined, { signal });

/** Requests that are made to wait, at most so many at once: a held socket costs the gateway too. */
export interface HeldSockets {
  /** How it went: it waited, the caller left meanwhile, or all places are taken and nobody waited. */
  hold(ms: number, left: AbortSignal): Promise<"waited" | "left" | "full">;
  readonly held: number;
}

export function createHeldSockets(heldMax: number, waitFor: Wait): HeldSockets {
  let held = 0;
  return {
    async hold(ms, left) {
      if (held >= heldMax) return "full";
      held++;
      try {
        await waitFor(ms, left);
        return "waited";
      } catch (error) {
        if (left.aborted) return "left";
        throw error;
      } finally {
        held--;
      }
    },
    get held() {
      return held;
    },
  };
}
