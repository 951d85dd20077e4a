import { inTurns, mapInTurns } from "../kit/turns.ts";
import { calibrate, nullsFor } from "./calibration/cohorts.ts";
import type { Calibration } from "./calibration/cohorts.ts";
import type { Nulls } from "./calibration/nulls.ts";
import { formingOutliersOf } from "./campaigns/outliers.ts";
import { isOfLines, isOfTraces } from "./candidates/candidate.ts";
import type { Candidate } from "./candidates/candidate.ts";
import { judgeContinuation } from "./continuation/continuation.ts";
import { onlyAgainst } from "./family.ts";
import type { Finding } from "./family.ts";
import { judgeInfrastructure, relatedLogE } from "./infrastructure/infrastructure.ts";
import { judgeIntent } from "./intent/intent.ts";
import type { IntentName } from "./intent/intent.ts";
import type { Observation } from "./observation/observation.ts";
import type { Observer } from "./observation/observe.ts";
import { judgePartition } from "./partition/partition.ts";
import { judgeRegularity } from "./regularity/regularity.ts";
import { rotationLogE } from "./regularity/rotation.ts";
import { judgeTwins } from "./twins/twins.ts";

export interface Examined {
  readonly observation: Observation;
  readonly findings: readonly Finding[];
}

/** From ten to one a group is tied. */
const tiedLogEMin = 1;
/** A group in which persons have cleared so many is honest as a whole. */
const clearedShareMin = 0.5;
/** Rounds in which strangers are taken out of a candidate. */
const coreRoundsMax = 2;
/** Fewer accounts are no group. */
const coreAccountsMin = 3;

export interface ExamineOptions {
  readonly intents: readonly IntentName[];
  /** Learnt from the candidates unless they are given. */
  readonly nulls?: Calibration;
  /** Accounts whose appeals were upheld: where the nulls are learnt, what ties them to each other is ordinary. */
  readonly cleared?: ReadonlySet<string>;
}

/** Looks at the candidates through every family. */
export async function examine(
  observer: Pick<Observer, "observe">,
  candidates: readonly Candidate[],
  { intents, nulls: given, cleared = new Set() }: ExamineOptions,
): Promise<{ cases: Examined[]; nulls: Calibration }> {
  const observations = await observer.observe(candidates);
  const nulls = given ?? (await calibrate(await ordinary(observations, cleared)));
  const cases: Examined[] = [];
  for (const observation of observations)
    cases.push(await examineOne(observation, nullsFor(observation, nulls), intents));
  return { cases, nulls };
}

/** Those from which to learn what groups are ordinarily like. */
async function ordinary(observations: readonly Observation[], cleared: ReadonlySet<string>): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const observation of inTurns(observations))
    if (isUnsuspected(observation) && (isCleared(observation, cleared) || !areMembersTied(observation)))
      found.push(observation);
  return found;
}

const isCleared = ({ members }: Observation, cleared: ReadonlySet<string>): boolean =>
  members.filter(({ account }) => cleared.has(account)).length >= clearedShareMin * members.length;

/**
 * Looks at the candidates, and at each one's core: what is left without the accounts that by the forming half of their tasks
 * do not belong. A candidate and its core are two questions, and both count.
 */
export async function examineWithCores(
  observer: Pick<Observer, "observe">,
  candidates: readonly Candidate[],
  options: ExamineOptions,
): Promise<{ cases: Examined[]; nulls: Calibration }> {
  const { cases, nulls } = await examine(observer, candidates, options);
  let latest = cases;
  for (let round = 0; round < coreRoundsMax; round++) {
    const found = await mapInTurns(latest, ({ observation }) => coreOf(observation, nulls));
    const cores = found.filter((core) => core !== null);
    if (cores.length === 0) break;
    const first = Math.max(...cases.map(({ observation }) => observation.candidate.id)) + 1;
    latest = (
      await examine(
        observer,
        cores.map((core, i) => ({ ...core, id: first + i })),
        { ...options, nulls },
      )
    ).cases;
    cases.push(...latest);
  }
  return { cases, nulls };
}

/**
 * Users of the same lines are alike in those by how they were found, and those who share traces are tied; of others nothing but their
 * likeness is known.
 */
const isUnsuspected = ({ candidate }: Observation): boolean =>
  !isOfLines(candidate.source) && !isOfTraces(candidate.source);

function coreOf(observation: Observation, nulls: Nulls): Candidate | null {
  // What a half was used for, it does not judge.
  const { whole: _, ...candidate } = observation.candidate;
  if (candidate.source === "templates" || isOfLines(candidate.source) || isOfTraces(candidate.source)) return null;
  const strangers = new Set(formingOutliersOf(observation, nulls));
  const accounts = observation.members.flatMap((member, i) => (strangers.has(i) ? [] : member.index));
  const changed = accounts.length < candidate.accounts.length;
  return changed && accounts.length >= coreAccountsMin ? { ...candidate, accounts } : null;
}

/**
 * Whether something other than likeness ties the accounts together, if only that many are of one customer: what such groups are like
 * is not what strangers are like.
 */
function areMembersTied(observation: Observation): boolean {
  const ties = [
    () => judgeContinuation(observation).logE,
    () => relatedLogE(observation),
    () => rotationLogE(observation.order) ?? 0,
  ];
  return ties.some((logE) => logE() >= tiedLogEMin);
}

/** What every family says of one candidate. */
export async function examineOne(
  observation: Observation,
  nulls: Nulls,
  intents: readonly IntentName[],
): Promise<Examined> {
  // Of accounts that traces have brought together all is looked at: those who resell to many people, or sample by trade, are alike in that.
  const weighed = (finding: Finding): Finding =>
    isOfTraces(observation.candidate.source) ? onlyAgainst(finding) : finding;
  const families = [
    () => judgeContinuation(observation),
    () => weighed(judgePartition(observation)),
    () => weighed(judgeTwins(observation, nulls)),
    () => judgeRegularity(observation, nulls),
    () => judgeInfrastructure(observation),
    () => judgeIntent(observation, intents, nulls),
  ];
  return { observation, findings: await mapInTurns(families, (family) => family()) };
}
