import type { IncomingMessage } from "node:http";
import { bearerToken, tokenLookup } from "../../kit/http/tokens.ts";
import { UserError } from "../../kit/user-error.ts";

/** Somebody who may ask the gateway's surfaces: a bouncer, an Envoy, a LiteLLM. */
export interface Caller {
  readonly name: string;
  /** SHA-256 of its key, in hex: the key itself stands nowhere. */
  readonly keySha256: string;
}

/** Who asks. Null: nobody that is known. */
export interface Callers {
  /** By the key that a request carries: `X-Api-Key`, as CrowdSec's bouncers send it, or a bearer token (RFC 6750). */
  of(request: Pick<IncomingMessage, "headers" | "socket">): string | null;
  byKey(key: string): string | null;
}

/**
 * Looks keys up by their digest.
 * @throws {UserError} if a digest is none, or two callers share a name or a key
 */
export function createCallers(callers: readonly Caller[]): Callers {
  if (new Set(callers.map(({ name }) => name)).size < callers.length)
    throw new UserError("two callers have the same name", "give each caller a name and a key of its own");
  const byKey = tokenLookup(callers.map(({ name, keySha256 }) => ({ sha256: keySha256, holder: name })));
  /** A gateway sends many requests over one connection, and each with the same key: it is hashed once. */
  const known = new WeakMap<object, { readonly key: string; readonly name: string }>();
  return {
    byKey,
    of({ headers, socket }) {
      const key = keyOf(headers);
      if (key === undefined) return null;
      const before = known.get(socket);
      if (before?.key === key) return before.name;
      const name = byKey(key);
      if (name !== null) known.set(socket, { key, name });
      return name;
    },
  };
}

function keyOf({ authorization, "x-api-key": key }: IncomingMessage["headers"]): string | undefined {
  return typeof key === "string" ? key : bearerToken(authorization);
}
