import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import { identifier, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";

/** What the accounts share: a bipartite table of accounts and tokens, on the forming half of the tasks. */
export interface SharedTokens {
  /** All accounts of the log: account indices lie below it. */
  readonly accounts: number;
  /** Accounts among which a token's rarity is measured. */
  readonly population: number;
  /** Accounts that hold a token, by token index. */
  readonly accountsByToken: Uint32Array;
  /** Entries sorted by account and token: `account`, `token` and `tasks`. */
  readonly account: Uint32Array;
  readonly token: Uint32Array;
  readonly tasks: Uint32Array;
}

interface AccountRow {
  readonly account_index: number;
  readonly tokens: readonly number[];
  readonly tasks: readonly number[];
}

/**
 * Loads who uses which of the shared tokens how often.
 *
 * @param tables `uses` (token, account_index, tasks) and `tokens` (token, accounts, token_index from 0).
 * @param population accounts among which rarity is measured; all of the log's by default.
 */
export async function loadSharedTokens(
  store: Store,
  tables: { readonly uses: string; readonly tokens: string },
  population?: number,
): Promise<SharedTokens> {
  const uses = identifier(tables.uses);
  const tokens = identifier(tables.tokens);
  const [size] = await store.rows<{ accounts: number; entries: number }>(sql`
    SELECT (SELECT count() FROM detect_account) AS accounts,
      (SELECT count() FROM ${uses} WHERE token IN (SELECT token FROM ${tokens})) AS entries`);
  const { account, token, tasks } = emptyTable(size?.entries ?? 0);
  const accountsByToken = new Uint32Array(
    (await store.rows<{ accounts: number }>(sql`SELECT accounts FROM ${tokens} ORDER BY token_index`)).map(
      (row) => row.accounts,
    ),
  );
  const rows = store.stream<AccountRow>(sql`
    SELECT account_index, pairs.1 AS tokens, pairs.2 AS tasks
    FROM (
      SELECT account_index, arraySort(groupArray((token_index, tasks))) AS pairs
      FROM ${uses} AS uses INNER JOIN ${tokens} AS tokens USING token
      GROUP BY account_index
    )
    ORDER BY account_index`);
  let at = 0;
  for await (const row of rows) {
    for (let i = 0; i < row.tokens.length; i++, at++) {
      account[at] = row.account_index;
      token[at] = row.tokens[i]!;
      tasks[at] = row.tasks[i]!;
    }
  }
  const accounts = size?.accounts ?? 0;
  return { accounts, population: population ?? accounts, accountsByToken, account, token, tasks };
}

/** The same table with accounts and tokens in each other's place: what is asked of accounts can be asked of tokens. */
export async function transposed(shared: SharedTokens): Promise<SharedTokens> {
  const { accounts, accountsByToken, account, token, tasks } = shared;
  const tokensByAccount = new Uint32Array(accounts);
  for (const holder of account) tokensByAccount[holder]! += 1;
  // Accounts stand in order, and stay so among the holders of a token.
  const next = new Uint32Array(accountsByToken.length + 1);
  for (const one of token) next[one + 1]! += 1;
  for (let one = 0; one < accountsByToken.length; one++) next[one + 1]! += next[one]!;
  const turned = emptyTable(token.length);
  for (let at = 0; at < token.length; at++) {
    if (isTurnOver(at)) await nextTurn();
    const one = token[at]!;
    const to = next[one]!++;
    turned.account[to] = one;
    turned.token[to] = account[at]!;
    turned.tasks[to] = tasks[at]!;
  }
  const tokens = accountsByToken.length;
  return { accounts: tokens, population: tokens, accountsByToken: tokensByAccount, ...turned };
}

/** Some of the accounts of a table, and all that they share. */
export async function rowsOf(shared: SharedTokens, some: ReadonlySet<number>): Promise<SharedTokens> {
  const accountsByToken = new Uint32Array(shared.accountsByToken.length);
  const { account, token, tasks } = emptyTable(shared.account.length);
  let kept = 0;
  for (let at = 0; at < shared.account.length; at++) {
    if (isTurnOver(at)) await nextTurn();
    const one = shared.account[at]!;
    if (!some.has(one)) continue;
    accountsByToken[shared.token[at]!]! += 1;
    account[kept] = one;
    token[kept] = shared.token[at]!;
    tasks[kept++] = shared.tasks[at]!;
  }
  return {
    accounts: shared.accounts,
    population: some.size,
    accountsByToken,
    account: account.slice(0, kept),
    token: token.slice(0, kept),
    tasks: tasks.slice(0, kept),
  };
}

const emptyTable = (entries: number): Pick<SharedTokens, "account" | "token" | "tasks"> => ({
  account: new Uint32Array(entries),
  token: new Uint32Array(entries),
  tasks: new Uint32Array(entries),
});
