import { grouped } from "../../kit/grouped.ts";
import { dayMs } from "../../kit/time-units.ts";
import { median } from "../../math/median.ts";
import { harvestOf, totalOf } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";
import { learnNulls } from "./nulls.ts";
import type { Nulls } from "./nulls.ts";

/*
 * Mondrian calibration (Vovk et al. 2005, "Algorithmic learning in a random world", section 4.5): what is ordinary is learnt by
 * cohort, since the answers to colleagues are as long as each other's where those to two firms' services are not, and the mean
 * of both wrongs one of them. Cohorts are told by coarse traits, none of which makes anybody suspect.
 */

/** Fewer groups do not tell a cohort from the rest of the log. */
const groupsMin = 8;
/** Accounts that are younger on the median are new (days). */
const tenureDaysMin = 60;
/** Who does more of the work on a day on which he does any is heavy (tasks). */
const heavyTasksMin = 4;
/** A network is shared by this share of the members. */
const sharersMin = 0.5;
/** Nobody answers a program back: in so much of the work. */
const unattendedShareMin = 0.95;

/** Nulls of a whole log, and of those of its cohorts that have enough groups. */
export interface Calibration extends Nulls {
  readonly cohorts: ReadonlyMap<string, Nulls>;
}

/** Learns what groups are ordinarily like, from such as nothing but their likeness could make suspect. */
export async function calibrate(groups: readonly Observation[]): Promise<Calibration> {
  const whole = await learnNulls(groups);
  const cohorts = new Map<string, Nulls>();
  for (const [cohort, own] of grouped(groups, cohortOf))
    if (own.length >= groupsMin) cohorts.set(cohort, await learnNulls(own, whole));
  return { ...whole, cohorts };
}

/** What a group is measured by: its cohort's nulls, or those of the log where its cohort is too small. */
export function nullsFor(group: Observation, { cohorts, ...whole }: Calibration): Nulls {
  return cohorts.get(cohortOf(group)) ?? whole;
}

/** Tenure, volume, network and client. */
function cohortOf({ members, tokens }: Observation): string {
  const agesDays = members.flatMap(({ facts, lastMs }) =>
    facts === null || facts.createdMs === null ? [] : (lastMs - facts.createdMs) / dayMs,
  );
  const known = agesDays.length >= members.length / 2;
  const tenure = known ? (median(agesDays) < tenureDaysMin ? "new" : "settled") : "unknown";
  const tasks = members.map(harvestOf);
  const daily = median(members.map(({ activeDays }, i) => tasks[i]! / activeDays));
  const sharers = new Set(tokens.flatMap((token) => (token.kind === "ip" ? token.members : [])));
  const unattended = totalOf(members, ({ unattendedTasks }) => unattendedTasks);
  const all = tasks.reduce((sum, count) => sum + count, 0);
  return [
    tenure,
    daily >= heavyTasksMin ? "heavy" : "light",
    sharers.size >= sharersMin * members.length ? "shared" : "own",
    unattended >= unattendedShareMin * all ? "program" : "person",
  ].join("/");
}
