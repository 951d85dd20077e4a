import { BlockList, isIP } from "node:net";
import { UserError } from "../../kit/user-error.ts";
import { valuesOf } from "./headers.ts";
import type { RawHeaders } from "./headers.ts";

// Limits.
/** Hops that are read out of X-Forwarded-For, from the last. */
const hopsMax = 32;

/** What is read of a request. */
export interface Arrived {
  readonly rawHeaders: RawHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** The way that a request took to us. */
export interface ClientChain {
  /** Where it comes from, as far as our own word reaches. */
  readonly address: string;
  /** The addresses that it came through, as they go into X-Forwarded-For. */
  readonly chain: readonly string[];
  /** Who sends it is one of ours, and may speak for others. */
  readonly isTrusted: boolean;
}

/**
 * `trustedProxies` are addresses and networks (`10.0.0.0/8`) of what stands in front. What others say of whom they speak for is
 * not believed.
 * @throws {UserError} if one is neither an address nor a network
 */
export function createClientChain(trustedProxies: readonly string[]): (request: Arrived) => ClientChain {
  const trusted = blockListOf(trustedProxies);
  const isOurs = (address: string): boolean => trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return (request) => {
    const peer = plainAddress(request.socket.remoteAddress ?? "");
    if (trustedProxies.length === 0 || isIP(peer) === 0 || !isOurs(peer))
      return { address: peer, chain: [peer], isTrusted: false };
    const named = forwardedFor(request.rawHeaders);
    return {
      // From the nearest on: the first that is not one of ours is as far as our own word reaches.
      address: named.findLast((address) => !isOurs(address)) ?? named[0] ?? peer,
      chain: [...named, peer],
      isTrusted: true,
    };
  };
}

/** The addresses that X-Forwarded-For names, the client's first; what is none is not passed on. */
function forwardedFor(rawHeaders: RawHeaders): string[] {
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
