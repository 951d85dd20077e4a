import type { AccountFacts } from "../../model/account.ts";
import type { Store } from "../../store/engine.ts";
import { sql, texts } from "../../store/sql.ts";
import type { State } from "../../store/state/state.ts";

const textColumns = [
  "organization",
  "email_domain",
  "email_shape",
  "payment",
  "phone",
  "device",
  "signup_ip",
  "country",
  "plan",
  "declared_use",
] as const;

/** What the engine holds of a fact that is not known: '' or null. */
type FactsRow = Readonly<Record<(typeof textColumns)[number], string>> & {
  readonly account: string;
  readonly created_ms: number | null;
  readonly verified: boolean | null;
};

/** Copies what came in about accounts into the state, where decisions look it up. */
export async function keepFacts(store: Store, state: State, accounts: readonly string[]): Promise<void> {
  if (accounts.length === 0) return;
  const rows = await store.rows<FactsRow>(sql`
    SELECT account, toUnixTimestamp64Milli(created) AS created_ms, verified, organization, email_domain, email_shape, payment, phone,
      device, signup_ip, country, plan, declared_use
    FROM account_facts FINAL WHERE account IN ${texts(accounts)}`);
  await state.accounts.put(rows.map(factsOf));
}

function factsOf({ account, created_ms, verified, ...row }: FactsRow): AccountFacts {
  return {
    account,
    ...(created_ms === null ? {} : { created: new Date(created_ms).toISOString() }),
    ...(verified === null ? {} : { verified }),
    ...Object.fromEntries(textColumns.flatMap((name) => (row[name] === "" ? [] : [[name, row[name]]]))),
  };
}
