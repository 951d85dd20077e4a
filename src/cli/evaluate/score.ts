import type { AccountScore, Campaign, Family } from "../../model/report.ts";
import { FAMILIES } from "../../model/report.ts";
import type { Truth } from "../../model/truth.ts";

/** What a detector said about one log. */
export interface Answer {
  /** Of every account that it found suspect at all. */
  readonly scores: readonly AccountScore[];
  readonly campaigns: readonly Pick<Campaign, "id" | "accounts" | "without">[];
}

export interface Tally {
  readonly accounts: number;
  readonly flagged: number;
}

/** How well an answer fits the labels. Shares are from 0 to 1, `null` where there is nothing to share. */
export interface Score {
  readonly accounts: number;
  readonly distillers: number;
  readonly flagged: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly falsePositiveRate: number;
  readonly honest: ReadonlyMap<string, Tally>;
  /** Recall where the threshold lets at most this share of the honest accounts pass. */
  readonly recallAtFalsePositiveRate: ReadonlyMap<number, number>;
  /** Bagga and Baldwin 1998, over the accounts that are in a campaign, true or predicted. */
  readonly bcubed: { readonly precision: number | null; readonly recall: number | null };
  readonly campaigns: ReadonlyMap<string, Tally>;
  readonly overMerging: OverMerging;
  /** Recall if the accounts of campaigns that fall without one family are let go. */
  readonly recallWithout: Readonly<Record<Family, number | null>>;
}

export interface OverMerging {
  readonly predicted: number;
  /** Predicted campaigns that hold accounts of several true ones. */
  readonly merged: number;
  /** Predicted campaigns with an honest account in them. */
  readonly withHonest: number;
  /** True campaigns that were found in several pieces. */
  readonly split: number;
}

/** Flagged are the accounts whose proposed action is anything but `observe`. */
export function flaggedAccounts(scores: readonly AccountScore[]): Set<string> {
  return new Set(scores.flatMap(({ account, action }) => (action === "observe" ? [] : account)));
}

const RATES: readonly number[] = [1e-2, 1e-3, 1e-4];

export function scoreAnswer(truth: readonly Truth[], answer: Answer): Score {
  const flagged = flaggedAccounts(answer.scores);
  const distillers = truth.filter(({ label }) => label === "distiller");
  const honest = truth.filter(({ label }) => label === "honest");
  const caught = distillers.filter(({ account }) => flagged.has(account)).length;
  const wronged = honest.filter(({ account }) => flagged.has(account)).length;
  return {
    accounts: truth.length,
    distillers: distillers.length,
    flagged: flagged.size,
    recall: ratio(caught, distillers.length),
    precision: flagged.size === 0 ? null : ratio(caught, caught + wronged),
    falsePositiveRate: ratio(wronged, honest.length) ?? 0,
    honest: tallyBy(honest, (row) => row.class, flagged),
    recallAtFalsePositiveRate: rankedRecall(distillers, honest, answer.scores),
    bcubed: bcubed(truth, answer.campaigns),
    campaigns: tallyBy(distillers, (row) => row.campaign ?? "", flagged),
    overMerging: overMerging(truth, answer.campaigns),
    recallWithout: recallWithout(distillers, flagged, answer.campaigns),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function tallyBy(
  rows: readonly Truth[],
  key: (row: Truth) => string,
  flagged: ReadonlySet<string>,
): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const row of rows) {
    const { accounts, flagged: hits } = tallies.get(key(row)) ?? { accounts: 0, flagged: 0 };
    tallies.set(key(row), { accounts: accounts + 1, flagged: hits + (flagged.has(row.account) ? 1 : 0) });
  }
  return tallies;
}

