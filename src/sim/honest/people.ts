import type { Random } from "../../kit/random.ts";
import { logNormal, token, weighted } from "../draw.ts";
import { drawAddress, drawCountry, dynamicLease, fixedLease, type Lease } from "../people/address.ts";
import { type ClientKind, drawClient } from "../people/client.ts";
import { drawHabits } from "../people/habits.ts";
import { personWorkload, type Surroundings } from "../people/person.ts";
import { BUSINESS_KNOWN, type Known, openAccount, PERSON_KNOWN, type SignUp } from "../people/signup.ts";
import { coinFirm } from "../text/coin.ts";
import type { Language } from "../text/language.ts";
import { arrivals, DAY_MS, drawRhythm, type RhythmKind } from "../traffic/arrivals.ts";
import { ownDesk } from "../traffic/desk.ts";
import { TrafficSource } from "../traffic/source.ts";
import type { World } from "../world.ts";
import { homework, popularClients, type Scaffold, starterPrompt } from "./shared.ts";
import type { Group, Recipe } from "./recipe.ts";

/** Where a group lives and what it shares. */
interface Setting {
  readonly country: string;
  readonly zone: number;
  readonly language: Language;
  /** An address that all of the group use, besides their own. */
  readonly lease: Lease | undefined;
  readonly shared: SignUp["shared"];
  readonly surroundings: Surroundings;
  readonly scaffolds: readonly Scaffold[];
  /** The days of activity, counted from the start of the world. */
  readonly window: readonly [number, number];
  readonly boost: ((timeMs: number) => number) | undefined;
}

/** What tells one class of people from another. */
interface Traits {
  readonly name: string;
  readonly size: readonly [number, number];
  readonly load: number;
  readonly sigma: number;
  readonly rhythm: RhythmKind;
  readonly codeShare: number;
  readonly turnsMean: number;
  readonly outputMedian: number;
  readonly clients: readonly (readonly [ClientKind, number])[];
  readonly known: Known;
  /** Days since the account was opened, median. */
  readonly ageDays: number;
  readonly failureChance: number;
  readonly plan: string;
  readonly verifiedChance: number;
  setting(world: World, random: Random): Setting;
}

/** People who type, or whose tools type for them. */
export function peopleRecipe(traits: Traits): Recipe {
  return {
    name: traits.name,
    size: traits.size,
    load: traits.load,
    sigma: traits.sigma,
    build: (world, random, loads) => buildPeople(world, random, loads, traits),
  };
}

function buildPeople(world: World, random: Random, loads: readonly number[], traits: Traits): Group {
  const setting = traits.setting(world, random);
  const members = loads.map((load, i) => buildPerson(world, random.fork(String(i)), load, traits, setting));
  return { accounts: members.map((m) => m.account), sources: members.map((m) => m.source) };
}

function buildPerson(world: World, random: Random, load: number, traits: Traits, setting: Setting) {
  const scaffold = setting.scaffolds.length > 0 ? random.pick(setting.scaffolds) : undefined;
  const habits = drawHabits(world, random, {
    language: setting.language,
    codeShare: traits.codeShare * (0.5 + random.next()),
    turnsMean: traits.turnsMean,
    paramsChance: traits.known.key,
    outputMedian: traits.outputMedian,
  });
  const kinds = weighted(traits.clients);
  const home = world.internet.network("home", setting.country, random);
  const leases: Lease[] =
    setting.lease === undefined
      ? [dynamicLease(random, home, random.next() * 0.5)]
      : [setting.lease, setting.lease, setting.lease];
  if (random.chance(0.5)) {
    const mobile = world.internet.network("mobile", setting.country, random);
    leases.push(dynamicLease(random, mobile, 0.9));
  }
  const [fromDay, toDay] = setting.window;
  const startMs = world.startMs + fromDay * DAY_MS;
  const endMs = Math.min(world.endMs, world.startMs + toDay * DAY_MS);
  const account = openAccount(random, {
    truth: { label: "honest", class: traits.name },
    createdMs: startMs - logNormal(random, traits.ageDays, 1) * DAY_MS,
    leases,
    clients: Array.from({ length: random.integer(1, 2) }, () => drawClient(random, kinds.draw(random))),
    known: traits.known,
    shared: { country: setting.country, ...setting.shared },
    plan: traits.plan,
    verifiedChance: traits.verifiedChance,
  });
  const around: Surroundings = scaffold ?? {
    ...setting.surroundings,
    ...ownSurroundings(random, traits),
  };
  const source = new TrafficSource({
    random,
    starts: arrivals({
      random,
      startMs,
      endMs,
      perDay: load / habits.turnsMean / Math.max(0.5, (endMs - startMs) / DAY_MS),
      rhythm: drawRhythm(random, random.chance(0.2) ? "evening" : traits.rhythm, setting.zone),
      burst: 0.4 + random.next() * 1.2,
      atLeastOne: true,
      ...(setting.boost === undefined ? {} : { boost: setting.boost }),
    }),
    workload: personWorkload(world, random, habits, around),
    desk: ownDesk(account),
    failureChance: traits.failureChance,
    endMs: world.endMs,
  });
  return { account, source };
}

/** Developers write their own system prompts and sometimes their own tools. */
function ownSurroundings(random: Random, traits: Traits): Surroundings {
  if (traits.name !== "developer" || !random.chance(0.5)) return {};
  const tools = random.chance(0.4)
    ? Array.from(
        { length: random.integer(2, 6) },
        () => `${random.pick(["get", "put", "find", "run", "open"])}_${token(random, 4)}`,
      )
    : undefined;
  return {
    system: `${coinFirm(random)}: ${random.pick(["assistant for", "helper of", "backend for", "tests of"])} ${coinFirm(random)}. ${random.pick(["Be brief.", "Reply in JSON.", "Cite files.", "Use metric units.", "Explain trade-offs."])}`,
    tools,
  };
}

function ordinary(world: World, random: Random, over: Partial<Setting> = {}): Setting {
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
function buildingLease(world: World, random: Random, country: string): Lease {
  return fixedLease(drawAddress(world.internet.network("home", country, random), random));
}

const APP_MOSTLY: Traits["clients"] = [
  ["app", 8],
  ["library", 1],
];

const BASE = {
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
