import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import type { KeyNames } from "../../ingest/keys/key-names.ts";
import { createClientChain } from "./client-chain.ts";
import type { Arrived } from "./client-chain.ts";
import { valuesOf } from "./headers.ts";
import { keysInQuery, withOwner } from "../request-subject.ts";
import type { Subject } from "../table/decision-index.ts";

// Limits.
/** Clients that are given two credentials send both. More is somebody trying what is looked at. */
const keysMax = 4;

/** Who sends a request. */
export interface Caller {
  /** Its keys' names; a request may carry more than one, and which one counts is the upstream's to say. */
  readonly keys: readonly string[];
  readonly address: string | undefined;
  /** JA4 fingerprint of its TLS handshake, where the edge tells it. */
  readonly tls: string | undefined;
  /** The addresses that the request came through, as they go into X-Forwarded-For. */
  readonly chain: readonly string[];
}

/** What is read of a request. */
export interface Signed extends Arrived {
  readonly url?: string | undefined;
}

export type CallerOf = (request: Signed) => Caller | "too-many-keys";

export interface CallerOptions {
  readonly keys: Pick<KeyNames, "ofSecret">;
  /** Addresses and networks (`10.0.0.0/8`) of what stands in front. What others say of whom they speak for is not believed. */
  readonly trustedProxies: readonly string[];
  /** The header in which what stands in front tells the JA4. */
  readonly ja4Header?: string | undefined;
}

/**
 * Reads who sends a request. A key gets its name here, and goes nowhere but to the upstream.
 * @throws {UserError} if a trusted proxy is neither an address nor a network
 */
export function createCallerOf({ keys: names, trustedProxies, ja4Header }: CallerOptions): CallerOf {
  const chainOf = createClientChain(trustedProxies);
  return (request) => {
    const keys = keysOf(request);
    if (keys.size > keysMax) return "too-many-keys";
    const { address, chain, isTrusted } = chainOf(request);
    return {
      keys: [...keys].map(names.ofSecret),
      address,
      tls: isTrusted && ja4Header !== undefined ? valuesOf(request.rawHeaders, ja4Header).at(-1) : undefined,
      chain,
    };
  };
}

/** The parts of the subject of a decision, once for each key, since the upstream may take any of them. */
export function subjectsOf({ keys, address, tls }: Caller, ownerOf: KeyDirectory["ownerOf"]): Subject[] {
  return keys.length === 0 ? [{ address, tls }] : keys.map((key) => withOwner({ ownerOf }, { key, address, tls }));
}

/**
 * Every key that the request carries: Authorization (OpenAI, Anthropic, Google's OAuth), x-api-key (Anthropic), api-key (Azure),
 * x-goog-api-key and the query (Google). Read from the raw lines, since a second line of a name reaches the upstream too.
 */
function keysOf({ rawHeaders, url = "" }: Signed): Set<string> {
  const keys = new Set<string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase();
    const value = rawHeaders[at + 1] ?? "";
    if (name === "authorization") keys.add(value.replace(/^bearer\s+/i, "").trim());
    else if (name === "x-api-key" || name === "api-key" || name === "x-goog-api-key") keys.add(value.trim());
  }
  for (const key of keysInQuery(url).flat()) keys.add(key);
  keys.delete("");
  return keys;
}
