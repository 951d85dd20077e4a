import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { UserError } from "../../kit/user-error.ts";

/** Somebody who may ask the gateway's surfaces: a bouncer, an Envoy, a LiteLLM. */
export interface Caller {
  readonly name: string;
  /** SHA-256 of its key, in hex: the key itself stands nowhere. Keys are random, so that no slow hash is needed. */
  readonly keySha256: string;
}

/** Who asks. Null: nobody that is known. */
export interface Callers {
  /** By the key that a request carries: `X-Api-Key`, as CrowdSec's bouncers send it, or a bearer token (RFC 6750). */
  of(request: Pick<IncomingMessage, "headers" | "socket">): string | null;
  byKey(key: string): string | null;
}

/**
 * Looks keys up by their digest. How long that takes tells something of the digest of what was presented, and nothing of a key.
 * @throws {UserError} if a digest is none, or two callers share a name or a key
 */
export function createCallers(callers: readonly Caller[]): Callers {
  const names = new Map<string, string>();
  for (const { name, keySha256 } of callers) {
    if (!/^[\da-f]{64}$/.test(keySha256))
      throw new UserError(
        `the key of caller ${name} is not given as a SHA-256 digest`,
        "make it with: printf %s KEY | sha256sum",
      );
    if (names.has(keySha256) || [...names.values()].includes(name))
      throw new UserError(
        `caller ${name} shares its name or its key with another`,
        "give each caller a key of its own",
      );
    names.set(keySha256, name);
  }
  /** A gateway sends many requests over one connection, and each with the same key: it is hashed once. */
  const known = new WeakMap<object, { readonly key: string; readonly name: string }>();
  const byKey = (key: string): string | null => names.get(hash("sha256", key)) ?? null;
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

function keyOf(headers: IncomingMessage["headers"]): string | undefined {
  const key = headers["x-api-key"];
  if (typeof key === "string") return key;
  return /^bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}
