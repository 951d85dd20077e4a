import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { UserError } from "../../kit/user-error.ts";
import { bareCredential, isCredential } from "../secret.ts";

// Limits.
/** RFC 2104, 3: a shorter secret weakens the function. */
const secretBytesMin = 32;
/** 128 bits: no two keys meet by chance, and none is found without the secret. */
const nameHexDigits = 32;
/** Names at hand, some 200 bytes each: most requests come with a key that has come before. */
const namesMax = 65_536;

/** API keys in, the one name that each has everywhere behind the doors out. */
export interface KeyNames {
  /** Of a key as a request carries it. */
  ofSecret(key: string): string;
  /**
   * Of a key as a log or a gateway tells it: by its SHA-256 in hex, as LiteLLM does and our own readers, or by mistake the key
   * itself. Any other text is a provider's id of the key, and stays.
   */
  ofLogged(text: string): string;
}

/** Of SHA-256 (FIPS 180-4). */
const blockBytes = 64;
const digestBytes = 32;
const sha256Form = /^[\da-f]{64}$/i;

/** Whether a text is a key, or the SHA-256 of one, and so neither its name nor its id. */
export const tellsKey = (text: string): boolean => sha256Form.test(text) || isCredential(text);

/**
 * Names an API key by HMAC-SHA-256 (RFC 2104), under the installation's secret, of the key's SHA-256: so that a log that tells
 * only the SHA-256 leads to the same name as the key itself, and a table, a log or a dump that leaks tells neither the key nor
 * whether a guessed one is right. A new secret renames all keys, and decisions about keys have to be made anew.
 * @throws {UserError} if the secret is shorter than 32 bytes
 */
export function createKeyNames(secret: string): KeyNames {
  const bytes = Buffer.from(secret);
  if (bytes.length < secretBytesMin)
    throw new UserError(
      `the secret that API keys are hashed with has fewer than ${secretBytesMin} bytes`,
      "make one with: openssl rand -hex 32",
    );
  const padded = Buffer.alloc(blockBytes);
  (bytes.length > blockBytes ? hash("sha256", bytes, "buffer") : bytes).copy(padded);
  // Every request comes through here: one-shot hashes over bytes that are there already make no garbage, unlike `createHmac`.
  const inner = Buffer.concat([padded.map((byte) => byte ^ 0x36), Buffer.alloc(digestBytes)]);
  const outer = Buffer.concat([padded.map((byte) => byte ^ 0x5c), Buffer.alloc(digestBytes)]);
  // By the digest, so that no key stays in memory.
  const names = new LRUCache<string, string>({ max: namesMax });
  /** @param sha256 its bytes as code units. */
  const ofDigest = (sha256: string): string => {
    const known = names.get(sha256);
    if (known !== undefined) return known;
    inner.write(sha256, blockBytes, "binary");
    outer.write(hash("sha256", inner, "binary"), blockBytes, "binary");
    const name = `key_${hash("sha256", outer).slice(0, nameHexDigits)}`;
    names.set(sha256, name);
    return name;
  };
  const ofSecret = (key: string): string => ofDigest(hash("sha256", key, "binary"));
  return {
    ofSecret,
    ofLogged(text) {
      if (sha256Form.test(text)) return ofDigest(Buffer.from(text, "hex").toString("binary"));
      return isCredential(text) ? ofSecret(bareCredential(text)) : text;
    },
  };
}
