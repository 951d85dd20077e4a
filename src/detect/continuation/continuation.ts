import { averageLogE, hedgedLogE } from "../../math/e-value.ts";
import { betaBinomialLogRatio } from "../../math/special.ts";
import { clampLogE, outOf, percent } from "../family.ts";
import type { Finding } from "../family.ts";
import type { SidesOfTime } from "../observation/handovers.ts";
import { totalOf } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";

/*
 * Continuation. A request that is refused on one account (429, 529, a ban) comes again, word for word, on another: a
 * scheduler holds the queue, not the accounts' owners.
 *
 * Null: a customer's refused request comes again at a stranger's in 2 % of the cases (shared keys, copied examples), or as
 * often as the group's items stand at several accounts anyway (a benchmark, a course): Beta with that mean and concentration
 * 4 per account. Alternative: Beta(2, 2). Members independent.
 * Reworded. The same item may come in the other account's words (`observation/handovers.ts`). Null: what tells of a refused item
 * stands before the refusal as often as after it. Alternative: mostly after it.
 *
 * Without text. What was refused can't be recognised, but a queue sends it to another account at once (`observation/moments.ts`). Null:
 * of the requests of the same manner at others the nearest comes before a refusal as often as after it. Alternative: mostly after it.
 *
 * Accounts that openly carry one name fail over to each other; that is not counted.
 * An attacker can wait on the same account or reword, so its absence says nothing: half of the bet stays at home. An
 * enterprise's balancer fails over too, so without names it shows one hand, not a guilty one.
 */

const honestShareMin = 0.02;
const honestShareMax = 0.95;
const honestConcentration = 4;
const scheduler = { alpha: 2, beta: 2 };
/** Of refused tasks that have a likeness on one side of time: half and half by chance (nearly, and the same for all accounts). */
const chance = { alpha: 200, beta: 200 };
const handedOver = { alpha: 6, beta: 1.5 };

export function judgeContinuation(observation: Observation): Finding {
  if (observation.sequels !== null) return judgeUntold(observation.sequels);
  const verbatim = judgeVerbatim(observation);
  const reworded = judgeReworded(observation);
  const logE = clampLogE(averageLogE([verbatim.logE, reworded.logE]));
  return { family: "continuation", logE, evidence: [...verbatim.evidence, ...reworded.evidence] };
}

/** The same items, in whatever words: as often before a refusal as after it if nobody hands them over. */
function judgeReworded({ handovers: { prompt, late } }: Observation): Finding {
  const [soon, later] = [handoverLogE(prompt), handoverLogE(late)];
  const logE = clampLogE(averageLogE([soon, later]));
  if (logE < 1) return { family: "continuation", logE, evidence: [] };
  const { after, before } = soon >= later ? prompt : late;
  const hours = soon >= later ? "the hour" : "six hours";
  const summary = `${after} refused tasks were asked within ${hours} on another of the accounts, in whatever words; as long before the refusal, which is chance: ${before}`;
  return {
    family: "continuation",
    logE,
    evidence: [{ signal: "continuation", summary, strength: logE, accounts: 0, against: false }],
  };
}

/** What comes next to refused requests of which nobody knows what they asked. */
function judgeUntold({ after, before }: SidesOfTime): Finding {
  const logE = clampLogE(handoverLogE({ after, before }));
  if (logE < 1) return { family: "continuation", logE, evidence: [] };
  const summary = `after ${after} refused requests another of the accounts sends one to the same model, with the same parameters, within the minute, sooner than any had come before; ${before} times it is the other way round, as by chance`;
  return {
    family: "continuation",
    logE,
    evidence: [{ signal: "continuation", summary, strength: logE, accounts: 0, against: false }],
  };
}

/** More before than after is never a handover, however unlikely it is by chance. */
const handoverLogE = ({ after, before }: SidesOfTime): number =>
  hedgedLogE(
    after >= before
      ? betaBinomialLogRatio(after, after + before, handedOver, chance) / Math.LN10
      : Number.NEGATIVE_INFINITY,
  );

function judgeVerbatim(observation: Observation): Finding {
  const members = observation.members.filter((member) => member.refused > 0);
  if (members.length === 0) return { family: "continuation", logE: 0, evidence: [] };
  const { items, shared } = observation.fillings;
  const share = Math.min(Math.max(shared / Math.max(items, 1), honestShareMin), honestShareMax);
  const honest = { alpha: honestConcentration * share, beta: honestConcentration * (1 - share) };
  const ratio = members.reduce(
    (sum, { refused, resumed }) => sum + betaBinomialLogRatio(resumed, refused, scheduler, honest),
    0,
  );
  const logE = clampLogE(hedgedLogE(ratio / Math.LN10));
  if (logE < 1) return { family: "continuation", logE, evidence: [] };
  const refused = totalOf(members, ({ refused: own }) => own);
  const resumed = totalOf(members, ({ resumed: own }) => own);
  return {
    family: "continuation",
    logE,
    evidence: [
      {
        signal: "continuation",
        summary: `${outOf(resumed, refused)} refused requests came again within the hour on another of the accounts, word for word (${percent(share)} expected)`,
        strength: logE,
        accounts: members.filter((member) => member.resumed > 0).length,
        against: false,
      },
    ],
  };
}
