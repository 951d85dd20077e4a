import { averageLogE, geometricLogE, hedgedLogE } from "../../math/e-value.ts";
import type { Nulls } from "../calibration/nulls.ts";
import {
  concentrationsAbove,
  concentrationsBelow,
  logLikelihood,
  logOrdinaryHours,
  meanShares,
} from "../calibration/nulls.ts";
import { clampLogE } from "../family.ts";
import type { Finding } from "../family.ts";
import type { CountTable, FeatureKind } from "../observation/count-table.ts";
import type { Observation } from "../observation/observation.ts";

/*
 * Twins. Accounts that are fed from one queue are samples of one distribution: what they ask for differs by sampling noise
 * only. Honest accounts are idiosyncratic: each has a distribution of its own.
 *
 * Null: the members' counts over a feature follow Dirichlet-multinomials around the group's mean, as wide apart as the
 * members of ordinary groups of this log are (`Nulls.concentration`). Alternative: closer together than that, by any factor from
 * two on, averaged. The mean is fixed on half 0, the likelihood ratio is taken on half 1, so it is an e-value (Grünwald et al.
 * 2024, "Safe testing"); where both halves judge, it is taken on either with the mean of the other, and averaged. A task counts once, however many turns or samples it took.
 * Topic, stream and length of one task depend on each other, so the features' e-values are averaged (geometrically):
 * those of the work alone, and all of them; of the two e-values the mean is taken.
 */

/** Likeness of fewer accounts is chance. */
const accountsMin = 3;

/** What is asked for and what comes back. */
const work: readonly FeatureKind[] = ["stream", "topic", "output"];
/** And how: a campaign can give each account parameters and a model of its own, and harvest the same. */
const kinds: readonly FeatureKind[] = [...work, "params", "model"];

const names: Readonly<Record<FeatureKind, string>> = {
  stream: "mix of templates",
  topic: "topics",
  params: "parameters and tools",
  model: "models",
  output: "answer lengths",
  hour: "hours",
  intent: "mix of purposes",
  release: "days on a new model",
};

export function judgeTwins(observation: Observation, nulls: Nulls): Finding {
  const compared = kinds.flatMap((kind) => {
    const logE = likenessLogE(observation, nulls, kind);
    return logE === null ? [] : [{ kind, logE }];
  });
  if (compared.length === 0) return { family: "twins", logE: 0, evidence: [] };
  const ofWork = compared.filter(({ kind }) => work.includes(kind));
  const logE = hedgedLogE(
    averageLogE([ofWork, compared].map((entries) => geometricLogE(entries.map((entry) => entry.logE)))),
  );
  const alike = compared.filter((entry) => entry.logE >= 1).sort((a, b) => b.logE - a.logE);
  const unlike = compared.filter((entry) => entry.logE <= -1).sort((a, b) => a.logE - b.logE);
  const accounts = observation.members.length;
  const evidence = [];
  if (alike.length > 0)
    evidence.push({
      signal: "twins" as const,
      summary: `${accounts} accounts are as alike in their ${listed(alike)} as samples of one source; strangers who share a template differ`,
      strength: Math.max(logE, 0),
      accounts,
      against: false,
    });
  if (unlike.length > 0)
    evidence.push({
      signal: "twins" as const,
      summary: `the accounts differ in their ${listed(unlike)} as independent customers do`,
      strength: Math.min(-unlike[0]!.logE, 6),
      accounts,
      against: true,
    });
  return { family: "twins", logE, evidence };
}

/** log10 of the likelihood ratio for one feature; null where the log does not carry it or it takes one value only. */
export function likenessLogE(observation: Observation, nulls: Nulls, kind: FeatureKind): number | null {
  const table = observation.features[kind];
  const judging: readonly (0 | 1)[] = observation.candidate.whole ? [0, 1] : [1];
  const isOfHours = kind === "hour";
  const logs = judging.flatMap((half) => halfLogE(table, half, nulls.concentration[kind], isOfHours) ?? []);
  return logs.length === 0 ? null : averageLogE(logs);
}

/** By the tasks of one half, around the mean of the other. */
function halfLogE(table: CountTable, half: 0 | 1, ordinary: number, isOfHours: boolean): number | null {
  if (table.columns < 2) return null;
  const shares = meanShares(table, half === 1 ? 0 : 1);
  const judged = table.halves[half].filter((row) => row.some((count) => count > 0));
  if (judged.length < accountsMin) return null;
  const own = isOfHours ? logOrdinaryHours(judged, shares, ordinary) : logLikelihood(judged, shares, ordinary);
  const against = (concentrations: readonly number[]): number =>
    averageLogE(concentrations.map((value) => (logLikelihood(judged, shares, value) - own) / Math.LN10));
  // Members that differ more than ordinary ones speak against a queue; such as differ like ordinary ones say nothing.
  const apart = clampLogE(against(concentrationsBelow(ordinary)));
  return apart >= 1 ? -apart : hedgedLogE(clampLogE(against(concentrationsAbove(ordinary))));
}

const listed = (entries: readonly { kind: FeatureKind }[]): string =>
  entries.map((entry) => names[entry.kind]).join(", ");
