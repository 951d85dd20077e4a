import { isIPv4 } from "node:net";

/**
 * The value under which decisions about an address are kept: an IPv4 address as it is, an IPv6 address as its /64, since a
 * customer is given a whole one (RFC 6177) and changes within it at will (RFC 8981). An IPv4-mapped address
 * (RFC 4291, 2.5.5.2) is the IPv4 address. Takes a bare address, IPv4 with `/32` and IPv6 with `/64`; null for all else.
 */
export function canonicalAddress(text: string): string | null {
  if (text !== lastText) {
    lastCanonical = readCanonical(text);
    lastText = text;
  }
  return lastCanonical;
}

/** What was asked last: whoever decides on a request asks several times. */
let lastText = "";
let lastCanonical: string | null = null;

function readCanonical(text: string): string | null {
  const slash = text.indexOf("/");
  const bare = slash === -1 ? text : text.slice(0, slash);
  const prefix = slash === -1 ? null : text.slice(slash);
  if (!bare.includes(":")) return isIPv4(bare) && (prefix === null || prefix === "/32") ? bare : null;
  if (!readGroups(bare)) return null;
  if (prefix === null && isMapped()) return `${octets(6)}.${octets(7)}`;
  return prefix === null || prefix === "/64" ? `${hex(0)}:${hex(1)}:${hex(2)}:${hex(3)}::/64` : null;
}

/** The groups of the address that was read last: nothing is allocated for a look-up but its result. */
const groups = new Uint16Array(8);

const hex = (at: number): string => (groups[at] ?? 0).toString(16);

function octets(at: number): string {
  const group = groups[at] ?? 0;
  return `${group >> 8}.${group & 0xff}`;
}

function isMapped(): boolean {
  for (let at = 0; at < 5; at++) if (groups[at] !== 0) return false;
  return groups[5] === 0xffff;
}

/** Reads an IPv6 address as text (RFC 4291, 2.2), perhaps with a zone (RFC 4007), into `groups`. False if it is none. */
function readGroups(text: string): boolean {
  const zone = text.indexOf("%");
  const end = zone === -1 ? text.length : zone;
  if (zone === text.length - 1) return false;
  groups.fill(0);
  let read = 0;
  /** How many groups stand before `::`. */
  let before = -1;
  let at = 0;
  if (text.startsWith("::")) {
    before = 0;
    at = 2;
  }
  while (at < end) {
    if (read === 8) return false;
    const colon = text.indexOf(":", at);
    const partEnd = colon === -1 || colon > end ? end : colon;
    if (partEnd === end && text.slice(at, end).includes(".")) {
      if (!readIPv4(text.slice(at, end), read)) return false;
      read += 2;
      break;
    }
    const group = hexOf(text, at, partEnd);
    if (group === -1) return false;
    groups[read++] = group;
    at = partEnd + 1;
    if (partEnd < end && at === end) return false;
    if (at < end && text.charCodeAt(at) === COLON) {
      if (before !== -1) return false;
      before = read;
      at++;
    }
  }
  if (before === -1) return read === 8;
  if (read === 8) return false;
  groups.copyWithin(8 - (read - before), before, read);
  groups.fill(0, before, 8 - (read - before));
  return true;
}

const COLON = 58;

/** One to four hexadecimal digits; -1 for anything else. */
function hexOf(text: string, from: number, to: number): number {
  if (to === from || to - from > 4) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    const lower = code | 0x20;
    if (code >= 48 && code <= 57) value = value * 16 + code - 48;
    else if (lower >= 97 && lower <= 102) value = value * 16 + lower - 87;
    else return -1;
  }
  return value;
}

/** The last two groups may be written as an IPv4 address. */
function readIPv4(text: string, at: number): boolean {
  if (at > 6 || !isIPv4(text)) return false;
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  groups[at] = a * 256 + b;
  groups[at + 1] = c * 256 + d;
  return true;
}
