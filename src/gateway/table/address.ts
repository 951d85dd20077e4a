import { isIP } from "node:net";

/**
 * The value under which decisions about an address are kept: an IPv4 address as it is, an IPv6 address as its /64, since a
 * customer is given a whole one (RFC 6177) and changes within it at will (RFC 8981). An IPv4-mapped address
 * (RFC 4291, 2.5.5.2) is the IPv4 address. Takes a bare address, IPv4 with `/32` and IPv6 with `/64`; null for all else.
 */
export function canonicalAddress(text: string): string | null {
  const slash = text.indexOf("/");
  const bare = slash === -1 ? text : text.slice(0, slash);
  const prefix = slash === -1 ? null : text.slice(slash);
  switch (isIP(bare)) {
    case 4:
      return prefix === null || prefix === "/32" ? bare : null;
    case 6: {
      const groups = groupsOf(bare);
      const mapped = prefix === null ? mappedAddress(groups) : null;
      if (mapped !== null) return mapped;
      return prefix === null || prefix === "/64" ? `${groups.slice(0, 4).map(hex).join(":")}::/64` : null;
    }
    default:
      return null;
  }
}

const hex = (group: number): string => group.toString(16);

/** The eight groups of an address that `isIP` has found to be IPv6 (RFC 4291, 2.2), without its zone (RFC 4007). */
function groupsOf(address: string): readonly number[] {
  const [bare = ""] = address.split("%", 1);
  const [head = "", tail] = bare.split("::", 2);
  const front = groupsOfPart(head);
  const back = groupsOfPart(tail ?? "");
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

function groupsOfPart(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function mappedAddress(groups: readonly number[]): string | null {
  if (groups[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return null;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join(".");
}
