import { emptyDirectory, readKeyDirectory } from "../../ingest/keys/key-directory.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import { createKeyNames } from "../../ingest/keys/key-names.ts";
import { openSourceFile } from "../../ingest/source-file.ts";
import type { ServeConfig } from "./config.ts";
import { readSecretFile } from "./secret-file.ts";

/** How keys are named, and whose they are. Throws a `UserError` where the secret or the file of keys won't do. */
export async function openKeys(config: Pick<ServeConfig, "key-secret-file" | "keys">): Promise<KeyDirectory> {
  const names = createKeyNames(await readSecretFile(config["key-secret-file"], "API keys"));
  return config.keys === undefined ? emptyDirectory(names) : readKeyDirectory(openSourceFile(config.keys), names);
}
