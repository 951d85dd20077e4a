import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { TokenKind } from "./observation.ts";

interface TokenRow {
  readonly candidate: number;
  readonly kind: TokenKind;
  readonly token: string;
  readonly accounts: number;
  readonly accounts_in: readonly number[];
}

interface SharedInfrastructure {
  readonly accounts: number;
  readonly holders: Record<TokenKind, number>;
  readonly tokens: Map<number, TokenRow[]>;
}

/** Who holds which payment, device, phone or address, in the whole log: the same for every round of candidates. */
export async function buildInfrastructure(store: Store): Promise<void> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_infrastructure ENGINE = MergeTree ORDER BY (kind, token) AS
    SELECT DISTINCT pair.1 AS kind, pair.2 AS token, account_index FROM (
      SELECT account, arrayJoin([('ip', ip), ('end_user', end_user)]) AS pair
      FROM (SELECT DISTINCT account, ip, end_user FROM detect_exchange)
      UNION ALL
      SELECT account, arrayJoin([('payment', payment), ('device', device), ('phone', phone), ('signup_ip', signup_ip),
        ('organization', organization), ('email_domain', email_domain)]) AS pair
      FROM account_facts
    ) AS spread INNER JOIN detect_account USING account
    WHERE pair.2 != ''`);
}

/** Which of these the members of the current candidates share. */
export async function loadSharedInfrastructure(store: Store): Promise<SharedInfrastructure> {
  const [size] = await store.rows<{ accounts: number }>(sql`SELECT count() AS accounts FROM detect_account`);
  const holders = {
    payment: 0,
    device: 0,
    phone: 0,
    signup_ip: 0,
    ip: 0,
    end_user: 0,
    organization: 0,
    email_domain: 0,
  };
  const counts = await store.rows<{ kind: TokenKind; accounts: number }>(sql`
    SELECT kind, toUInt32(uniqExact(account_index)) AS accounts FROM detect_infrastructure GROUP BY kind`);
  for (const { kind, accounts } of counts) holders[kind] = accounts;
  const rows = store.stream<TokenRow>(sql`
    SELECT candidate, kind, token, accounts, accounts_in
    FROM (
      SELECT candidate, kind, token, arraySort(groupArray(account_index)) AS accounts_in
      FROM detect_infrastructure INNER JOIN detect_member USING account_index
      GROUP BY candidate, kind, token HAVING length(accounts_in) > 1
    ) AS inside
    INNER JOIN (
      SELECT kind, token, toUInt32(count()) AS accounts FROM detect_infrastructure GROUP BY kind, token HAVING accounts > 1
    ) AS everywhere USING (kind, token)
    ORDER BY candidate, kind, token`);
  const tokens = new Map<number, TokenRow[]>();
  for await (const row of rows) {
    const list = tokens.get(row.candidate);
    if (list) list.push(row);
    else tokens.set(row.candidate, [row]);
  }
  return { accounts: size?.accounts ?? 0, holders, tokens };
}
