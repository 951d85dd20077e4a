import { METHOD_VERSION } from "../../src/detect/method.ts";
import type { Interval } from "../../src/cli/evaluate/interval.ts";
import { wilson } from "../../src/cli/evaluate/interval.ts";
import { titleOfLack, lacks } from "./fields.ts";
import type { Lack } from "./fields.ts";
import type { Kind } from "./hand.ts";
import type { CandidateRecord, LogRecord, Outcome } from "./record.ts";

// Limits.
/** Groups that no one hand runs, and that came nearest to being found, are told one by one: so many of each kind. */
const nearestMax = 8;
/** An e-value of ten to the power of `k` or more may come up in one of ten to the power of `k` groups at most (Markov). */
const exceedances = [1, 2, 3, 4] as const;

/** Shares of a group that its largest operator must run: how much hangs on where the line is drawn. */
const shareMins = [0.9, 0.8, 0.7, 0.5] as const;

/** A share of logs, or the mean over logs of a share, with an interval at 95 %. */
export interface Realised {
  readonly mean: number;
  readonly interval: Interval;
}

/** Means over logs of the share of false ones among the groups found; a log in which none is found counts as zero. */
export interface FalseShares {
  /** False is what no one hand runs: strangers, and mixtures of hands. */
  readonly wrong: Realised;
  /** False are strangers alone. */
  readonly strangers: Realised;
  /** Groups found over all logs. */
  readonly groups: Outcome["passed"];
}

export interface RateSummary {
  readonly rate: number;
  /** By e-BH alone, and by the rules on families as well. */
  readonly passed: FalseShares;
  readonly coordinated: FalseShares;
  /** Logs with at least one group that is convicted. */
  readonly convicted: Realised;
}

/** The same question asked more leniently: false is a group of which no operator runs `shareMin`. At the rate that ships. */
export interface LenienceSummary {
  readonly shareMin: number;
  readonly wrong: Realised;
}

export interface LackSummary {
  readonly lack: Lack;
  readonly title: string;
  readonly logs: number;
  readonly candidates: number;
  readonly campaigns: number;
  /** At the rate that ships, and the same logs with nothing missing. */
  readonly lacking: RateSummary;
  readonly whole: RateSummary;
}

/** Large logs that lack the same: how many of their accounts stand in a campaign. */
export interface LargeSummary {
  readonly lack: Lack;
  readonly logs: number;
  readonly accounts: number;
  readonly convicted: number;
}

/** E-values of groups of one kind. */
export interface EValueSummary {
  readonly kind: Kind;
  readonly groups: number;
  readonly coordinated: number;
  /** Share of the groups with a log10 e-value of at least `logE`, and what an e-value allows. */
  readonly exceedances: readonly { readonly logE: number; readonly share: number; readonly allowed: number }[];
  readonly meanE: number;
}

type Place = Pick<LogRecord, "world" | "seed" | "lack">;
export type NearGroup = CandidateRecord & Place;

export interface BoundSummary {
  /** Version of the method that judged. */
  readonly method: string;
  /** The rate that ships. */
  readonly shipped: number;
  readonly logs: number;
  /** Whole logs of each kind, at the rate that ships. */
  readonly worlds: readonly { readonly name: string; readonly logs: number; readonly shipped: RateSummary }[];
  /** Means per log. */
  readonly accounts: number;
  readonly exchanges: number;
  readonly rates: readonly RateSummary[];
  readonly lenience: readonly LenienceSummary[];
  readonly lacks: readonly LackSummary[];
  readonly large: readonly LargeSummary[];
  /** Campaigns that scans reported, of small and large logs, of whole logs and of others: every one of them is false. */
  readonly campaigns: readonly (LogRecord["campaigns"][number] & Place)[];
  /** Of whole logs. */
  readonly kinds: readonly EValueSummary[];
  readonly nearest: readonly NearGroup[];
}

export function summarise(all: readonly LogRecord[], shipped: number): BoundSummary {
  const records = all.filter(({ large }) => !large);
  const whole = records.filter(({ lack }) => lack === "nothing");
  const candidates = whole.flatMap((record) => record.candidates);
  const worlds = [...new Set(whole.map(({ world }) => world))];
  return {
    method: METHOD_VERSION,
    shipped,
    logs: whole.length,
    worlds: worlds.map((name) => {
      const ofKind = whole.filter(({ world }) => world === name);
      return { name, logs: ofKind.length, shipped: rateAt(ofKind, shipped) };
    }),
    accounts: Math.round(mean(whole.map(({ accounts }) => accounts))),
    exchanges: Math.round(mean(whole.map(({ exchanges }) => exchanges))),
    rates: ratesOf(whole),
    lenience: shareMins.map((shareMin) => ({
      shareMin,
      wrong: realised(whole.map((log) => shareBelow(log, shareMin))),
    })),
    lacks: lacks.filter((lack) => lack !== "nothing").map((lack) => summariseLack(records, lack, shipped)),
    large: lacks.map((lack) => largeOf(all, lack)).filter(({ logs }) => logs > 0),
    campaigns: all.flatMap(({ world, seed, lack, campaigns }) =>
      campaigns.map((campaign) => ({ world, seed, lack, ...campaign })),
    ),
    kinds: (["hand", "mixed", "strangers"] as const).map((kind) => eValuesOf(kind, candidates)),
    nearest: [...nearestOf("strangers", whole), ...nearestOf("mixed", whole)],
  };
}

