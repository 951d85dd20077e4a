import { loadIncidence, similarPairs } from "../incidence.ts";
import type { Incidence } from "../incidence.ts";
import { filterPairs, louvainOf, suspectsOf } from "../pairs.ts";
import { gridOf, once } from "../rival.ts";
import type { Rival } from "../rival.ts";

const kinds = ["template", "words"] as const;
type Feature = (typeof kinds)[number];

// Limits.
const cutoffs = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** Less similar pairs are never kept. */
const cosineFloor = cutoffs[0]!;

type Parameters = {
  readonly features: Feature;
  /** Features of a larger share of the accounts are left out. */
  readonly accountsShareMax: number;
  /** Accounts with fewer features left are left out: two accounts with one feature are alike for nothing. */
  readonly featuresMin: number;
  readonly cosineMin: number;
  readonly accountsMin: number;
};

/** A network of accounts whose TF-IDF vectors are alike, and its communities. */
export const similarityNetwork: Rival<Parameters> = {
  name: "TF-IDF similarity network",
  source: "Pacheco et al., ICWSM 2021; Luceri et al., WWW 2024",
  grid: gridOf({
    features: kinds,
    accountsShareMax: [0.005, 0.02, 0.05, 0.1],
    featuresMin: [1, 5, 20, 60, 150],
    cosineMin: cutoffs,
    accountsMin: [2, 3, 5, 8, 12, 20],
  }),
  open: (log) => {
    const incidences = once((feature: Feature) => loadIncidence(log, feature));
    const similar = once(async (feature: Feature, accountsShareMax: number, featuresMin: number) => {
      const incidence = await incidences(feature);
      return similarPairs(incidence, weightsOf(incidence, accountsShareMax, featuresMin), cosineFloor);
    });
    const network = once(async (feature: Feature, accountsShareMax: number, featuresMin: number, cosineMin: number) => {
      const all = await similar(feature, accountsShareMax, featuresMin);
      const pairs = filterPairs(all, (at) => all.weight[at]! >= cosineMin);
      return { pairs, labels: await louvainOf(log.accounts.length, pairs) };
    });
    return async (parameters) => {
      const { accountsShareMax, featuresMin, cosineMin, accountsMin } = parameters;
      const { pairs, labels } = await network(parameters.features, accountsShareMax, featuresMin, cosineMin);
      return suspectsOf(log.accounts, labels, pairs, accountsMin);
    };
  },
};

/** TF-IDF (1 + log of uses, times log of accounts over holders), scaled so that every account's vector has length 1. */
function weightsOf(incidence: Incidence, accountsShareMax: number, featuresMin: number): Float32Array {
  const { accounts, offsets, token, uses, accountsByToken } = incidence;
  const weights = new Float32Array(token.length);
  for (let a = 0; a < accounts; a++) {
    let features = 0;
    let square = 0;
    for (let at = offsets[a]!; at < offsets[a + 1]!; at++) {
      const holders = accountsByToken[token[at]!]!;
      if (holders > accounts * accountsShareMax) continue;
      const weight = (1 + Math.log(uses[at]!)) * Math.log(accounts / holders);
      weights[at] = weight;
      square += weight * weight;
      features++;
    }
    const scale = features >= featuresMin && square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let at = offsets[a]!; at < offsets[a + 1]!; at++) weights[at]! *= scale;
  }
  return weights;
}
