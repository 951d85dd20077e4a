import { readFile } from "node:fs/promises";
import { UserError } from "../../kit/user-error.ts";

/** A secret that stands in a file of its own. Throws a `UserError` where it can't be read. */
export async function readSecretFile(
  path: string,
  what: string,
  hint = `make one with: openssl rand -hex 32 > ${path}; chmod 600 ${path}`,
): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new UserError(`the secret for ${what}, ${path}, can't be read`, hint, { cause: error });
  }
}
