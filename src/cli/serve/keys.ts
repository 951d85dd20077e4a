import { readFile } from "node:fs/promises";
import { emptyDirectory, readKeyDirectory } from "../../ingest/keys/key-directory.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import { createKeyNames } from "../../ingest/keys/key-names.ts";
import { openSourceFile } from "../../ingest/source-file.ts";
import { UserError } from "../../kit/user-error.ts";
import type { ServeConfig } from "./config.ts";

/** How keys are named, and whose they are. Throws a `UserError` where the secret or the file of keys won't do. */
export async function openKeys(config: Pick<ServeConfig, "key-secret-file" | "keys">): Promise<KeyDirectory> {
  const names = createKeyNames(await readSecret(config["key-secret-file"]));
  return config.keys === undefined ? emptyDirectory(names) : readKeyDirectory(openSourceFile(config.keys), names);
}

async function readSecret(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new UserError(
      `the secret for API keys, ${path}, can't be read`,
      `make one with: openssl rand -hex 32 > ${path}; chmod 600 ${path}`,
      { cause: error },
    );
  }
}
