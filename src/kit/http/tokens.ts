import { hash } from "node:crypto";
import { UserError } from "../user-error.ts";

// Limits.
/** A longer token is refused unhashed. */
const tokenLengthMax = 4096;

/** A token, known by its digest only, and who holds it. */
export interface KnownToken<Holder> {
  /** SHA-256 of the token, in hex. */
  readonly sha256: string;
  readonly holder: Holder;
}

/** Whose a token is; null: nobody's that is known. */
export type TokenLookup<Holder> = (token: string) => Holder | null;

/**
 * Tokens are configured by their SHA-256 only, in hex, so that no file or memory dump gives one away; they are random, so that no slow
 * hash is needed. How long a look-up takes tells something of the digest of what was presented, and nothing of a token.
 * @throws {UserError} if one is no digest, or two are the same
 */
export function tokenLookup<Holder>(tokens: readonly KnownToken<Holder>[]): TokenLookup<Holder> {
  const holders = new Map<string, Holder>();
  for (const { sha256, holder } of tokens) {
    if (!/^[\da-f]{64}$/i.test(sha256))
      throw new UserError(
        "a token's digest is not 64 hex digits",
        "give the SHA-256 of the token, never the token itself: printf %s TOKEN | sha256sum",
      );
    if (holders.has(sha256.toLowerCase()))
      throw new UserError("two tokens are the same", "give everybody a token of their own");
    holders.set(sha256.toLowerCase(), holder);
  }
  return (token) => (token.length > tokenLengthMax ? null : (holders.get(hash("sha256", token)) ?? null));
}

/** The token that the value of an `Authorization` header bears (RFC 6750, section 2.1), if any. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? "")?.[1];
}
