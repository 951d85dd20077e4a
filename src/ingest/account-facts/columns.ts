import { accountFactsSchema } from "../../model/account.ts";
import { nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { maskKey } from "../secret.ts";
import { foreignTime } from "../time.ts";
import { validateFacts } from "../validate.ts";
import type { Validated } from "../validate.ts";
import type { AccountFacts } from "../../model/account.ts";

/** The columns of a file of account facts: those of the world's accounts, and `key` to join by. */
const factsColumns: ReadonlySet<string> = new Set(["key", ...Object.keys(accountFactsSchema.shape)]);

/** Whether column names are those of account facts: something to join by, and at least one fact. */
export function areFactsColumns(names: readonly string[]): boolean {
  const known = names.filter((name) => factsColumns.has(name));
  const facts = known.filter((name) => name !== "account" && name !== "key");
  const isExchange = names.some((name) => name === "time" || name === "model" || name === "label");
  return facts.length > 0 && known.length > facts.length && !isExchange;
}

/** The key of a row, masked as the readers mask the keys of exchanges, so that both sides meet. */
export function keyIn(row: JsonRecord): string | undefined {
  const key = nonBlank(row["key"]);
  return key === undefined ? undefined : maskKey(key);
}

/**
 * A row as facts. Without an account it speaks of the account that exchanges go by whose log names nothing but the key.
 */
export function factsIn(row: JsonRecord): Validated<AccountFacts> {
  const account = nonBlank(row["account"]) ?? keyIn(row);
  if (account === undefined) return { kind: "invalid", reason: "no account: looked for account, key" };
  return validateFacts({
    ...row,
    account,
    created: foreignTime(row["created"], "ms"),
    verified: flag(row["verified"]),
  });
}

/** CSV has no booleans: "true", "yes" and "1" are true, "false", "no" and "0" false. */
function flag(value: unknown): unknown {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return text ?? undefined;
  const word = text.trim().toLowerCase();
  if (["true", "yes", "1"].includes(word)) return true;
  return ["false", "no", "0"].includes(word) ? false : value;
}
