import { assertNever } from "../../src/kit/assert.ts";
import { sql } from "../../src/store/sql.ts";
import type { Sql } from "../../src/store/sql.ts";
import type { AccountLog } from "./account-log.ts";
import type { Pairs } from "./pairs.ts";

/** What of an exchange is counted: pieces of its template, words of its prompt, its address, or its address's network. */
export type TokenKind = "template" | "words" | "address" | "network";

/** Which accounts hold which tokens how often, by account. Tokens that one account alone holds are left out. */
export interface Incidence {
  readonly accounts: number;
  /** `offsets[a]..offsets[a + 1]` are the positions of account a's entries. */
  readonly offsets: Uint32Array;
  readonly token: Uint32Array;
  readonly uses: Uint32Array;
  readonly accountsByToken: Uint32Array;
}

interface AccountRow {
  readonly account_index: number;
  readonly tokens: readonly number[];
  readonly uses: readonly number[];
}

export async function loadIncidence(log: AccountLog, kind: TokenKind): Promise<Incidence> {
  const { store } = log;
  await store.run(sql`
    CREATE OR REPLACE TABLE rival_use ENGINE = MergeTree ORDER BY token AS
    SELECT account_index, token, toUInt32(count()) AS times
    FROM (SELECT account, arrayJoin(${tokensOf(kind)}) AS token FROM exchange) AS held
    INNER JOIN rival_account USING account
    GROUP BY account_index, token`);
  const rows = await store.rows<AccountRow>(sql`
    SELECT account_index, groupArray(token_index) AS tokens, groupArray(times) AS uses
    FROM rival_use INNER JOIN (
      SELECT token, toUInt32(row_number() OVER (ORDER BY token) - 1) AS token_index
      FROM (SELECT token FROM rival_use GROUP BY token HAVING count() > 1)
    ) AS shared USING token
    GROUP BY account_index ORDER BY account_index`);
  return incidenceOf(log.accounts.length, rows);
}

function tokensOf(kind: TokenKind): Sql {
  switch (kind) {
    case "template":
      return sql`template`;
    case "words":
      return sql`words`;
    case "address":
      return sql`if(ip = '', [], [cityHash64(ip)])`;
    case "network":
      return sql`if(ip_prefix = '', [], [cityHash64(ip_prefix)])`;
    default:
      return assertNever(kind, "kind of token");
  }
}

function incidenceOf(accounts: number, rows: readonly AccountRow[]): Incidence {
  const offsets = new Uint32Array(accounts + 1);
  for (const row of rows) offsets[row.account_index + 1] = row.tokens.length;
  for (let a = 0; a < accounts; a++) offsets[a + 1]! += offsets[a]!;
  const token = new Uint32Array(offsets[accounts]!);
  const uses = new Uint32Array(offsets[accounts]!);
  let tokens = 0;
  for (const row of rows) {
    token.set(row.tokens, offsets[row.account_index]);
    uses.set(row.uses, offsets[row.account_index]);
    for (const t of row.tokens) tokens = Math.max(tokens, t + 1);
  }
  const accountsByToken = new Uint32Array(tokens);
  for (const t of token) accountsByToken[t]!++;
  return { accounts, offsets, token, uses, accountsByToken };
}

/**
 * The pairs of accounts whose products of weights, summed over the tokens that both hold, reach a floor.
 * @param weights one per entry of the incidence; entries of weight 0 are passed over
 */
export function similarPairs(incidence: Incidence, weights: Float32Array, floor: number): Pairs {
  const { accounts, offsets, token } = incidence;
  const columns = columnsOf(incidence, weights);
  const sums = new Float64Array(accounts);
  const from: number[] = [];
  const to: number[] = [];
  const weight: number[] = [];
  const touched: number[] = [];
  for (let a = 0; a < accounts; a++) {
    touched.length = 0;
    for (let at = offsets[a]!; at < offsets[a + 1]!; at++) {
      const own = weights[at]!;
      if (own === 0) continue;
      const t = token[at]!;
      // A column lists accounts in ascending order: those before this one have counted the pair.
      for (let i = columns.offsets[t + 1]! - 1; i >= columns.offsets[t]! && columns.account[i]! > a; i--) {
        const b = columns.account[i]!;
        if (sums[b] === 0) touched.push(b);
        sums[b]! += own * columns.weight[i]!;
      }
    }
    for (const b of touched) {
      if (sums[b]! >= floor) {
        from.push(a);
        to.push(b);
        weight.push(sums[b]!);
      }
      sums[b] = 0;
    }
  }
  return { from: Uint32Array.from(from), to: Uint32Array.from(to), weight: Float32Array.from(weight) };
}

/** The entries of positive weight by token, accounts in ascending order. */
function columnsOf(
  { accounts, offsets, token, accountsByToken }: Incidence,
  weights: Float32Array,
): { offsets: Uint32Array; account: Uint32Array; weight: Float32Array } {
  const starts = new Uint32Array(accountsByToken.length + 1);
  token.forEach((t, at) => {
    if (weights[at]! > 0) starts[t + 1]!++;
  });
  for (let t = 0; t < accountsByToken.length; t++) starts[t + 1]! += starts[t]!;
  const cursor = starts.slice();
  const account = new Uint32Array(starts.at(-1) ?? 0);
  const weight = new Float32Array(account.length);
  for (let a = 0; a < accounts; a++)
    for (let at = offsets[a]!; at < offsets[a + 1]!; at++) {
      if (weights[at] === 0) continue;
      const to = cursor[token[at]!]!++;
      account[to] = a;
      weight[to] = weights[at]!;
    }
  return { offsets: starts, account, weight };
}
