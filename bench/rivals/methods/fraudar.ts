import { loadIncidence } from "../incidence.ts";
import { gridOf, once } from "../rival.ts";
import type { Rival, Suspect } from "../rival.ts";
import { peelBlocks } from "./peel.ts";

const columns = ["template", "words", "address", "network"] as const;
type Column = (typeof columns)[number];

// Limits.
const blocksMax = 12;

type Parameters = {
  readonly columns: Column;
  /** Densest blocks taken, one after the other. */
  readonly blocks: number;
  /** A block that is less dense ends the search: the paper takes the densest whatever its density. */
  readonly densityMin: number;
  readonly accountsMin: number;
};

/** Dense blocks of the bipartite graph of accounts and what they hold, where popular columns weigh little. */
export const fraudar: Rival<Parameters> = {
  name: "FRAUDAR",
  source: "Hooi et al., KDD 2016",
  grid: gridOf({
    columns,
    blocks: [1, 2, 3, 4, 6, 8, blocksMax],
    densityMin: [0, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 14],
    accountsMin: [1, 3, 10],
  }),
  open: (log) => {
    const blocksOf = once(async (column: Column) => {
      const { accounts, offsets, token, accountsByToken } = await loadIncidence(log, column);
      const owner = new Uint32Array(token.length);
      for (let a = 0; a < accounts; a++) owner.fill(a, offsets[a], offsets[a + 1]);
      const edges = { rows: accounts, columns: accountsByToken.length, row: owner, column: token };
      return peelBlocks(edges, blocksMax);
    });
    return async (parameters) => {
      const suspects = new Map<string, Suspect>();
      const blocks = (await blocksOf(parameters.columns)).slice(0, parameters.blocks);
      for (const [i, block] of blocks.entries()) {
        if (block.density < parameters.densityMin) break;
        if (block.rows.size < parameters.accountsMin) continue;
        for (const row of block.rows) {
          const account = log.accounts[row]!;
          if (!suspects.has(account)) suspects.set(account, { score: block.density, cluster: `block-${i + 1}` });
        }
      }
      return suspects;
    };
  },
};
