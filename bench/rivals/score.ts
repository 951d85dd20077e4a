import type { Truth } from "../../src/model/truth.ts";

/** What a method answered on one world: whom it acts on, and which groups it reports (an account stands in one at most). */
export interface Answer {
  readonly flagged: ReadonlySet<string>;
  readonly clusters: ReadonlyMap<string, string>;
}

/** Rates are 0 to 1; `null` where there is nothing to divide by. */
export interface Score {
  readonly recall: number | null;
  readonly falsePositiveRate: number | null;
  readonly honestFlagged: number;
  /** B-cubed over true campaigns and reported groups; an honest account in a group counts against precision. */
  readonly bcubedPrecision: number | null;
  readonly bcubedRecall: number | null;
}

/** Compares an answer with the labels. The definitions are those of the evaluation that the project is judged by. */
export function score(truth: readonly Truth[], { flagged, clusters }: Answer): Score {
  const distillers = truth.filter((entry) => entry.label === "distiller");
  const honest = truth.filter((entry) => entry.label === "honest");
  const count = (entries: readonly Truth[]): number => entries.filter((entry) => flagged.has(entry.account)).length;
  const campaigns = new Map(truth.map((entry) => [entry.account, entry.campaign]));
  return {
    recall: quotient(count(distillers), distillers.length),
    falsePositiveRate: quotient(count(honest), honest.length),
    honestFlagged: count(honest),
    bcubedPrecision: meanShare(
      [...clusters.keys()],
      (account) => clusters.get(account),
      (account) => campaigns.get(account),
    ),
    bcubedRecall: meanShare(
      distillers.map((entry) => entry.account),
      (account) => campaigns.get(account),
      (account) => clusters.get(account),
    ),
  };
}

/**
 * For every account, the share of those in its block that also share its category with it, on average. Accounts without a
 * category share it with nobody.
 */
function meanShare(
  accounts: readonly string[],
  blockOf: (account: string) => string | undefined,
  categoryOf: (account: string) => string | undefined,
): number | null {
  const blocks = new Map<string, { size: number; readonly categories: Map<string, number> }>();
  for (const account of accounts) {
    const name = blockOf(account);
    if (name === undefined) continue;
    const block = blocks.get(name) ?? { size: 0, categories: new Map<string, number>() };
    blocks.set(name, block);
    block.size++;
    const category = categoryOf(account);
    if (category !== undefined) block.categories.set(category, (block.categories.get(category) ?? 0) + 1);
  }
  let sum = 0;
  for (const { size, categories } of blocks.values())
    for (const shared of categories.values()) sum += (shared * shared) / size;
  return quotient(sum, accounts.length);
}

function quotient(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
