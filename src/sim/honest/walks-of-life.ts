import type { Random } from "../../kit/random.ts";
import { token } from "../draw.ts";
import { drawAddress, drawCountry, dynamicLease, fixedLease, type Lease } from "../people/address.ts";
import { BUSINESS_KNOWN, PERSON_KNOWN } from "../people/signup.ts";
import { coinFirm } from "../text/coin.ts";
import type { World } from "../world.ts";
import { peopleRecipe, type Setting, type Traits } from "./people.ts";
import { homework, popularClients, starterPrompt } from "./shared.ts";

// The classes of people as data: what they do, how much, and what the members of a group have in common.

/** A group of people somewhere, with nothing in common but what `over` says. */
export function ordinary(world: World, random: Random, over: Partial<Setting> = {}): Setting {
  const { code: country, zone, language } = drawCountry(random);
  return {
    country,
    zone,
    language,
    lease: undefined,
    shared: {},
    surroundings: {},
    scaffolds: [],
    window: [0, world.days],
    boost: undefined,
    ...over,
  };
}

/** One address that a whole building uses. */
export function buildingLease(world: World, random: Random, country: string): Lease {
  return fixedLease(drawAddress(world.internet.network("home", country, random), random));
}

const APP_MOSTLY: Traits["clients"] = [
  ["app", 8],
  ["library", 1],
];

/** People at an application of the provider. */
export const BASE = {
  rhythm: "person",
  codeShare: 0.06,
  turnsMean: 2.6,
  outputMedian: 190,
  clients: APP_MOSTLY,
  known: PERSON_KNOWN,
  ageDays: 150,
  failureChance: 0.012,
  plan: "personal",
  verifiedChance: 0.2,
} satisfies Partial<Traits>;

export const CASUAL = peopleRecipe({
  ...BASE,
  name: "casual",
  size: [1, 1],
  load: 0.35,
  sigma: 1.1,
  setting: (world, random) => ordinary(world, random),
});

export const DEVELOPER = peopleRecipe({
  ...BASE,
  name: "developer",
  size: [1, 1],
  load: 0.8,
  sigma: 1.6,
  codeShare: 0.6,
  outputMedian: 320,
  clients: [
    ["library", 6],
    ["cloud", 1.5],
    ["agent", 1],
  ],
  known: BUSINESS_KNOWN,
  plan: "pay-as-you-go",
  verifiedChance: 0.4,
  setting: (world, random) => ordinary(world, random),
});

export const OPEN_SOURCE_CLIENT = peopleRecipe({
  ...BASE,
  name: "open-source-client",
  size: [1, 1],
  load: 1,
  sigma: 1.5,
  codeShare: 0.8,
  turnsMean: 5,
  outputMedian: 340,
  clients: [["agent", 1]],
  known: BUSINESS_KNOWN,
  plan: "pay-as-you-go",
  verifiedChance: 0.25,
  setting: (world, random) => ordinary(world, random, { scaffolds: popularClients() }),
});

export const OFFICE = peopleRecipe({
  ...BASE,
  name: "office",
  size: [8, 30],
  load: 0.35,
  sigma: 1,
  rhythm: "office",
  plan: "team",
  verifiedChance: 0.7,
  setting(world, random) {
    const place = ordinary(world, random);
    const organization = coinFirm(random);
    return {
      ...place,
      lease: buildingLease(world, random, place.country),
      shared: {
        organization,
        payment: `pay-${token(random, 12)}`,
        email_domain: `${token(random, 8)}.com`,
        email_shape: random.pick(["aaaa.aaaa", "a.aaaa"]),
      },
    };
  },
});

export const UNIVERSITY = peopleRecipe({
  ...BASE,
  name: "university",
  size: [14, 40],
  load: 0.35,
  sigma: 0.9,
  clients: [
    ["app", 4],
    ["library", 3],
  ],
  plan: "education",
  verifiedChance: 0.4,
  setting(world, random) {
    const place = ordinary(world, random);
    const sheet = homework(world, random, place.language);
    return {
      ...place,
      lease: buildingLease(world, random, place.country),
      boost: sheet.boost,
      surroundings: { opening: sheet.opening },
      shared: {
        organization: coinFirm(random),
        email_domain: `${token(random, 6)}.edu`,
        ...(random.chance(0.4) ? { payment: `pay-${token(random, 12)}` } : {}),
      },
    };
  },
});

export const HACKATHON = peopleRecipe({
  ...BASE,
  name: "hackathon",
  size: [16, 50],
  load: 0.5,
  sigma: 0.8,
  codeShare: 0.6,
  clients: [
    ["library", 4],
    ["agent", 1],
  ],
  known: { ...BUSINESS_KNOWN, ip: 0.93, payment: 0.35, device: 0.6 },
  ageDays: 1.5,
  failureChance: 0.035,
  plan: "credit",
  verifiedChance: 0.25,
  setting(world, random) {
    const place = ordinary(world, random);
    // The first weekend starts on day 5: worlds begin on a Monday.
    const saturday = 5 + 7 * random.integer(0, Math.max(0, Math.floor((world.days - 7) / 7)));
    return {
      ...place,
      lease: buildingLease(world, random, place.country),
      surroundings: { system: starterPrompt(world, random) },
      window: [Math.min(saturday - 0.3, Math.max(0, world.days - 2.5)), saturday + 2.2],
      shared: random.chance(0.5) ? { payment: `pay-${token(random, 12)}` } : {},
    };
  },
});

export const FAMILY = peopleRecipe({
  ...BASE,
  name: "family",
  size: [2, 4],
  load: 0.4,
  sigma: 1,
  rhythm: "evening",
  setting(world, random) {
    const place = ordinary(world, random);
    const lease = dynamicLease(random.fork("line"), world.internet.network("home", place.country, random), 0.1);
    return {
      ...place,
      lease,
      shared: random.chance(0.8) ? { payment: `pay-${token(random, 12)}` } : {},
    };
  },
});

export const SPARSE = peopleRecipe({
  ...BASE,
  name: "sparse",
  size: [1, 1],
  load: 0.3,
  sigma: 1.2,
  known: {
    payment: 0,
    phone: 0,
    device: 0,
    signupIp: 0,
    email: 0,
    ip: 0,
    userAgent: 0,
    ja4: 0,
    key: 0,
    text: 0.4,
  },
  plan: "cloud",
  setting: (world, random) => ordinary(world, random),
});