function rankedRecall(
  distillers: readonly Truth[],
  honest: readonly Truth[],
  scores: readonly AccountScore[],
): Map<number, number> {
  const recalls = new Map<number, number>();
  if (scores.length === 0 || distillers.length === 0) return recalls;
  const scoreOf = new Map(scores.map(({ account, score }) => [account, score]));
  const ofHonest = honest.map(({ account }) => scoreOf.get(account) ?? 0).toSorted((a, b) => b - a);
  for (const rate of RATES) {
    // So many honest accounts may stand above the threshold, and the next one sets it.
    const threshold = ofHonest[Math.floor(rate * ofHonest.length)] ?? 0;
    const above = distillers.filter(({ account }) => (scoreOf.get(account) ?? 0) > threshold);
    recalls.set(rate, above.length / distillers.length);
  }
  return recalls;
}

/** For each predicted campaign, how many of its accounts belong to which true one; honest accounts under `null`. */
function crossing(truth: readonly Truth[], campaigns: Answer["campaigns"]): Map<string | null, number>[] {
  const campaignOf = new Map(truth.map(({ account, campaign }) => [account, campaign ?? null]));
  return campaigns.map(({ accounts }) => {
    const counts = new Map<string | null, number>();
    for (const account of accounts) {
      const campaign = campaignOf.get(account) ?? null;
      counts.set(campaign, (counts.get(campaign) ?? 0) + 1);
    }
    return counts;
  });
}

function bcubed(truth: readonly Truth[], campaigns: Answer["campaigns"]): Score["bcubed"] {
  const sizes = new Map<string, number>();
  for (const { label, campaign } of truth)
    if (label === "distiller" && campaign !== undefined) sizes.set(campaign, (sizes.get(campaign) ?? 0) + 1);
  let precision = 0;
  let recall = 0;
  let predicted = 0;
  for (const counts of crossing(truth, campaigns)) {
    const size = [...counts.values()].reduce((sum, count) => sum + count, 0);
    predicted += size;
    for (const [campaign, count] of counts) {
      // Each of `count` accounts finds `count` of its own kind about it; an honest one earns nothing.
      if (campaign === null) continue;
      precision += (count * count) / size;
      recall += (count * count) / (sizes.get(campaign) ?? 1);
    }
  }
  const distillers = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return {
    precision: predicted === 0 ? null : precision / predicted,
    recall: distillers === 0 ? null : recall / distillers,
  };
}

function overMerging(truth: readonly Truth[], campaigns: Answer["campaigns"]): OverMerging {
  const crossed = crossing(truth, campaigns);
  const pieces = new Map<string, number>();
  for (const counts of crossed)
    for (const campaign of counts.keys()) if (campaign !== null) pieces.set(campaign, (pieces.get(campaign) ?? 0) + 1);
  const truePerPredicted = crossed.map((counts) => [...counts.keys()].filter((campaign) => campaign !== null).length);
  return {
    predicted: campaigns.length,
    merged: truePerPredicted.filter((campaignCount) => campaignCount > 1).length,
    withHonest: crossed.filter((counts) => counts.has(null)).length,
    split: [...pieces.values()].filter((pieceCount) => pieceCount > 1).length,
  };
}

function recallWithout(
  distillers: readonly Truth[],
  flagged: ReadonlySet<string>,
  campaigns: Answer["campaigns"],
): Score["recallWithout"] {
  const recall = (family: Family): number | null => {
    const fallen = new Set(
      campaigns.flatMap(({ accounts, without }) =>
        without.some((left) => left.family === family && !left.convicted) ? accounts : [],
      ),
    );
    const kept = distillers.filter(({ account }) => flagged.has(account) && !fallen.has(account));
    return ratio(kept.length, distillers.length);
  };
  return byFamily(recall);
}

export function byFamily<T>(value: (family: Family) => T): Record<Family, T> {
  const [continuation, partition, twins, regularity, infrastructure, intent] = FAMILIES;
  return {
    continuation: value(continuation),
    partition: value(partition),
    twins: value(twins),
    regularity: value(regularity),
    infrastructure: value(infrastructure),
    intent: value(intent),
  };
}
