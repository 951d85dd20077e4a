import { mapInTurns } from "../../kit/turns.ts";
import type { Calibration } from "../calibration/cohorts.ts";
import { isOfLeads, isToldByLines } from "../candidates/candidate.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { examine } from "../examine.ts";
import type { IntentName } from "../intent/intent.ts";
import type { Observer } from "../observation/observe.ts";
import type { Ways } from "./joining.ts";
import { possibleMembers } from "./joining.ts";
import type { Gathered } from "./membership.ts";
import { outliersOf, shownMembers } from "./outliers.ts";
import { barFor, judge, standingFamilyLogEMin } from "./verdict.ts";
import type { Bars, Verdict } from "./verdict.ts";

/** Judges groups as they change. What is said of one depends on nobody else once the nulls are learnt, so that none is examined twice. */
export class Hearing {
  readonly nulls: Calibration;
  readonly #observer: Observer;
  readonly #intents: readonly IntentName[];
  readonly #bars: Bars;
  readonly #known = new Map<string, Verdict>();

  constructor(
    observer: Observer,
    { intents, nulls, bars }: { intents: readonly IntentName[]; nulls: Calibration; bars: Bars },
  ) {
    this.nulls = nulls;
    this.#observer = observer;
    this.#intents = intents;
    this.#bars = bars;
  }

  /** What has been said of groups before. */
  remember(verdicts: readonly Verdict[]): void {
    for (const verdict of verdicts) this.#known.set(contentsOf(verdict.observation.candidate), verdict);
  }

  /** The verdicts on those who have anything to be judged on. */
  async judge(candidates: readonly Candidate[]): Promise<Verdict[]> {
    const fresh = candidates.filter((candidate) => !this.#known.has(contentsOf(candidate)));
    const { cases } =
      fresh.length === 0
        ? { cases: [] }
        : await examine(this.#observer, fresh, { intents: this.#intents, nulls: this.nulls });
    this.remember(cases.map((examined) => judge(examined, barFor(this.#bars, examined.observation.candidate))));
    return candidates.flatMap((candidate) => {
      const verdict = this.#known.get(contentsOf(candidate));
      return verdict === undefined ? [] : { ...verdict, observation: { ...verdict.observation, candidate } };
    });
  }

  /** The same, of groups that were convicted with some accounts more. */
  async judgeAgain(candidates: readonly Candidate[]): Promise<Verdict[]> {
    return (await this.judge(candidates)).map((verdict) => judge(verdict, verdict.bar, standingFamilyLogEMin));
  }
}

type Judging = Pick<Hearing, "judge" | "judgeAgain" | "nulls">;

/** Which accounts, brought together by what, and judged on what: all that is asked of a candidate, whatever its number. */
function contentsOf({ source, accounts, leads, whole }: Candidate): string {
  const told = isOfLeads(source) ? leads : undefined;
  return JSON.stringify([source, accounts, told, whole]);
}

/**
 * A convicted group to gather others around. Who merely uses its lines, as anybody can, leaves before it is merged with groups of words,
 * which can't tell.
 */
export function convictedCoreOf(verdict: Verdict, nulls: Calibration): Candidate {
  const { candidate } = verdict.observation;
  return isToldByLines(candidate.source) ? withoutOutliers(verdict, nulls, candidate) : candidate;
}

function withoutOutliers({ observation }: Verdict, nulls: Calibration, core: Candidate): Candidate {
  const outliers = new Set(outliersOf(observation, nulls, core));
  const accounts = observation.members.flatMap((member, i) => (outliers.has(i) ? [] : member.index));
  return { ...observation.candidate, accounts };
}

/**
 * Judges the gathered groups again, first as they have grown, then without those who do not belong. A group that does not
 * stand up to it is judged as it was convicted, likewise without those: none stands by strangers alone.
 */
export async function settle(hearing: Judging, groups: readonly Gathered[]): Promise<Verdict[]> {
  const cores = new Map(groups.map(({ core }) => [core.id, core]));
  const grown = byId(
    await judgeWithoutOutliers(
      hearing,
      groups.map((group) => group.grown),
      cores,
    ),
  );
  const fallen = groups.flatMap(({ core }) => (grown.get(core.id)?.convicted === true ? [] : core));
  const standing = byId(await judgeWithoutOutliers(hearing, fallen, cores));
  return groups.flatMap(({ core: { id } }) => {
    const verdict = standing.get(id) ?? grown.get(id);
    return verdict?.convicted === true ? verdict : [];
  });
}

/**
 * What is convicted with its outliers stands without them by a little less.
 *
 * @param cores the groups as they were convicted, by id
 */
async function judgeWithoutOutliers(
  hearing: Judging,
  candidates: readonly Candidate[],
  cores: ReadonlyMap<number, Candidate>,
): Promise<Verdict[]> {
  const whole = await hearing.judge(candidates);
  const trimmed = await mapInTurns(whole, (verdict) => {
    const { candidate } = verdict.observation;
    return withoutOutliers(verdict, hearing.nulls, cores.get(candidate.id) ?? candidate);
  });
  const standing = new Set(whole.flatMap(({ convicted, observation }) => (convicted ? observation.candidate.id : [])));
  return [
    ...(await hearing.judgeAgain(trimmed.filter(({ id }) => standing.has(id)))),
    ...(await hearing.judge(trimmed.filter(({ id }) => !standing.has(id)))),
  ];
}

/**
 * Takes up who has done too little to be as like the members as they are each other, but is shown to belong by its own mix of work: a
 * replacement that was banned within the hour. A campaign that would not stand with them stays as it was.
 */
export async function takePossible(
  hearing: Hearing,
  settled: readonly Verdict[],
  templates: Ways["templates"],
): Promise<Verdict[]> {
  const groups = settled.map(({ observation }) => observation.candidate);
  const possible = await possibleMembers(groups, templates);
  const wider = await hearing.judge([...possible].map(([group, accounts]) => withAccounts(group, accounts)));
  const fuller = await mapInTurns(wider, ({ observation }) => {
    const group = groups.find(({ id }) => id === observation.candidate.id)!;
    return withAccounts(group, shownMembers(observation, hearing.nulls, new Set(possible.get(group))));
  });
  const standing = byId((await hearing.judge(fuller)).filter((verdict) => verdict.convicted));
  return settled.map((verdict) => standing.get(verdict.observation.candidate.id) ?? verdict);
}

const withAccounts = (group: Candidate, more: readonly number[]): Candidate => ({
  ...group,
  accounts: [...group.accounts, ...more].sort((a, b) => a - b),
});

const byId = (verdicts: readonly Verdict[]): Map<number, Verdict> =>
  new Map(verdicts.map((verdict) => [verdict.observation.candidate.id, verdict]));
