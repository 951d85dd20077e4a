import { firstText, isRecord } from "./json-value.ts";
import { maskKey } from "./secret.ts";

/** What operators call who asks, in tags whose names are theirs: best first, what many share last. */
const accountNames = [
  "account_id",
  "account",
  "customer_id",
  "customer",
  "client_id",
  "user_id",
  "user",
  "caller",
  "email",
  "tenant_id",
  "organization_id",
  "org_id",
  "team",
];
const keyNames = ["api_key_id", "key_id", "api_key"];

/** Who asks, by the tags of a request. The key is masked. */
export interface TaggedCaller {
  readonly account: string | undefined;
  readonly key: string | undefined;
}

/** For a reject to list. */
export const callerTagNames = [...accountNames, ...keyNames].join(", ");

/** Reads tags without regard to case, `-` and `_`: `userId` is `user_id`. */
export function taggedCaller(tags: unknown): TaggedCaller {
  const found = new Map(Object.entries(isRecord(tags) ? tags : {}).map(([name, value]) => [plain(name), value]));
  const first = (names: readonly string[]): string | undefined =>
    firstText(...names.map((name) => found.get(plain(name))));
  const key = first(keyNames);
  return { account: first(accountNames), key: key === undefined ? undefined : maskKey(key) };
}

const plain = (name: string): string => name.toLowerCase().replace(/[-_]/g, "");
