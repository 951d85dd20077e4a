import { hedgedLogE } from "../../math/e-value.ts";
import { betaBinomialLogRatio } from "../../math/special.ts";
import { clampLogE, outOf, percent } from "../family.ts";
import type { Finding } from "../family.ts";
import { inCommon, totalOf } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";

/*
 * Partition. One deduplicated queue feeds the accounts: an item goes to one of them, and its k samples stay there.
 *
 * Samples. Null: a customer repeats a single-turn prompt now and then (a retry, a regenerated answer), at a rate of his own:
 * Beta with mean 2 % and concentration 4; or he is one of those who sample by trade, as every second does in a group that was
 * formed for what it asks. Alternative: Beta(2, 2), a pipeline that samples, at every account. Beta-binomial likelihood ratio,
 * members independent.
 *
 * Collisions. Independent users of one benchmark, course or popular prompt ask the same items; a deduplicated queue does
 * not. Null: Beta(0.5, 5) over the share of an average member's items that others ask too. Alternative: Beta(1, 50).
 * A shared item list is how honest groups of a shared template differ from a queue, so this mostly speaks *against*.
 *
 * The two multiply: one is of what a customer does with his own prompts, the other of what two customers ask.
 */

const honestRepeats = { alpha: 0.08, beta: 3.92 };
const sampling = { alpha: 2, beta: 2 };
/** Among customers of one trade this share samples by trade: researchers, testers. */
const samplersByTrade = 0.5;
const honestCollisions = { alpha: 0.5, beta: 5 };
const queueCollisions = { alpha: 1, beta: 50 };

export function judgePartition(observation: Observation): Finding {
  const members = observation.members;
  const single = totalOf(members, ({ singleTasks }) => singleTasks);
  const sampled = totalOf(members, ({ sampledTasks }) => sampledTasks);
  const samplers = members.filter(
    (member) => member.sampledTasks >= 2 && member.sampledTasks >= 0.2 * member.singleTasks,
  ).length;
  const samples = members.reduce((sum, { sampledTasks, singleTasks }) => {
    const ratio = betaBinomialLogRatio(sampledTasks, singleTasks, sampling, honestRepeats);
    return sum + (ratio - Math.log(samplersByTrade * Math.exp(ratio) + 1 - samplersByTrade)) / Math.LN10;
  }, 0);
  const { items } = observation.fillings;
  const shared = inCommon(observation.fillings);
  // Items overlap in bulk or not at all: the rate is read off a few hundred of them, more would only feign certainty.
  const scale = Math.min(1, 200 / Math.max(items, 1));
  const collisions = betaBinomialLogRatio(shared * scale, items * scale, queueCollisions, honestCollisions) / Math.LN10;
  const evidence = [];
  // A queue that never samples twice is still a queue.
  const samplesLogE = hedgedLogE(samples);
  if (samplesLogE >= 1)
    evidence.push({
      signal: "partition" as const,
      summary: `${outOf(samplers, members.length)} accounts ask the same prompt several times on purpose (${outOf(sampled, single)} single-turn tasks, 2% expected), and each item stays on one account`,
      strength: clampLogE(samplesLogE),
      accounts: samplers,
      against: false,
    });
  if (collisions >= 0.3)
    evidence.push({
      signal: "partition" as const,
      summary: `the accounts share templates but not items: ${outOf(shared, items)} items stand at more than one of them`,
      strength: clampLogE(collisions),
      accounts: members.length,
      against: false,
    });
  if (collisions <= -1)
    evidence.push({
      signal: "partition" as const,
      summary: `${percent(shared / items)} of the items are asked by several accounts, as with a benchmark, a course or a popular prompt: no queue deals them out`,
      strength: -clampLogE(collisions),
      accounts: members.length,
      against: true,
    });
  // Overlapping items contradict the one queue, however often each is sampled.
  const logE = collisions <= -1 ? clampLogE(collisions) : clampLogE(samplesLogE + collisions);
  return { family: "partition", logE, evidence };
}
