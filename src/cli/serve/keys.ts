import { openKeyDirectory } from "../../ingest/keys/key-directory.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import type { ServeConfig } from "./config.ts";
import { readSecretFile } from "./secret-file.ts";

/** How keys are named, and whose they are. Throws a `UserError` where the secret or the file of keys won't do. */
export async function openKeys(config: Pick<ServeConfig, "key-secret-file" | "keys">): Promise<KeyDirectory> {
  return openKeyDirectory(await readSecretFile(config["key-secret-file"], "API keys"), config.keys);
}