function summariseLack(records: readonly LogRecord[], lack: Lack, shipped: number): LackSummary {
  const lacking = records.filter((record) => record.lack === lack);
  const seeds = new Set(lacking.map(({ seed }) => seed));
  return {
    lack,
    title: titleOfLack(lack),
    logs: lacking.length,
    candidates: lacking.reduce((sum, { candidates }) => sum + candidates.length, 0),
    campaigns: lacking.reduce((sum, { campaigns }) => sum + campaigns.length, 0),
    lacking: rateAt(lacking, shipped),
    whole: rateAt(
      records.filter((record) => record.lack === "nothing" && seeds.has(record.seed)),
      shipped,
    ),
  };
}

function largeOf(records: readonly LogRecord[], lack: Lack): LargeSummary {
  const logs = records.filter((record) => record.large && record.lack === lack);
  return {
    lack,
    logs: logs.length,
    accounts: logs.reduce((sum, { accounts }) => sum + accounts, 0),
    convicted: logs.flatMap(({ campaigns }) => campaigns).reduce((sum, { accounts }) => sum + accounts, 0),
  };
}

function ratesOf(records: readonly LogRecord[]): RateSummary[] {
  const tried = new Set(records.flatMap(({ outcomes }) => outcomes.map(({ rate }) => rate)));
  return [...tried].map((rate) => rateAt(records, rate));
}

function rateAt(records: readonly LogRecord[], rate: number): RateSummary {
  return rateOf(
    records.flatMap(({ outcomes }) => outcomes.filter((outcome) => outcome.rate === rate)),
    rate,
  );
}

/** @param outcomes at one rate, one per log. */
export function rateOf(outcomes: readonly Outcome[], rate: number): RateSummary {
  return {
    rate,
    passed: falseShares(outcomes.map(({ passed }) => passed)),
    coordinated: falseShares(outcomes.map(({ coordinated }) => coordinated)),
    convicted: realised(outcomes.map(({ convicted }) => (convicted.groups > 0 ? 1 : 0))),
  };
}

function falseShares(found: readonly Outcome["passed"][]): FalseShares {
  const total = (of: (tally: Outcome["passed"]) => number): number => found.reduce((sum, tally) => sum + of(tally), 0);
  return {
    wrong: realised(found.map(({ groups, mixed, strangers }) => (mixed + strangers) / Math.max(groups, 1))),
    strangers: realised(found.map(({ groups, strangers }) => strangers / Math.max(groups, 1))),
    groups: {
      groups: total(({ groups }) => groups),
      mixed: total(({ mixed }) => mixed),
      strangers: total(({ strangers }) => strangers),
    },
  };
}

function shareBelow({ candidates }: LogRecord, shareMin: number): number {
  const found = candidates.filter(({ coordinated }) => coordinated);
  return found.filter(({ handShare }) => handShare < shareMin).length / Math.max(found.length, 1);
}

/** Wilson's interval is meant for hits; for other shares of the same mean it is too wide, which is the safe side. */
function realised(shares: readonly number[]): Realised {
  const hits = shares.reduce((sum, share) => sum + share, 0);
  return { mean: mean(shares), interval: wilson(hits, shares.length) };
}

export function eValuesOf(
  kind: Kind,
  candidates: readonly Pick<CandidateRecord, "kind" | "logE" | "coordinated">[],
): EValueSummary {
  const ofKind = candidates.filter((candidate) => candidate.kind === kind);
  return {
    kind,
    groups: ofKind.length,
    coordinated: ofKind.filter(({ coordinated }) => coordinated).length,
    exceedances: exceedances.map((logE) => ({
      logE,
      share: mean(ofKind.map((candidate) => (candidate.logE >= logE ? 1 : 0))),
      allowed: 10 ** -logE,
    })),
    meanE: mean(ofKind.map(({ logE }) => 10 ** logE)),
  };
}

/** Of nested groups that read the same only the most suspect is told. */
function nearestOf(kind: Kind, records: readonly LogRecord[]): NearGroup[] {
  const groups = records
    .flatMap(({ world, seed, lack, candidates }) =>
      candidates.map((candidate) => ({ world, seed, lack, ...candidate })),
    )
    .filter((candidate) => candidate.kind === kind)
    .sort((a, b) => Number(b.coordinated) - Number(a.coordinated) || b.logE - a.logE);
  const told = new Map<string, NearGroup>();
  for (const group of groups) {
    const key = `${group.world}/${group.seed}/${group.classes}`;
    if (!told.has(key)) told.set(key, group);
  }
  return [...told.values()].slice(0, nearestMax);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
