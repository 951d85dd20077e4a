import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Share } from "./harvest.ts";
import type { Member } from "./observation.ts";
import { Work } from "./work.ts";
import type { WorkCounts } from "./work.ts";

interface AccountRow {
  readonly account_index: number;
  readonly account: string;
  readonly exchanges: number;
  readonly tasks: number;
  readonly known: number;
  readonly created_ms: number | null;
  readonly organization: string;
  readonly email_domain: string;
  readonly email_shape: string;
  readonly verified: boolean | null;
  readonly declared_use: string;
}

/** What is known of an account, whichever candidate it stands in. */
export type KnownAccount = Pick<Member, "index" | "account" | "exchanges" | "tasks" | "facts">;
/** And what is counted of its part in a candidate's work. */
type CountedMember = KnownAccount & WorkCounts;

/** The accounts of the present candidates. */
export async function loadAccounts(store: Store): Promise<KnownAccount[]> {
  const rows = await store.rows<AccountRow>(sql`
    SELECT account_index, account.account AS account, account.exchanges AS exchanges, tasks,
      facts.account != '' AS known, toUnixTimestamp64Milli(facts.created) AS created_ms, facts.organization AS organization,
      facts.email_domain AS email_domain, facts.email_shape AS email_shape, facts.verified AS verified,
      facts.declared_use AS declared_use
    FROM (SELECT * FROM detect_account WHERE account_index IN (SELECT account_index FROM detect_member)) AS account
    INNER JOIN (SELECT account_index, toUInt32(count()) AS tasks FROM detect_task GROUP BY account_index) AS counted USING account_index
    LEFT JOIN account_facts AS facts ON facts.account = account.account`);
  return rows.map((row) => ({
    index: row.account_index,
    account: row.account,
    exchanges: row.exchanges,
    tasks: row.tasks,
    facts: row.known
      ? {
          createdMs: row.created_ms,
          organization: row.organization,
          emailDomain: row.email_domain,
          emailShape: row.email_shape,
          verified: row.verified,
          declaredUse: row.declared_use,
        }
      : null,
  }));
}

/** The members of a candidate by what they did of its work, in the order of its shares. */
export async function countMembers(
  shares: readonly Share[],
  accounts: ReadonlyMap<number, KnownAccount>,
): Promise<CountedMember[]> {
  const works = new Map<number, Work>();
  for (const { portion } of shares) {
    if (isTurnOver()) await nextTurn();
    const work = works.get(portion.account) ?? new Work();
    works.set(portion.account, work);
    work.join(portion.work);
  }
  return [...works].flatMap(([index, work]) => {
    const account = accounts.get(index);
    return account === undefined ? [] : { ...account, ...work.counted() };
  });
}
