import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";
import type { Exchange } from "../../model/exchange.ts";
import { readRows } from "../account-facts/rows.ts";
import type { SourceFile } from "../reader.ts";
import { maskSecret } from "../secret.ts";
import { openSourceFile } from "../source-file.ts";
import { createKeyNames } from "./key-names.ts";
import type { KeyNames } from "./key-names.ts";

// Limits.
/** About 300 bytes each, and as much again where it has an id. */
const keysMax = 2_000_000;

/** Whose a key is, as the provider's own records say. */
export interface KeyOwner {
  readonly account: string;
  readonly organization?: string | undefined;
}

/** The keys of an installation: how each is named, and whose it is where that is known. */
export interface KeyDirectory extends KeyNames {
  /** By the key's name; undefined where that is not known, and decisions about accounts don't reach it by the key. */
  ownerOf(name: string): KeyOwner | undefined;
}

/** CSV has '' for what is not known. */
const maybeSchema = z
  .string()
  .optional()
  .transform((text) => (text === "" ? undefined : text));

const rowSchema = z.object({
  key: z.string().min(1),
  id: maybeSchema,
  account: z.string().min(1),
  organization: maybeSchema,
});

const columns = {
  are: (names: readonly string[]) => names.includes("key") && names.includes("account"),
  otherwise: "the header needs key and account",
};

/** A directory that knows nobody's keys. */
export function emptyDirectory(names: KeyNames): KeyDirectory {
  return { ...names, ownerOf: () => undefined };
}

/**
 * The directory under the installation's secret, as its file holds it (a newline at its end is no part of it), with whose the keys are where there is
 * a file of that. One for all that sees keys, within the server and elsewhere. Throws a `UserError` where the secret or the file won't do.
 */
export async function openKeyDirectory(secret: string, path: string | undefined): Promise<KeyDirectory> {
  const names = createKeyNames(secret.trim());
  return path === undefined ? emptyDirectory(names) : readKeyDirectory(openSourceFile(path), names);
}

/**
 * Reads rows of `key` (the key, or its SHA-256 in hex), `account`, and perhaps `organization` and `id`, by which logs name the key. A
 * key is named as it is read, and forgotten. Throws a `UserError` that names the line, and never what stands there.
 */
export async function readKeyDirectory(file: SourceFile, names: KeyNames): Promise<KeyDirectory> {
  const owners = new Map<string, KeyOwner>();
  const ids = new Map<string, string>();
  // A key in this file is one, whatever it looks like.
  const nameOf = (text: string): string => {
    const logged = names.ofLogged(text);
    return logged === text ? names.ofSecret(text) : logged;
  };
  for await (const row of readRows(file, columns)) {
    const parsed = row.kind === "value" ? rowSchema.safeParse(row.value) : undefined;
    if (parsed?.success !== true)
      throw new UserError(
        `${file.path}:${row.line}: no key with its account`,
        "give rows of key and account, and of organization and id if known",
      );
    const { key, id, account, organization } = parsed.data;
    const name = nameOf(key);
    owners.set(name, { account: maskSecret(account), organization });
    if (id !== undefined) ids.set(id, name);
    if (owners.size > keysMax)
      throw new UserError(`${file.path}: more than ${keysMax} keys`, "keep only the keys that are in use");
  }
  return {
    ofSecret: names.ofSecret,
    ofLogged(text) {
      const logged = ids.get(text) ?? names.ofLogged(text);
      if (logged !== text) return logged;
      const name = names.ofSecret(text);
      return owners.has(name) ? name : text;
    },
    ownerOf: (name) => owners.get(name),
  };
}

/** What of an exchange hangs on the key that a log tells of. */
type Keyed = Pick<Exchange, "account" | "key">;

/**
 * The exchange with its key under its one name, and under the account that the key belongs to, whatever the log said. An account
 * that is nothing but the key is named as the key is.
 */
export function withKeyNamed<Value extends Keyed>(exchange: Value, keys: KeyDirectory): Value {
  if (exchange.key === undefined) return exchange;
  const key = keys.ofLogged(exchange.key);
  const account = keys.ownerOf(key)?.account ?? (exchange.account === exchange.key ? key : exchange.account);
  return key === exchange.key && account === exchange.account ? exchange : { ...exchange, key, account };
}
