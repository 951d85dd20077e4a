import { assertNever } from "../../../src/kit/assert.ts";
import { integer, sql } from "../../../src/store/sql.ts";
import type { Sql } from "../../../src/store/sql.ts";
import type { AccountLog } from "../account-log.ts";
import { componentsOf, suspectsOf } from "../pairs.ts";
import { gridOf, once } from "../rival.ts";
import type { Rival } from "../rival.ts";

// Limits.
/** Templates of more accounts than this are never read: a published client's. */
const templateAccountsMax = 2_000;

/** What must be equal: the system prompt with numbers alike, it and the tools, all pieces of the prompt, or any one piece. */
const templates = ["system", "system-and-tools", "skeleton", "piece"] as const;
type Template = (typeof templates)[number];

type Parameters = {
  readonly template: Template;
  readonly accountsMin: number;
  readonly accountsMax: number;
  /** Exchanges of an account with the template, and their share of all of its exchanges. */
  readonly usesMin: number;
  readonly shareMin: number;
};

/** Accounts that send exactly the same template, numbers aside; those that several templates link are one cluster. */
export const exactTemplate: Rival<Parameters> = {
  name: "exact-template clusters",
  source: "Gao et al., IMC 2010 (clusters of equal posts)",
  grid: gridOf({
    template: templates,
    accountsMin: [2, 3, 5, 8, 12, 20, 30, 45],
    accountsMax: [30, 100, 300, templateAccountsMax],
    usesMin: [1, 5, 20, 60],
    shareMin: [0, 0.1, 0.3, 0.7],
  }),
  open: (log) => {
    const uses = once((template: Template) => loadUses(log, template));
    return async ({ template, accountsMin, accountsMax, usesMin, shareMin }) => {
      const from: number[] = [];
      const to: number[] = [];
      const weight: number[] = [];
      for (const row of await uses(template)) {
        const holders = row.accounts.flatMap((account, i) =>
          row.uses[i]! >= usesMin && row.shares[i]! >= shareMin ? [{ account, uses: row.uses[i]! }] : [],
        );
        if (holders.length < accountsMin || row.accounts.length > accountsMax) continue;
        // A chain is enough to make them one component.
        holders.slice(1).forEach((holder, i) => {
          from.push(holders[i]!.account);
          to.push(holder.account);
          weight.push(Math.min(holders[i]!.uses, holder.uses));
        });
      }
      const pairs = {
        from: Uint32Array.from(from),
        to: Uint32Array.from(to),
        weight: Float32Array.from(weight),
      };
      return suspectsOf(log.accounts, componentsOf(log.accounts.length, pairs), pairs, accountsMin);
    };
  },
};

interface TemplateRow {
  readonly accounts: readonly number[];
  readonly uses: readonly number[];
  readonly shares: readonly number[];
}

function loadUses({ store }: AccountLog, template: Template): Promise<TemplateRow[]> {
  return store.rows<TemplateRow>(sql`
    SELECT groupArray(account_index) AS accounts, groupArray(times) AS uses, groupArray(times / exchanges) AS shares
    FROM (
      SELECT account, key, toUInt32(count()) AS times
      FROM (SELECT account, arrayJoin(${keysOf(template)}) AS key FROM exchange)
      GROUP BY account, key
    ) AS used
    INNER JOIN rival_account USING account
    INNER JOIN (SELECT account, count() AS exchanges FROM exchange GROUP BY account) AS total USING account
    GROUP BY key HAVING length(accounts) BETWEEN 2 AND ${integer(templateAccountsMax)}
    ORDER BY key`);
}

function keysOf(template: Template): Sql {
  switch (template) {
    case "system":
      return sql`if(system_hash = 0, [], [system_hash])`;
    case "system-and-tools":
      return sql`if(system_hash = 0 AND tools_hash = 0, [], [cityHash64(system_hash, tools_hash)])`;
    case "skeleton":
      return sql`if(empty(template), [], [cityHash64(template)])`;
    case "piece":
      return sql`template`;
    default:
      return assertNever(template, "kind of template");
  }
}
