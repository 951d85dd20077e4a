import { dayMs } from "../../kit/time-units.ts";
import { averageLogE, geometricLogE, hedgedLogE } from "../../math/e-value.ts";
import type { Evidence } from "../../model/report.ts";
import { standardDeviation } from "../calibration/nulls.ts";
import type { Nulls } from "../calibration/nulls.ts";
import { clampLogE } from "../family.ts";
import type { Finding } from "../family.ts";
import { harvestOf } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";
import { likenessLogE } from "../twins/twins.ts";
import { judgeInheritance } from "./inheritance.ts";
import type { Inheritance } from "./inheritance.ts";
import { rotationLogE } from "./rotation.ts";

/*
 * Regularity. A scheduler that deals work to accounts leaves near-equal loads, one diurnal curve and a common start.
 *
 * Loads. Null: the log of the members' harvest tasks per active day is normal with the spread of ordinary groups
 * (`Nulls.loadSpread`; customers' loads are log-normal and wide, ServeGen, arXiv:2505.09999). Alternative: a spread of 0.1
 * to 0.5, averaged. The mean is unknown under both, so the likelihood of the residuals is compared (the invariant
 * likelihood ratio; Lehmann and Romano, section 6.3).
 *
 * Hours. Null and alternative as for twins, over the hour of the day, UTC; but who runs around the clock is ordinary, too.
 *
 * Start. Null: accounts are created at times spread over the age of the customer base; an ordinary group's creation times
 * are log-normal in age with a spread of about one. Alternative: spread 0.1 to 0.5.
 *
 * Release pivot. Null and alternative as for twins, over how long a new model was out when a task asked for it: who makes up his
 * own mind to try it does so on a day of his own. Tasks on other models are not counted, so that which models are in use, which
 * twins compare, says nothing of it.
 *
 * Rotation: see `rotation.ts`. Inheritance: see `inheritance.ts`.
 *
 * Loads, hours and starts are averaged geometrically, and so is the pivot with them; they, the rotation, the pivot and the
 * inheritance arithmetically, and the whole is hedged: an attacker can do without any of them.
 */

const alternativeSpreads = [0.1, 0.2, 0.35, 0.5];
/** Spread of the log of honest accounts' ages: from weeks to years. */
const ageSpread = 1.1;
/** Below this an age or a load is noise of the calendar. */
const ageDaysMin = 2;
/** A rotation shows where an average account has this many tasks a day of work. */
const dailyTasksMin = 2;

export function judgeRegularity(observation: Observation, nulls: Nulls): Finding {
  const { members, spans } = observation;
  const rotation = rotationOf(observation);
  if (spans !== null) return judgeTurns(members.length, rotation);
  const rates = members.map(({ harvestTasks: [forming, judging], activeDays }) =>
    Math.log(((observation.candidate.whole ? forming : 0) + judging + 0.5) / activeDays),
  );
  const loads = spreadLogE(rates, nulls.loadSpread);
  const hours = likenessLogE(observation, nulls, "hour");
  const ages = accountAges(observation);
  const starts = ages.length >= 3 ? spreadLogE(ages, ageSpread) : null;
  const habits = geometricLogE([loads, hours, starts].flatMap((part) => (part === null ? [] : clampLogE(part))));
  const release = likenessLogE(observation, nulls, "release");
  // Customers of one client turn to a new model together, too: a pivot counts as far as the rest agrees.
  const pivot = release === null ? null : geometricLogE([habits, clampLogE(release)]);
  const inheritance = judgeInheritance(members);
  const signs = [habits, rotation, pivot, inheritance?.logE ?? null];
  const logE = hedgedLogE(averageLogE(signs.flatMap((sign) => (sign === null ? [] : clampLogE(sign)))));
  const evidence: Evidence[] = [];
  const add = (part: number | null, accounts: number, pro: string, contra: string): void => {
    if (part !== null && Math.abs(part) >= 1)
      evidence.push({
        signal: "regularity",
        summary: part > 0 ? pro : contra,
        strength: Math.abs(clampLogE(part)),
        accounts,
        against: part < 0,
      });
  };
  const spread = Math.exp(standardDeviation(rates)).toFixed(2);
  add(
    loads,
    members.length,
    `near-equal loads: a typical account's daily share is within a factor ${spread} of the others', ${Math.exp(nulls.loadSpread).toFixed(2)} expected`,
    `loads differ as independent customers' do (a factor ${spread} around the middle)`,
  );
  add(hours, members.length, "all accounts follow one daily curve", "each account keeps hours of its own");
  add(
    starts,
    ages.length,
    `${ages.length} accounts were created close together`,
    `the accounts were created at unrelated times`,
  );
  const { release: newcomers } = observation.features;
  // By half, as it counts.
  add(
    release === null ? null : release / 2,
    newcomers.halves[1].filter((row) => row.some((count) => count > 0)).length,
    "the accounts turned to a newly released model at the same time",
    "each account turned to a newly released model at a time of its own",
  );
  if (inheritance !== null && inheritance.logE >= 1 && inheritance.prompt > 0) evidence.push(inherited(inheritance));
  if (rotation !== null && rotation >= 1) evidence.push(inTurn(rotation, members.length));
  return { family: "regularity", logE, evidence, ...(rotation === null ? {} : { rotationLogE: clampLogE(rotation) }) };
}

