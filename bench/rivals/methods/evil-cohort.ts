import { loadIncidence, similarPairs } from "../incidence.ts";
import { filterPairs, louvainOf, suspectsOf } from "../pairs.ts";
import { gridOf, once } from "../rival.ts";
import type { Rival } from "../rival.ts";

const kinds = ["address", "network"] as const;
type Kind = (typeof kinds)[number];

type Parameters = {
  readonly by: Kind;
  /** Addresses of more accounts than this link nobody: a limit that the paper does not need and that helps it here. */
  readonly addressAccountsMax: number;
  /** Addresses that two accounts must share: the paper's s. */
  readonly sharedMin: number;
  readonly accountsMin: number;
};

/** Accounts that are used from the same addresses: a graph weighted by the addresses shared, cut, and Louvain's method. */
export const evilCohort: Rival<Parameters> = {
  name: "EvilCohort",
  source: "Stringhini et al., USENIX Security 2015",
  grid: gridOf({
    by: kinds,
    addressAccountsMax: [5, 20, 100, 1_000],
    sharedMin: [1, 2, 3, 4, 6, 9, 14, 20],
    accountsMin: [2, 3, 5, 10, 20, 40, 80],
  }),
  open: (log) => {
    const incidences = once((by: Kind) => loadIncidence(log, by));
    const sharing = once(async (by: Kind, addressAccountsMax: number) => {
      const incidence = await incidences(by);
      const links = incidence.token.map((token) => (incidence.accountsByToken[token]! <= addressAccountsMax ? 1 : 0));
      return similarPairs(incidence, Float32Array.from(links), 1);
    });
    const cohorts = once(async (by: Kind, addressAccountsMax: number, sharedMin: number) => {
      const all = await sharing(by, addressAccountsMax);
      const pairs = filterPairs(all, (at) => all.weight[at]! >= sharedMin);
      return { pairs, labels: await louvainOf(log.accounts.length, pairs) };
    });
    return async ({ by, addressAccountsMax, sharedMin, accountsMin }) => {
      const { pairs, labels } = await cohorts(by, addressAccountsMax, sharedMin);
      return suspectsOf(log.accounts, labels, pairs, accountsMin);
    };
  },
};
