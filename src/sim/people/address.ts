import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { weighted, type Weighted } from "../draw.ts";
import type { Language } from "../text/language.ts";

export interface Address {
  readonly ip: string;
  readonly asn: number;
  readonly country: string;
}

export type NetworkKind = "home" | "mobile" | "hosting";

/** An autonomous system of the simulated internet. The numbers do not follow real allocations. */
export interface Network {
  readonly kind: NetworkKind;
  readonly asn: number;
  readonly country: string;
  /** The first two octets of its IPv4 blocks. */
  readonly blocks: readonly string[];
  /** The first two groups of its IPv6 block. */
  readonly block6: string;
}

interface Country {
  readonly code: string;
  /** Hours east of UTC. */
  readonly zone: number;
  readonly language: Language;
}

const COUNTRIES: readonly (readonly [Country, number])[] = [
  [{ code: "US", zone: -6, language: "en" }, 22],
  [{ code: "GB", zone: 0, language: "en" }, 7],
  [{ code: "CA", zone: -5, language: "en" }, 4],
  [{ code: "IN", zone: 5.5, language: "en" }, 7],
  [{ code: "NG", zone: 1, language: "en" }, 2],
  [{ code: "AU", zone: 10, language: "en" }, 3],
  [{ code: "SG", zone: 8, language: "zh" }, 4],
  [{ code: "TW", zone: 8, language: "zh" }, 5],
  [{ code: "MY", zone: 8, language: "zh" }, 2],
  [{ code: "ES", zone: 1, language: "es" }, 3],
  [{ code: "MX", zone: -6, language: "es" }, 4],
  [{ code: "AR", zone: -3, language: "es" }, 2],
  [{ code: "BR", zone: -3, language: "pt" }, 5],
  [{ code: "PT", zone: 0, language: "pt" }, 1],
  [{ code: "DE", zone: 1, language: "de" }, 5],
  [{ code: "AT", zone: 1, language: "de" }, 1],
  [{ code: "JP", zone: 9, language: "ja" }, 6],
  [{ code: "KZ", zone: 5, language: "ru" }, 3],
  [{ code: "UA", zone: 2, language: "ru" }, 2],
  [{ code: "EG", zone: 2, language: "ar" }, 2],
  [{ code: "SA", zone: 3, language: "ar" }, 2],
  [{ code: "MA", zone: 1, language: "ar" }, 1],
  [{ code: "NP", zone: 5.75, language: "hi" }, 2],
];

const COUNTRY_DRAW: Weighted<Country> = weighted(COUNTRIES);

/** A place to live: country, hours east of UTC, and the language mostly spoken. */
export function drawCountry(random: Random): Country {
  return COUNTRY_DRAW.draw(random);
}

/** Draws of a home for somebody who is to speak one language. */
const HOMES_MAX = 40;

/** Where somebody lives who uses something written in one language: anywhere if it is English, otherwise mostly where it is spoken. */
export function drawHome(random: Random, language: Language): Country {
  let home = drawCountry(random);
  for (let draw = 1; draw < HOMES_MAX && language !== "en" && home.language !== language; draw++)
    home = drawCountry(random);
  return home;
}

/** The networks of a world: a few home and mobile ones per country, and hosting ones. */
export interface Internet {
  network(kind: NetworkKind, country: string, random: Random): Network;
}

export function drawInternet(random: Random): Internet {
  const octets = Array.from({ length: 200 }, (_, i) => i + 11).filter(
    (octet) => octet !== 127 && octet !== 172 && octet !== 192 && octet !== 169,
  );
  const used = new Set<string>();
  const block = (): string => {
    for (;;) {
      const text = `${random.pick(octets)}.${random.integer(0, 255)}`;
      if (used.has(text)) continue;
      used.add(text);
      return text;
    }
  };
  let asn = 21_000;
  const make = (kind: NetworkKind, country: string): Network => ({
    kind,
    asn: (asn += random.integer(7, 140)),
    country,
    blocks: Array.from({ length: kind === "home" ? 6 : 2 }, block),
    block6: `2a${random.integer(0x10, 0xff).toString(16)}:${random.integer(0x100, 0xfff).toString(16)}`,
  });
  const homes = new Map<string, Network[]>();
  const mobiles = new Map<string, Network[]>();
  for (const [{ code }] of COUNTRIES) {
    homes.set(code, [make("home", code), make("home", code), make("home", code)]);
    mobiles.set(code, [make("mobile", code), make("mobile", code)]);
  }
  const hosting = ["US", "US", "DE", "SG", "GB", "JP", "US", "BR"].map((code) => make("hosting", code));
  return {
    network(kind, country, draw) {
      if (kind === "hosting") return draw.pick(hosting);
      return draw.pick((kind === "home" ? homes : mobiles).get(country) ?? hosting);
    },
  };
}

/** Carriers hide many phones behind each of a few addresses. */
const CARRIER_ADDRESSES = 48;

export function drawAddress(network: Network, random: Random): Address {
  const { asn, country } = network;
  if (network.kind === "mobile") {
    const shared = random.integer(0, CARRIER_ADDRESSES - 1);
    return { ip: `${network.blocks[shared % 2] ?? "100.64"}.7.${shared}`, asn, country };
  }
  if (network.kind === "home" && random.chance(0.2)) {
    const group = (): string => random.integer(1, 0xffff).toString(16);
    return {
      ip: `${network.block6}:${group()}:${group()}:${group()}:${group()}:${group()}:${group()}`,
      asn,
      country,
    };
  }
  return {
    ip: `${random.pick(network.blocks)}.${random.integer(0, 255)}.${random.integer(1, 254)}`,
    asn,
    country,
  };
}

/** An address as it changes: a home line is renumbered now and then, a fixed one never. */
export type Lease = (timeMs: number) => Address;

export function fixedLease(address: Address): Lease {
  return () => address;
}

/** `changeChance`: chance a day of a new address in the same network. */
export function dynamicLease(random: Random, network: Network, changeChance: number): Lease {
  let address = drawAddress(network, random);
  let day = -1;
  return (timeMs) => {
    const today = Math.floor(timeMs / dayMs);
    if (day >= 0 && today !== day && random.chance(changeChance)) address = drawAddress(network, random);
    day = today;
    return address;
  };
}
