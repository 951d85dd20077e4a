import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { assertNever } from "../../kit/assert.ts";

/*
 * Two members find the same customer only where both write an identifier in the same way, so each kind has one form. The rules
 * stand in docs/overlap.md; a change of one of them is a new version of the protocol.
 */

// Limits.
/** RFC 5321, section 4.5.3.1: the part before the @ of an address, and all of it. */
const localBytesMax = 64;
const addressBytesMax = 254;
/** ITU-T E.164. Below seven there are short codes, which belong to no customer. */
const phoneDigitsMin = 7;
const phoneDigitsMax = 15;
/** A network's own fingerprint of a card or an account, as payment processors give it out. */
const paymentBytesMin = 8;
const paymentBytesMax = 128;
/** Longer than any identifier may be, before anything is done with it. */
const rawLengthMax = 1_024;

export const identifierKinds = ["email", "payment", "phone", "ipv4-24", "ipv6-48"] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

/** In canonical form. */
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

/** The one form of an identifier; null where the text is none of that kind. What is canonical stays as it is. */
export function canonicalIdentifier(kind: IdentifierKind, raw: string): Identifier | null {
  if (raw.length > rawLengthMax) return null;
  const value = canonicalValue(kind, raw.trim());
  return value === null ? null : { kind, value };
}

/** What is hashed for an identifier. A kind has no colon, so that no two identifiers share a text. */
export function identifierText({ kind, value }: Identifier): string {
  return `${kind}:${value}`;
}

/** The identifier of a text that `identifierText` has made. */
export function identifierOfText(text: string): Identifier {
  const colon = text.indexOf(":");
  const kind = identifierKinds.find((one) => one === text.slice(0, colon));
  if (kind === undefined) throw new Error("the text of an identifier begins with its kind");
  return { kind, value: text.slice(colon + 1) };
}

function canonicalValue(kind: IdentifierKind, text: string): string | null {
  switch (kind) {
    case "email":
      return canonicalEmail(text);
    case "payment":
      return canonicalPayment(text);
    case "phone":
      return canonicalPhone(text);
    case "ipv4-24":
      return canonicalIpv4Network(text);
    case "ipv6-48":
      return canonicalIpv6Network(text);
    default:
      return assertNever(kind, "kind of identifier");
  }
}

/**
 * Unicode NFKC and lower case; the domain in ASCII (IDNA, UTS #46). What follows a plus and dots stay: whether they matter is the
 * provider's own rule, and to strip them would make one customer out of two.
 */
function canonicalEmail(text: string): string | null {
  const at = text.lastIndexOf("@");
  if (at < 1) return null;
  const local = text.slice(0, at).normalize("NFKC").toLowerCase().normalize("NFKC");
  const domain = canonicalDomain(text.slice(at + 1));
  // No quoted local parts: nobody signs up with one. Half of a surrogate pair has no bytes of its own.
  if (domain === null || !/^[^\s"(),:;<>@[\\\]\p{Cc}\p{Cf}\p{Surrogate}]+$/u.test(local)) return null;
  const address = `${local}@${domain}`;
  if (Buffer.byteLength(local) > localBytesMax || Buffer.byteLength(address) > addressBytesMax) return null;
  return address;
}

function canonicalDomain(text: string): string | null {
  const domain = domainToASCII(text.replace(/\.$/, ""));
  // `domainToASCII` takes numbers for IPv4 addresses, which get no customers' mail.
  const label = String.raw`[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?`;
  const pattern = new RegExp(String.raw`^(?:${label}\.)+(?=[a-z0-9-]*[a-z])${label}$`);
  return pattern.test(domain) ? domain : null;
}

/**
 * The fingerprint of a means of payment that its network or processor gives out, without spaces. Case counts. A card's number is
 * refused: there are so few that who has the other party's points could try them all.
 */
function canonicalPayment(text: string): string | null {
  const value = text.replaceAll(/\s/g, "");
  const isFingerprint =
    /^[\x21-\x7e]+$/.test(value) && value.length >= paymentBytesMin && value.length <= paymentBytesMax;
  if (!isFingerprint || /^[\d-]{8,23}$/.test(value)) return null;
  return value;
}

/**
 * E.164 with its plus; spaces, the usual marks between digits, and the "(0)" that is dialled within a country go. A number
 * without its country's code is nobody's.
 */
function canonicalPhone(text: string): string | null {
  const compact = text
    .normalize("NFKC")
    .replace("(0)", "")
    .replaceAll(/[\s().\-/\u2010-\u2015]/g, "");
  const [, digits] = /^(?:\+|00)([1-9]\d*)$/.exec(compact) ?? [];
  if (digits === undefined || digits.length < phoneDigitsMin || digits.length > phoneDigitsMax) return null;
  return `+${digits}`;
}

/** The network of 256 addresses that an address, or a network of at most that size, is in. */
function canonicalIpv4Network(text: string): string | null {
  const [address = "", length, ...rest] = text.split("/");
  if (!isIPv4(address) || rest.length > 0 || !isLengthWithin(length, 24, 32)) return null;
  return `${address.split(".").slice(0, 3).join(".")}.0/24`;
}

/** The network of 2^80 addresses (an operator's usual site) in RFC 5952's form. */
function canonicalIpv6Network(text: string): string | null {
  const [address = "", length, ...rest] = text.split("/");
  if (!isIPv6(address) || address.includes("%") || rest.length > 0 || !isLengthWithin(length, 48, 128)) return null;
  const site = ipv6Groups(address).slice(0, 3);
  // An IPv4 address that is written as IPv6, and what stands for no network at all.
  if (site.every((group) => group === 0)) return null;
  // The zeros behind the site are the longest run, save where it has none of its own before them.
  const shown = site.slice(0, site.findLastIndex((group) => group !== 0) + 1);
  return `${shown.map((group) => group.toString(16)).join(":")}::/48`;
}

function isLengthWithin(length: string | undefined, low: number, high: number): boolean {
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) >= low && Number(length) <= high);
}

/** The eight groups of an address that `isIPv6` has accepted. */
function ipv6Groups(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const groups = (part: string): number[] =>
    part.split(":").flatMap((group) => {
      if (group === "") return [];
      if (!group.includes(".")) return [Number.parseInt(group, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
      return [a * 256 + b, c * 256 + d];
    });
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array<number>(zeros).fill(0), ...last];
}
