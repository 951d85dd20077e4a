import type { SecureRandom } from "../../kit/secure-random.ts";
import { makeOprfKey } from "./oprf.ts";
import type { OprfKey } from "./oprf.ts";

// Defaults.
/** After an epoch outputs that somebody has collected are of no use any more. */
const epochMs = 7 * 86_400_000;

/** A key of the hub, and the time that it is for. */
export interface Epoch {
  readonly number: number;
  readonly startsMs: number;
  readonly endsMs: number;
  readonly key: OprfKey;
}

/** The epoch after the last one, or the first: with a key that has nothing to do with any other. */
export function nextEpoch(last: Epoch | null, nowMs: number, random: SecureRandom): Epoch {
  const startsMs = Math.max(nowMs, last?.endsMs ?? nowMs);
  return { number: (last?.number ?? 0) + 1, startsMs, endsMs: startsMs + epochMs, key: makeOprfKey(random) };
}

/** Makes an epoch that is over unanswerable for good. */
export function retireEpoch(epoch: Epoch): void {
  epoch.key.secret.fill(0);
}
