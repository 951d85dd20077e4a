import { hedgedLogE } from "../../math/e-value.ts";
import { betaBinomialLogRatio } from "../../math/special.ts";
import { clampLogE } from "../family.ts";
import type { Member } from "../observation/observation.ts";

/*
 * Chains: what the model answered comes back as the material of a new task, at the same account or at another member. An
 * instruction that was invented is answered, an answer graded, a draft criticised, a task made harder in rounds.
 *
 * Null: people take an answer into a new conversation now and then, in 2 % of their tasks, some far more often: Beta with mean
 * 2 % and concentration 4 per account. Alternative: Beta(3, 3), accounts for which it is a way of working. It asks for a lot,
 * since a relay's accounts all have the same few per cent, those of its customers: below about 12 % it speaks against. Half of
 * the bet stays at home: a harvest can do without. Members independent.
 *
 * Makers of data, examiners and programs that hand answers on do it honestly: it says what the work is for, not whose it is.
 */

const honest = { alpha: 0.08, beta: 3.92 };
const pipeline = { alpha: 3, beta: 3 };

/** log10 e-value that the members' answers are made into new prompts; null where the log holds no answers to recognise. */
export function chainLogE(members: readonly Pick<Member, "answeredTasks" | "chainedTasks">[]): number | null {
  if (members.every(({ answeredTasks }) => answeredTasks === 0)) return null;
  const log = members.reduce(
    (sum, { chainedTasks, answeredTasks }) => sum + betaBinomialLogRatio(chainedTasks, answeredTasks, pipeline, honest),
    0,
  );
  return hedgedLogE(clampLogE(log / Math.LN10));
}
