import type { Family } from "../../model/report.ts";
import type { Evaluation, HonestRun, Trial } from "./evaluate.ts";
import { type Interval, wilson } from "./interval.ts";
import type { Curve } from "./plan.ts";
import { byFamily } from "./score.ts";

/** Over the trials of one point: mean, least and greatest. */
export interface Spread {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface PointSummary {
  readonly label: string;
  readonly trials: number;
  readonly recall: Spread;
  readonly leaked: Spread;
  readonly told: Spread;
  /** Recall where at most one honest account in 10,000 scores higher. */
  readonly recallAtOneInTenThousand: Spread;
  readonly bcubedPrecision: Spread | null;
  readonly bcubedRecall: Spread;
  readonly falsePositiveRate: Spread;
  /** Over all trials of the point. */
  readonly merged: number;
  readonly split: number;
  readonly withHonest: number;
  readonly recallWithout: Readonly<Record<Family, number>>;
}

export interface Series {
  readonly bed: string;
  readonly scale: number;
  readonly points: readonly PointSummary[];
}

export interface CurveSummary extends Omit<Curve, "points"> {
  readonly series: readonly Series[];
}

export interface ClassSummary {
  readonly name: string;
  readonly accounts: number;
  readonly flaggedAlone: number;
  readonly letGoAlone: number;
  readonly flaggedEver: number;
  /** The share of them that one trial flags, over all trials; null without any. */
  readonly flaggedInTrial: number | null;
  /** Of `flaggedEver` among `accounts`, 95 %. */
  readonly interval: Interval;
}

/** Honest accounts of one class that were flagged in trials on one log. */
export interface Wronged {
  readonly className: string;
  readonly bed: string;
  readonly scale: number;
  readonly seed: number;
  /** In one trial. */
  readonly accountsMax: number;
  /** In how many. */
  readonly trials: number;
}

export interface Summary {
  readonly curves: readonly CurveSummary[];
  readonly classes: readonly ClassSummary[];
  /** All honest accounts together. */
  readonly everybody: ClassSummary;
  readonly honestWorlds: number;
  readonly falseCampaigns: number;
  /** The most accounts first. */
  readonly wronged: readonly Wronged[];
  /** Trials with accounts that were not found, the worst first. */
  readonly misses: readonly Trial[];
}

export function summarise(curves: readonly Curve[], { trials, honest }: Evaluation): Summary {
  return {
    curves: curves.map((curve) => summariseCurve(curve, trials)).filter(({ series }) => series.length > 0),
    ...summariseHonest(honest, trials),
    wronged: summariseWronged(trials),
    misses: trials
      .filter(({ misses }) => misses.length > 0)
      .toSorted((a, b) => (a.score.recall ?? 0) - (b.score.recall ?? 0)),
  };
}

function summariseCurve({ points, ...curve }: Curve, trials: readonly Trial[]): CurveSummary {
  const own = trials.filter((trial) => trial.curve === curve.name);
  const scales = [...new Set(own.map(({ scale }) => scale))].toSorted((a, b) => a - b);
  return {
    ...curve,
    series: scales.map((scale) => ({
      bed: own[0]?.bed ?? "",
      scale,
      points: points.flatMap(({ label }) => {
        const here = own.filter((trial) => trial.scale === scale && trial.label === label);
        return here.length === 0 ? [] : summarisePoint(label, here);
      }),
    })),
  };
}

function summarisePoint(label: string, trials: readonly Trial[]): PointSummary {
  const over = (value: (trial: Trial) => number): Spread => spreadOf(trials.map(value));
  const total = (value: (trial: Trial) => number): number => trials.reduce((sum, trial) => sum + value(trial), 0);
  const precisions = trials.flatMap(({ score }) => score.bcubed.precision ?? []);
  return {
    label,
    trials: trials.length,
    recall: over(({ score }) => score.recall ?? 0),
    leaked: over(({ leaked }) => leaked),
    told: over(({ told }) => told),
    recallAtOneInTenThousand: over(({ score }) => score.recallAtFalsePositiveRate.get(1e-4) ?? 0),
    bcubedPrecision: precisions.length === 0 ? null : spreadOf(precisions),
    bcubedRecall: over(({ score }) => score.bcubed.recall ?? 0),
    falsePositiveRate: over(({ score }) => score.falsePositiveRate),
    merged: total(({ score }) => score.overMerging.merged),
    split: total(({ score }) => score.overMerging.split),
    withHonest: total(({ score }) => score.overMerging.withHonest),
    recallWithout: byFamily((family) => over(({ score }) => score.recallWithout[family] ?? 0).mean),
  };
}

function spreadOf(values: readonly number[]): Spread {
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    low: Math.min(...values),
    high: Math.max(...values),
  };
}

function summariseHonest(
  runs: readonly HonestRun[],
  trials: readonly Trial[],
): Pick<Summary, "classes" | "everybody" | "honestWorlds" | "falseCampaigns"> {
  const rows = runs.flatMap(({ classes }) => classes);
  const tallies = trials.flatMap(({ score }) => [...score.honest]);
  const classOf = (name: string, members: typeof rows): ClassSummary => {
    const total = (value: (row: (typeof rows)[number]) => number): number =>
      members.reduce((sum, row) => sum + value(row), 0);
    const accounts = total((row) => row.accounts);
    const flaggedEver = total((row) => row.flaggedEver);
    const inTrials = tallies.flatMap(([className, tally]) => (members === rows || className === name ? tally : []));
    return {
      name,
      accounts,
      flaggedAlone: total((row) => row.flaggedAlone),
      letGoAlone: total((row) => row.letGoAlone),
      flaggedEver,
      flaggedInTrial: shareFlagged(inTrials),
      interval: wilson(flaggedEver, accounts),
    };
  };
  const names = [...new Set(rows.map(({ name }) => name))].toSorted();
  return {
    classes: names.map((name) =>
      classOf(
        name,
        rows.filter((row) => row.name === name),
      ),
    ),
    everybody: classOf("all", rows),
    honestWorlds: runs.length,
    falseCampaigns: runs.reduce((sum, run) => sum + run.falseCampaigns, 0),
  };
}

function shareFlagged(tallies: readonly { readonly accounts: number; readonly flagged: number }[]): number | null {
  const accounts = tallies.reduce((sum, tally) => sum + tally.accounts, 0);
  return accounts === 0 ? null : tallies.reduce((sum, tally) => sum + tally.flagged, 0) / accounts;
}

function summariseWronged(trials: readonly Trial[]): Wronged[] {
  const groups = new Map<string, Wronged>();
  for (const { bed, scale, seed, score } of trials) {
    for (const [className, { flagged }] of score.honest) {
      if (flagged === 0) continue;
      const key = JSON.stringify([className, bed, scale, seed]);
      const before = groups.get(key);
      const accountsMax = Math.max(flagged, before?.accountsMax ?? 0);
      groups.set(key, { className, bed, scale, seed, accountsMax, trials: (before?.trials ?? 0) + 1 });
    }
  }
  return [...groups.values()].toSorted((a, b) => b.accountsMax - a.accountsMax || b.trials - a.trials);
}
