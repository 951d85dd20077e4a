import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { SharedToken } from "./observation.ts";
import type { TokenKind } from "./token-kinds.ts";

/** What several accounts of the log hold. */
interface HeldToken {
  readonly kind: TokenKind;
  readonly token: string;
  readonly holders: readonly number[];
}

/** Of the whole log. */
export interface Infrastructure {
  readonly accounts: number;
  /** How many accounts carry at least one token of each kind. */
  readonly holders: Readonly<Record<TokenKind, number>>;
  /** In the order of kinds and tokens. */
  readonly tokens: readonly HeldToken[];
  /** By account: positions in `tokens`. */
  readonly byAccount: ReadonlyMap<number, readonly number[]>;
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

export async function loadInfrastructure(store: Store): Promise<Infrastructure> {
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
  const rows = store.stream<HeldToken>(sql`
    SELECT kind, token, groupArray(account_index) AS holders FROM detect_infrastructure
    GROUP BY kind, token HAVING length(holders) > 1 ORDER BY kind, token`);
  const tokens: HeldToken[] = [];
  const byAccount = new Map<number, number[]>();
  for await (const row of rows) {
    for (const holder of row.holders) {
      const list = byAccount.get(holder);
      if (list) list.push(tokens.length);
      else byAccount.set(holder, [tokens.length]);
    }
    tokens.push(row);
  }
  return { accounts: size?.accounts ?? 0, holders, tokens, byAccount };
}

/** What several members hold. */
export function tokensAmong(
  members: readonly { readonly index: number }[],
  { tokens, byAccount }: Infrastructure,
): SharedToken[] {
  const held = new Map<number, number[]>();
  for (const [position, { index }] of members.entries())
    for (const token of byAccount.get(index) ?? []) {
      const holders = held.get(token);
      if (holders) holders.push(position);
      else held.set(token, [position]);
    }
  return [...held]
    .filter(([, holders]) => holders.length > 1)
    .sort(([a], [b]) => a - b)
    .map(([at, holders]) => {
      const { kind, token, holders: all } = tokens[at]!;
      return { kind, token, members: holders, accounts: all.length };
    });
}
