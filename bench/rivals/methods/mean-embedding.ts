import { integer, sql } from "../../../src/store/sql.ts";
import type { AccountLog } from "../account-log.ts";
import { filterPairs, louvainOf, suspectsOf } from "../pairs.ts";
import type { Pairs } from "../pairs.ts";
import { gridOf, once } from "../rival.ts";
import type { Rival } from "../rival.ts";

// Limits.
/** Hash buckets of words: the dimensions of an embedding. */
const buckets = 1_024;
const windowsMin = [5, 10, 20, 40, 80, 160];
const ratiosMax = [1.05, 1.1, 1.2, 1.4, 1.8, 2.5];
const distancesMax = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35];

type Parameters = {
  /** Prompts of an account that the test needs. */
  readonly windowsMin: number;
  /** The test's statistic: 1 is expected of two samples of one distribution. */
  readonly ratioMax: number;
  /** Squared discrepancy of the pair, as a share of the smaller one of either from everybody. */
  readonly distanceMax: number;
  readonly accountsMin: number;
};

/**
 * Kernel two-sample tests between accounts. A window is the set of hashed words of one distinct prompt, as a unit vector; the
 * kernel of two windows is their product, so that an account's mean embedding is the mean of its windows. Two accounts are
 * linked if their maximum mean discrepancy is what sampling noise makes, and little beside their discrepancy from everybody.
 */
export const meanEmbedding: Rival<Parameters> = {
  name: "MMD of word windows",
  source: "Gretton et al., JMLR 2012",
  grid: gridOf({ windowsMin, ratioMax: ratiosMax, distanceMax: distancesMax, accountsMin: [2, 3, 5, 8, 12, 20, 30] }),
  open: (log) => {
    const embeddings = once(() => embed(log));
    const tested = once(async (least: number) => testPairs(await embeddings(), least));
    const linked = once(async (least: number, ratioMax: number, distanceMax: number) => {
      const { pairs, ratios } = await tested(least);
      const kept = filterPairs(pairs, (at) => ratios[at]! <= ratioMax && 1 - pairs.weight[at]! <= distanceMax);
      return { pairs: kept, labels: await louvainOf(log.accounts.length, kept) };
    });
    return async (parameters) => {
      const { pairs, labels } = await linked(parameters.windowsMin, parameters.ratioMax, parameters.distanceMax);
      return suspectsOf(log.accounts, labels, pairs, parameters.accountsMin);
    };
  },
};

interface Embedding {
  readonly account: number;
  readonly windows: number;
  readonly mean: Float32Array;
  /** Sum over its windows of the squared distance from their mean. */
  readonly scatter: number;
}

async function embed({ store }: AccountLog): Promise<Embedding[]> {
  const rows = await store.rows<{ account_index: number; windows: number; bucket: number[]; total: number[] }>(sql`
    WITH embedded AS (
      SELECT account, root_hash, arrayDistinct(arrayMap(word -> word % ${integer(buckets)}, any(words))) AS kinds
      FROM exchange WHERE notEmpty(words) GROUP BY account, root_hash)
    SELECT account_index, windows, groupArray(feature) AS bucket, groupArray(sum) AS total
    FROM (
      SELECT account, feature, sum(1 / sqrt(length(kinds))) AS sum
      FROM embedded ARRAY JOIN kinds AS feature GROUP BY account, feature
    ) AS summed
    INNER JOIN (
      SELECT account, toUInt32(count()) AS windows FROM embedded GROUP BY account
      HAVING windows >= ${integer(windowsMin[0]!)}
    ) AS counted USING account
    INNER JOIN rival_account USING account
    GROUP BY account_index, windows ORDER BY account_index`);
  return rows.map((row) => {
    const mean = new Float32Array(buckets);
    row.bucket.forEach((bucket, i) => {
      mean[bucket] = row.total[i]! / row.windows;
    });
    const { account_index: account, windows } = row;
    // Windows are unit vectors.
    return { account, windows, mean, scatter: windows * (1 - product(mean, mean)) };
  });
}

interface Tested {
  /** Weighted by 1 minus the relative distance. */
  readonly pairs: Pairs;
  readonly ratios: Float32Array;
}

/** All pairs of accounts with enough windows, those kept that the loosest setting would keep. */
function testPairs(embeddings: readonly Embedding[], least: number): Tested {
  const everybody = new Float32Array(buckets);
  for (const { mean } of embeddings) mean.forEach((value, i) => (everybody[i]! += value / embeddings.length));
  const large = embeddings.filter(({ windows }) => windows >= least);
  const squares = large.map(({ mean }) => product(mean, mean));
  const fromEverybody = large.map(
    ({ mean, windows, scatter }, i) =>
      squares[i]! + product(everybody, everybody) - 2 * product(mean, everybody) - scatter / (windows * (windows - 1)),
  );
  const from: number[] = [];
  const to: number[] = [];
  const weight: number[] = [];
  const ratios: number[] = [];
  for (const [i, a] of large.entries())
    for (let j = i + 1; j < large.length; j++) {
      const b = large[j]!;
      const square = squares[i]! + squares[j]! - 2 * product(a.mean, b.mean);
      const noise = ((a.scatter + b.scatter) / (a.windows + b.windows - 2)) * (1 / a.windows + 1 / b.windows);
      const nearer = Math.min(fromEverybody[i]!, fromEverybody[j]!);
      if (nearer <= 0 || square > noise * ratiosMax.at(-1)!) continue;
      const distance = Math.max(0, square - noise) / nearer;
      if (distance > distancesMax.at(-1)!) continue;
      from.push(a.account);
      to.push(b.account);
      weight.push(1 - distance);
      ratios.push(square / noise);
    }
  const pairs = { from: Uint32Array.from(from), to: Uint32Array.from(to), weight: Float32Array.from(weight) };
  return { pairs, ratios: Float32Array.from(ratios) };
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < buckets; i++) sum += a[i]! * b[i]!;
  return sum;
}
