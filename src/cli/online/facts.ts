import type { AccountFacts } from "../../model/account.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import type { State } from "../../store/state/state.ts";

/** Accounts whose facts are handed over at once. */
const batchAccounts = 5_000;

/** What the engine holds of a fact that is not known: '' or null. */
type FactsRow = {
  readonly account: string;
  readonly created_ms: number | null;
  readonly verified: boolean | null;
} & Readonly<
  Record<
    | "organization"
    | "email_domain"
    | "email_shape"
    | "payment"
    | "phone"
    | "device"
    | "signup_ip"
    | "country"
    | "plan"
    | "declared_use",
    string
  >
>;

/** Copies what was read about accounts into the state, where decisions look it up. */
export async function keepFacts(store: Store, state: State): Promise<void> {
  let batch: AccountFacts[] = [];
  const rows = store.stream<FactsRow>(sql`
    SELECT account, toUnixTimestamp64Milli(created) AS created_ms, verified, organization, email_domain, email_shape, payment, phone,
      device, signup_ip, country, plan, declared_use
    FROM account_facts FINAL ORDER BY account`);
  for await (const row of rows) {
    batch.push(factsOf(row));
    if (batch.length < batchAccounts) continue;
    await state.accounts.put(batch);
    batch = [];
  }
  await state.accounts.put(batch);
}

function factsOf({ account, created_ms, verified, ...texts }: FactsRow): AccountFacts {
  return {
    account,
    ...(created_ms === null ? {} : { created: new Date(created_ms).toISOString() }),
    ...(verified === null ? {} : { verified }),
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== "")),
  };
}
