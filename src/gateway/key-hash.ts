import { hash } from "node:crypto";
import { UserError } from "../kit/user-error.ts";

// Limits.
/** RFC 2104, 3: a shorter secret weakens the function. */
const secretBytesMin = 32;
/** 128 bits: no two keys meet by chance, and none is found without the secret. */
const digestHexDigits = 32;

/** A caller's API key in, the name that it has everywhere behind the door out. */
export type KeyHash = (key: string) => string;

/** Of SHA-256 (FIPS 180-4). */
const blockBytes = 64;

/**
 * Names API keys by HMAC-SHA-256 (RFC 2104) under the installation's secret, so that a table, a log or a dump that leaks tells
 * neither the key nor whether a guessed one is right. The same key has the same name on every surface of an installation; a new
 * secret renames all keys, and decisions about keys have to be made anew.
 * @throws {UserError} if the secret is shorter than 32 bytes
 */
export function createKeyHash(secret: string): KeyHash {
  const bytes = Buffer.from(secret);
  if (bytes.length < secretBytesMin)
    throw new UserError(
      `the secret that API keys are hashed with has fewer than ${secretBytesMin} bytes`,
      "make one with: openssl rand -hex 32",
    );
  const padded = Buffer.alloc(blockBytes);
  (bytes.length > blockBytes ? hash("sha256", bytes, "buffer") : bytes).copy(padded);
  const [inner, outer] = [padded.map((byte) => byte ^ 0x36), padded.map((byte) => byte ^ 0x5c)];
  // Every request comes through here: two one-shot hashes, with a text in between, make less garbage than `createHmac`.
  return (key) => {
    const digest = Buffer.from(hash("sha256", Buffer.concat([inner, Buffer.from(key)]), "binary"), "binary");
    return `key_${hash("sha256", Buffer.concat([outer, digest])).slice(0, digestHexDigits)}`;
  };
}
