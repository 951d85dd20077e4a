import { z } from "zod";
import { accountFactsSchema } from "../../model/account.ts";
import type { AccountFacts } from "../../model/account.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json } from "./database/values.ts";

// Limits.
/** Accounts of one organisation that are looked at together. */
const organizationAccountsMax = 10_000;

/** What the provider knows about accounts besides their traffic. */
export interface Accounts {
  /** Each takes the place of what was known about its account. Accounts are unique in a call. */
  put(facts: readonly AccountFacts[]): Promise<void>;
  /** Of those that are known, in no order. */
  get(accounts: readonly string[]): Promise<AccountFacts[]>;
  /** Names of an organisation's accounts; bounded. */
  ofOrganization(organization: string): Promise<string[]>;
  /** Forgets an account's facts, on its wish or when it is gone. */
  forget(account: string): Promise<void>;
}

const bodySchema = z.object({ body: accountFactsSchema });

export function accounts(connection: Connection): Accounts {
  return {
    async put(facts) {
      if (facts.length === 0) return;
      await connection.run(sql`
        INSERT INTO account_facts (account, body)
        SELECT body ->> 'account', body FROM jsonb_array_elements(${json(facts)}) AS item (body)
        ON CONFLICT (account) DO UPDATE SET body = EXCLUDED.body`);
    },
    get: async (names) => {
      const rows = await connection.rows(
        sql`SELECT body FROM account_facts WHERE account = ANY(${texts(names)})`,
        bodySchema,
      );
      return rows.map(({ body }) => body);
    },
    async ofOrganization(organization) {
      const rows = await connection.rows(
        sql`
          SELECT account FROM account_facts WHERE organization = ${text(organization)}
          ORDER BY account LIMIT ${integer(organizationAccountsMax)}`,
        z.object({ account: z.string() }),
      );
      return rows.map(({ account }) => account);
    },
    async forget(account) {
      await connection.run(sql`DELETE FROM account_facts WHERE account = ${text(account)}`);
    },
  };
}