/** Of accounts that traces brought together: what loads, hours and starts are ordinary is learnt of none, and an office or a class has its own, too. */
function judgeTurns(accounts: number, rotation: number | null): Finding {
  if (rotation === null) return { family: "regularity", logE: 0, evidence: [] };
  const evidence: Evidence[] = [];
  if (rotation >= 1) evidence.push(inTurn(rotation, accounts));
  if (rotation <= -1)
    evidence.push({
      signal: "regularity",
      summary: "accounts come back sooner than if they were used in turn, as people do who are at something",
      strength: -clampLogE(rotation),
      accounts,
      against: true,
    });
  const logE = hedgedLogE(clampLogE(rotation));
  return { family: "regularity", logE, evidence, rotationLogE: clampLogE(rotation) };
}

const inherited = ({ logE, beginnings, prompt }: Inheritance): Evidence => ({
  signal: "regularity",
  summary: `of ${beginnings} accounts that began while the work went on, ${prompt} did within six hours after another fell silent: replacements that inherit its work`,
  strength: clampLogE(logE),
  accounts: beginnings,
  against: false,
});

const inTurn = (rotation: number, accounts: number): Evidence => ({
  signal: "regularity",
  summary: "each task goes to the account that was not used for longest, or nearly so: a scheduler's rotation",
  strength: clampLogE(rotation),
  accounts,
  against: false,
});

function rotationOf({ members, order, spans }: Observation): number | null {
  // Customers who come once a day come in turn, and nobody deals.
  const daily = members.reduce((sum, member) => sum + harvestOf(member) / member.activeDays, 0);
  return daily >= dailyTasksMin * members.length ? rotationLogE(order, spans) : null;
}

/** Natural log of the accounts' ages in days at the time of their first harvest; accounts of unknown age are left out. */
function accountAges(observation: Observation): number[] {
  const end = Math.max(...observation.members.map((member) => member.lastMs));
  return observation.members.flatMap(({ facts }) => {
    if (facts === null || facts.createdMs === null) return [];
    return [Math.log(Math.max((end - facts.createdMs) / dayMs, ageDaysMin))];
  });
}

/** log10 e-value for values lying closer together than normal values with spread `nullSpread` would. */
function spreadLogE(values: readonly number[], nullSpread: number): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const degrees = values.length - 1;
  const ratios = alternativeSpreads.map(
    (spread) =>
      (degrees * Math.log(nullSpread / spread) - (squares / 2) * (1 / spread ** 2 - 1 / nullSpread ** 2)) / Math.LN10,
  );
  return averageLogE(ratios);
}
