import type { Clock } from "../../kit/clock.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import type { Disclosures } from "../../store/state/disclosures.ts";
import { discreteLaplace } from "./discrete-laplace.ts";
import type { Epsilon } from "./discrete-laplace.ts";

// Limits.
/** Of one answer. The noise is less than 30 in 19 of 20. */
const epsilon: Epsilon = { numerator: 1, denominator: 10 };
/** Of one recipient in one month: 20 answers. */
const millionthsPerPeriodMax = 2_000_000;

const millionthsPerCount = (1_000_000 * epsilon.numerator) / epsilon.denominator;

export interface CountDesk {
  readonly disclosures: Disclosures;
  readonly random: SecureRandom;
  readonly clock: Clock;
}

export type CountAnswer =
  /** Never negative; with the noise it is no whole number of anything. */
  | { readonly kind: "count"; readonly count: number; readonly epsilon: Epsilon }
  /** The recipient's budget for this month is spent. */
  | { readonly kind: "over-budget" };

/**
 * A count of customers for another member, with noise. A question has one answer in a month, whoever asks and however often: neither
 * by asking again nor together can members average the noise out. `count` must change by one at most where a customer is added
 * or removed, so count customers or accounts of one, never their requests.
 */
export async function answerCount(
  desk: CountDesk,
  recipient: string,
  question: string,
  count: number,
): Promise<CountAnswer> {
  const nowMs = desk.clock.nowMs();
  const noised = Math.max(0, count + discreteLaplace(epsilon, desk.random));
  const released = await desk.disclosures.release(
    { recipient, question, period: new Date(nowMs).toISOString().slice(0, "2026-03".length) },
    { value: noised, millionths: millionthsPerCount },
    millionthsPerPeriodMax,
    nowMs,
  );
  return released === null ? { kind: "over-budget" } : { kind: "count", count: released, epsilon };
}
