import type { Truth } from "../../src/model/truth.ts";

/** A group counts as run by one hand if at least this share of its accounts has the same operator: "all, or nearly all". */
const oneHandShareMin = 0.9;
/** And as a mixture of hands from this share on. */
const mixedShareMin = 0.5;

/**
 * Classes of which a simulated world of our size holds a single group, of which every account is rotated by one reseller. Nothing
 * in an account's facts says which group it belongs to, so this would have to change for worlds with several relays of a class.
 */
const oneOperatorClasses: ReadonlySet<string> = new Set(["relay", "relay-code", "relay-translation", "relay-one-shot"]);

/**
 * Classes of which each firm runs its own accounts by machine: its traffic is one hand's, that of two firms is not. People who
 * share an office, a course, an event or a home type for themselves, so they are no one hand; nor are evaluators, of whom only
 * the benchmark is common, nor volunteers, each of whom runs a project's script for himself. Of writing shops only some name a firm.
 */
const firmClasses: ReadonlySet<string> = new Set([
  "gateway",
  "gateway-failover",
  "synthetic-data",
  "undeclared-data",
  "aggregator",
  "production",
  "writing-shop",
]);

/** Who runs the accounts: a name by account, for accounts whose operator may have others. */
export type Operators = ReadonlyMap<string, string>;

/** @param organizations by account, as the facts give them before anything is dropped from the log */
export function operatorsOf(truth: readonly Truth[], organizations: ReadonlyMap<string, string>): Operators {
  return new Map(
    truth.flatMap((row): (readonly [string, string])[] => {
      if (oneOperatorClasses.has(row.class)) return [[row.account, row.class]];
      const firm = organizations.get(row.account);
      return firmClasses.has(row.class) && firm !== undefined ? [[row.account, `${row.class}/${firm}`]] : [];
    }),
  );
}

/** Shares of a group's accounts, 0 to 1. */
export interface Hands {
  /** Those that the largest operator runs; an account without an operator is its own. */
  readonly largest: number;
  /** Those whose operator runs another one in the group as well. */
  readonly several: number;
}

export function handsOf(accounts: readonly string[], operators: Operators): Hands {
  if (accounts.length === 0) return { largest: 0, several: 0 };
  const counts = new Map<string, number>();
  for (const account of accounts) {
    const operator = operators.get(account) ?? account;
    counts.set(operator, (counts.get(operator) ?? 0) + 1);
  }
  const held = [...counts.values()];
  return {
    largest: Math.max(...held) / accounts.length,
    several: held.filter((number) => number > 1).reduce((sum, number) => sum + number, 0) / accounts.length,
  };
}

/**
 * What a group is in truth. `hand`: one hand runs it. `mixed`: not one, but most of its accounts stand with others of the same
 * hand, so that they are not the independent customers of whom the null speaks, and yet no one queue. `strangers`: the rest.
 */
export type Kind = "hand" | "mixed" | "strangers";

export function kindOf({ largest, several }: Hands): Kind {
  if (largest >= oneHandShareMin) return "hand";
  return several >= mixedShareMin ? "mixed" : "strangers";
}

/** Accounts by class, the most frequent first: `relay 23, casual 1`. */
export function classesOf(accounts: readonly string[], classes: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>();
  for (const account of accounts) {
    const name = classes.get(account) ?? "unknown";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([name, number]) => `${name} ${number}`)
    .join(", ");
}
