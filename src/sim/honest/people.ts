import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { logNormal, token, weighted } from "../draw.ts";
import { dynamicLease, type Lease } from "../people/address.ts";
import { type ClientKind, drawClient } from "../people/client.ts";
import { drawHabits } from "../people/habits.ts";
import { personWorkload, type Surroundings } from "../people/person.ts";
import { type Known, openAccount, type SignUp } from "../people/signup.ts";
import { coinFirm } from "../text/coin.ts";
import type { Language } from "../text/language.ts";
import { arrivals, drawRhythm, type RhythmKind } from "../traffic/arrivals.ts";
import { ownDesk } from "../traffic/desk.ts";
import { TrafficSource } from "../traffic/source.ts";
import type { World } from "../world.ts";
import type { Group, Recipe } from "./recipe.ts";
import type { Scaffold } from "./shared.ts";

/** Where a group lives and what it shares. */
export interface Setting {
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
  /** What a member has in place of the group's; absent: nothing. */
  readonly own?: (random: Random) => Pick<Setting, "lease" | "surroundings">;
}

/** What tells one class of people from another. */
export interface Traits {
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
  const { lease, surroundings } = setting.own?.(random.fork("own")) ?? setting;
  const leases: Lease[] =
    lease === undefined ? [dynamicLease(random, home, random.next() * 0.5)] : [lease, lease, lease];
  if (random.chance(0.5)) {
    const mobile = world.internet.network("mobile", setting.country, random);
    leases.push(dynamicLease(random, mobile, 0.9));
  }
  const [fromDay, toDay] = setting.window;
  const startMs = world.startMs + fromDay * dayMs;
  const endMs = Math.min(world.endMs, world.startMs + toDay * dayMs);
  const account = openAccount(random, {
    truth: { label: "honest", class: traits.name },
    createdMs: startMs - logNormal(random, traits.ageDays, 1) * dayMs,
    leases,
    clients: Array.from({ length: random.integer(1, 2) }, () => drawClient(random, kinds.draw(random))),
    known: traits.known,
    shared: { country: setting.country, ...setting.shared },
    plan: traits.plan,
    verifiedChance: traits.verifiedChance,
  });
  const around: Surroundings = scaffold ?? {
    ...surroundings,
    ...ownSurroundings(random, traits),
  };
  const source = new TrafficSource({
    random,
    starts: arrivals({
      random,
      startMs,
      endMs,
      perDay: load / habits.turnsMean / Math.max(0.5, (endMs - startMs) / dayMs),
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
