import { BlockList, isIP } from "node:net";
import { UserError } from "../../kit/user-error.ts";
import type { KeyHash } from "../key-hash.ts";
import { valuesOf } from "./headers.ts";
import type { RawHeaders } from "./headers.ts";
import type { Subject } from "../table/decision-index.ts";

// Limits.
/** Clients that are given two credentials send both. More is somebody trying what is looked at. */
const keysMax = 4;
/** Hops that are read out of X-Forwarded-For, from the last. */
const hopsMax = 32;

/** Whose a key is, as the provider's own records say. */
export interface KeyOwner {
  readonly account: string;
  readonly organization?: string | undefined;
}

/** Who sends a request. */
export interface Caller {
  /** Its keys' hashes; a request may carry more than one, and which one counts is the upstream's to say. */
  readonly keys: readonly string[];
  readonly address: string | undefined;
  /** JA4 fingerprint of its TLS handshake, where the edge tells it. */
  readonly tls: string | undefined;
  /** The addresses that the request came through, as they go into X-Forwarded-For. */
  readonly chain: readonly string[];
}

/** Whose a key is, by its hash; undefined where that is not known, and decisions about accounts don't reach it. */
export type OwnerOf = (key: string) => KeyOwner | undefined;

/** What is read of a request. */
export interface Signed {
  readonly rawHeaders: RawHeaders;
  readonly url?: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

export type CallerOf = (request: Signed) => Caller | "too-many-keys";

export interface CallerOptions {
  readonly keyHash: KeyHash;
  /** Addresses and networks (`10.0.0.0/8`) of what stands in front. What others say of whom they speak for is not believed. */
  readonly trustedProxies: readonly string[];
  /** The header in which what stands in front tells the JA4. */
  readonly ja4Header?: string | undefined;
}

/**
 * Reads who sends a request. A key is hashed here, and goes nowhere but to the upstream.
 * @throws {UserError} if a trusted proxy is neither an address nor a network
 */
export function createCallerOf({ keyHash, trustedProxies, ja4Header }: CallerOptions): CallerOf {
  const trusted = blockListOf(trustedProxies);
  const isTrusted = (address: string): boolean => trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return (request) => {
    const keys = keysOf(request);
    if (keys.size > keysMax) return "too-many-keys";
    const peer = plainAddress(request.socket.remoteAddress ?? "");
    const speaksForOthers = isIP(peer) !== 0 && isTrusted(peer);
    const named = speaksForOthers ? forwardedFor(request) : [];
    return {
      keys: [...keys].map(keyHash),
      // From the nearest on: the first that is not one of ours is as far as our own word reaches.
      address: [...named, peer].findLast((address) => isIP(address) !== 0 && !isTrusted(address)) ?? named[0] ?? peer,
      tls: speaksForOthers && ja4Header !== undefined ? valuesOf(request.rawHeaders, ja4Header).at(-1) : undefined,
      chain: [...named, peer],
    };
  };
}

/** The parts of the subject of a decision, once for each key, since the upstream may take any of them. */
export function subjectsOf({ keys, address, tls }: Caller, ownerOf: OwnerOf): Subject[] {
  if (keys.length === 0) return [{ address, tls }];
  return keys.map((key) => {
    const owner = ownerOf(key);
    return { key, account: owner?.account, organization: owner?.organization, address, tls };
  });
}

/**
 * Every key that the request carries: Authorization (OpenAI, Anthropic, Google's OAuth), x-api-key (Anthropic), api-key (Azure),
 * x-goog-api-key and ?key= (Google). Read from the raw lines, since a second line of a name reaches the upstream too.
 */
function keysOf({ rawHeaders, url = "" }: Signed): Set<string> {
  const keys = new Set<string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase();
    const value = rawHeaders[at + 1] ?? "";
    if (name === "authorization") keys.add(value.replace(/^bearer\s+/i, "").trim());
    else if (name === "x-api-key" || name === "api-key" || name === "x-goog-api-key") keys.add(value.trim());
  }
  if (url.includes("?"))
    for (const key of new URLSearchParams(url.slice(url.indexOf("?"))).getAll("key")) keys.add(key);
  keys.delete("");
  return keys;
}

/** The addresses that X-Forwarded-For names, the client's first; what is none is not passed on. */
function forwardedFor({ rawHeaders }: Signed): string[] {
  const named = valuesOf(rawHeaders, "x-forwarded-for").flatMap((value) => value.split(","));
  return named
    .slice(-hopsMax)
    .map((text) => plainAddress(text.trim()))
    .filter((address) => isIP(address) !== 0);
}

/** IPv4 within IPv6 (RFC 4291, 2.5.5.2) as IPv4, which is how a server that listens on both sees IPv4 callers. */
function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/", 2);
    const version = isIP(address);
    const bits = version === 6 ? 128 : 32;
    const length = prefix === undefined ? bits : Number(prefix);
    if (version === 0 || !Number.isInteger(length) || length < 0 || length > bits || prefix === "")
      throw new UserError(
        `${network} is no address and no network`,
        "Write it as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32.",
      );
    list.addSubnet(address, length, version === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
