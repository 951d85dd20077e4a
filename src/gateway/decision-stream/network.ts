import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "../../kit/address.ts";

/** An address or a network (`192.0.2.0/24`), as a bouncer asks about it. */
export interface Network {
  /** The value under which whatever contains all of it is kept; null: it is wider than anything is decided on. */
  readonly within: string | null;
  /** Whether it contains a value under which decisions are kept. */
  contains(value: string): boolean;
}

/** null: the text is neither. */
export function readNetwork(text: string): Network | null {
  const [address = "", written] = text.split("/", 2);
  const family = isIP(address) === 4 ? "ipv4" : "ipv6";
  const bits = family === "ipv4" ? 32 : 128;
  const prefix = written === undefined ? bits : Number(written);
  if (canonicalAddress(address) === null || !/^\d{1,3}$/.test(written ?? "0") || prefix > bits) return null;
  const network = new BlockList();
  network.addSubnet(withoutZone(address), prefix, family);
  return {
    within: withinOf(address, prefix, bits),
    contains(value) {
      const [first = "", length] = value.split("/", 2);
      if (length !== undefined && Number(length) < prefix) return false;
      return network.check(first, isIP(first) === 4 ? "ipv4" : "ipv6");
    },
  };
}

/** Decisions are on single IPv4 addresses and on the /64 of an IPv6 address. */
function withinOf(address: string, prefix: number, bits: number): string | null {
  if (prefix === bits) return canonicalAddress(address);
  return bits === 128 && prefix >= 64 ? canonicalAddress(`${address}/64`) : null;
}

const withoutZone = (address: string): string => address.split("%", 1)[0] ?? "";
