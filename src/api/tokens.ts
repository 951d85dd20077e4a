import { createHash, timingSafeEqual } from "node:crypto";
import { UserError } from "../kit/user-error.ts";

// Limits.
/** A longer token is refused unhashed. */
const tokenLengthMax = 4096;

/** A bearer token, known by its digest only, and who holds it. */
export interface KnownToken<Holder> {
  /** SHA-256 of the token, in hex. */
  readonly sha256: string;
  readonly holder: Holder;
}

/** Whose token the value of an `Authorization` header bears (RFC 6750, section 2.1); null: nobody's that is known. */
export type TokenLookup<Holder> = (authorization: string | undefined) => Holder | null;

/**
 * Tokens are configured by their SHA-256 only, in hex, so that no file or memory dump gives one away. All digests are compared,
 * in constant time each. Throws a `UserError` where one is no digest, or two are the same.
 */
export function tokenLookup<Holder>(tokens: readonly KnownToken<Holder>[]): TokenLookup<Holder> {
  const known = tokens.map(({ sha256, holder }) => {
    if (/^[0-9a-f]{64}$/i.test(sha256)) return { digest: Buffer.from(sha256, "hex"), holder };
    throw new UserError(
      "a token's digest is not 64 hex digits",
      "give the SHA-256 of the token, never the token itself",
    );
  });
  if (new Set(known.map(({ digest }) => digest.toString("hex"))).size < known.length) {
    throw new UserError("two tokens are the same", "give everybody a token of their own");
  }
  return (authorization) => {
    const [, token = ""] = /^bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? "") ?? [];
    if (token === "" || token.length > tokenLengthMax) return null;
    const digest = createHash("sha256").update(token).digest();
    return known.reduce<Holder | null>(
      (found, one) => (timingSafeEqual(digest, one.digest) ? one.holder : found),
      null,
    );
  };
}
