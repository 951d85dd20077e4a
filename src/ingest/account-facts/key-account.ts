import { UserError } from "../../kit/user-error.ts";
import type { Exchange } from "../../model/exchange.ts";
import { isRecord, nonBlank } from "../json-value.ts";
import type { SourceFile } from "../reader.ts";
import { maskSecret } from "../secret.ts";
import { keyIn } from "./columns.ts";
import { readRows } from "./rows.ts";

/*
 * Limits. The map is held in memory: about 200 bytes a key.
 */
const keysMax = 10_000_000;

/** Which account a key belongs to. */
export type AccountByKey = ReadonlyMap<string, string>;

/** The keys of all rows that have both a key and an account. Rows that can't be read are the facts reader's to reject. */
export async function readAccountByKey(files: readonly SourceFile[]): Promise<AccountByKey> {
  const accounts = new Map<string, string>();
  for (const file of files) {
    for await (const row of readRows(file)) {
      if (row.kind === "reject" || !isRecord(row.value)) continue;
      const key = keyIn(row.value);
      const account = nonBlank(row.value["account"]);
      if (key !== undefined && account !== undefined) accounts.set(key, maskSecret(account));
      if (accounts.size > keysMax) {
        throw new UserError(`${file.path}: more than ${keysMax} keys`, "Keep only the keys that occur in the log.");
      }
    }
  }
  return accounts;
}

/** An exchange under the account that its key belongs to, whatever the log said; itself where the key isn't known. */
export function withAccountOfKey(exchange: Exchange, accountByKey: AccountByKey): Exchange {
  const account = exchange.key === undefined ? undefined : accountByKey.get(exchange.key);
  return account === undefined || account === exchange.account ? exchange : { ...exchange, account };
}
