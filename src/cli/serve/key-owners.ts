import { z } from "zod";
import type { KeyHash } from "../../gateway/key-hash.ts";
import type { KeyOwner, OwnerOf } from "../../gateway/proxy/caller.ts";
import { readRows } from "../../ingest/account-facts/rows.ts";
import { openSourceFile } from "../../ingest/source-file.ts";
import { UserError } from "../../kit/user-error.ts";

// Limits.
/** About 300 bytes each. */
const ownersMax = 2_000_000;

const rowSchema = z.object({
  key: z.string().min(1),
  account: z.string().min(1),
  organization: z.string().min(1).optional(),
});

/**
 * Reads whose the API keys are, from rows of `key`, `account` and perhaps `organization`. A key is hashed as it is read, and
 * forgotten. Throws a `UserError` that names the line, and never what stands there.
 */
export async function readKeyOwners(path: string, keyHash: KeyHash): Promise<OwnerOf> {
  const owners = new Map<string, KeyOwner>();
  for await (const row of readRows(openSourceFile(path))) {
    const parsed = row.kind === "value" ? rowSchema.safeParse(row.value) : undefined;
    if (parsed?.success !== true)
      throw new UserError(
        `${path}:${row.line}: no key with its account`,
        "give rows of key and account, and organization if known",
      );
    const { key, account, organization } = parsed.data;
    owners.set(keyHash(key), { account, organization });
    if (owners.size > ownersMax)
      throw new UserError(`${path}: more than ${ownersMax} keys`, "keep only the keys that are in use");
  }
  return (name) => owners.get(name);
}
