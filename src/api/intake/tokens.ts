import { createHash, timingSafeEqual } from "node:crypto";
import { UserError } from "../../kit/user-error.ts";

// Limits.
/** A longer token is refused unhashed. */
const tokenLengthMax = 4096;

/** Whether the value of an `Authorization` header bears a known token (RFC 6750, section 2.1). */
export type TokenCheck = (authorization: string | undefined) => boolean;

/**
 * Tokens are configured by their SHA-256 only, in hex, so that no file or memory dump gives one away. All digests are compared,
 * in constant time each. Throws a `UserError` where one is no digest, or there are none: a door that is open to all is a mistake.
 */
export function tokenCheck(digests: readonly string[]): TokenCheck {
  if (digests.length === 0) {
    throw new UserError("no token may hand in exchanges", "configure the SHA-256 of at least one bearer token, in hex");
  }
  const known = digests.map((digest) => {
    if (/^[0-9a-f]{64}$/i.test(digest)) return Buffer.from(digest, "hex");
    throw new UserError(
      "a token's digest is not 64 hex digits",
      "give the SHA-256 of the token, never the token itself",
    );
  });
  return (authorization) => {
    const [, token = ""] = /^bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? "") ?? [];
    if (token === "" || token.length > tokenLengthMax) return false;
    const digest = createHash("sha256").update(token).digest();
    return known.reduce((isKnown, other) => timingSafeEqual(digest, other) || isKnown, false);
  };
}
