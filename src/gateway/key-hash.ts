import { createHmac } from "node:crypto";
import { UserError } from "../kit/user-error.ts";

// Limits.
/** RFC 2104, 3: a shorter secret weakens the function. */
const secretBytesMin = 32;
/** 128 bits: no two keys meet by chance, and none is found without the secret. */
const digestHexDigits = 32;

/** A caller's API key in, the name that it has everywhere behind the door out. */
export type KeyHash = (key: string) => string;

/**
 * Names API keys by HMAC-SHA-256 (RFC 2104) under the installation's secret, so that a table, a log or a dump that leaks tells
 * neither the key nor whether a guessed one is right. The same key has the same name on every surface of an installation; a new
 * secret renames all keys, and decisions about keys have to be made anew.
 * @throws {UserError} if the secret is shorter than 32 bytes
 */
export function createKeyHash(secret: string): KeyHash {
  if (Buffer.byteLength(secret) < secretBytesMin)
    throw new UserError(
      `the secret that API keys are hashed with has fewer than ${secretBytesMin} bytes`,
      "make one with: openssl rand -hex 32",
    );
  return (key) => `key_${createHmac("sha256", secret).update(key).digest("hex").slice(0, digestHexDigits)}`;
}
