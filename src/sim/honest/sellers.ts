import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { logNormal, token } from "../draw.ts";
import type { SimAccount } from "../people/account.ts";
import { drawAddress, drawCountry, fixedLease, type Lease } from "../people/address.ts";
import { drawClient } from "../people/client.ts";
import { crowdWorkload } from "../people/crowd.ts";
import { BUSINESS_KNOWN, openAccount, type SignUp } from "../people/signup.ts";
import { coinFirm } from "../text/coin.ts";
import { balancerDesk, ownDesk, rotationDesk } from "../traffic/desk.ts";
import type { Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import type { Group, Recipe } from "./recipe.ts";
import { steadySource, type SteadyTraffic } from "./steady-source.ts";

// Limits.
/** People drawn behind one seller, however large it is. */
const CROWD_MAX = 160;

interface Seller extends Omit<SteadyTraffic, "burst"> {
  readonly accounts: readonly SimAccount[];
}

function openSeller(world: World, random: Random, seller: Seller): Group {
  const source = steadySource(world, random, { ...seller, burst: { least: 0.3, spread: 0.4 } });
  return { accounts: seller.accounts, sources: [source] };
}

const sum = (loads: readonly number[]): number => loads.reduce((total, load) => total + load, 0);
const crowdSize = (load: number): number => Math.min(CROWD_MAX, 3 + Math.round(load / 12));

/** One account with many unrelated end users behind it. */
export const AGGREGATOR: Recipe = {
  name: "aggregator",
  size: [1, 1],
  load: 40,
  sigma: 0.8,
  build(world, random, loads) {
    const load = sum(loads);
    const { code, zone } = drawCountry(random);
    const hosting = world.internet.network("hosting", code, random);
    const account = openAccount(random, {
      truth: { label: "honest", class: "aggregator" },
      createdMs: world.startMs - logNormal(random, 200, 0.6) * dayMs,
      leases: Array.from({ length: random.integer(2, 5) }, () => fixedLease(drawAddress(hosting, random))),
      clients: [drawClient(random, "gateway")],
      known: BUSINESS_KNOWN,
      shared: {
        organization: coinFirm(random),
        verified: true,
        ...(random.chance(0.85) ? { declared_use: "resale" } : {}),
      },
      plan: "scale",
      verifiedChance: 1,
    });
    const workload = crowdWorkload(world, random, {
      size: crowdSize(load),
      codeShare: 0.3,
      showsEndUser: random.chance(0.6),
    });
    return openSeller(world, random, {
      accounts: [account],
      load,
      workload,
      desk: ownDesk(account),
      rhythm: "service",
      zone,
      failureChance: 0.018,
    });
  },
};

interface GatewayTraits {
  readonly name: string;
  readonly size: readonly [number, number];
  readonly failureChance: number;
  /** Chance that a refused call goes on from another account. */
  readonly failoverChance: number;
}

/** An enterprise's accounts behind one balancer: one firm's traffic, spread, with failover when an account is throttled. */
export const GATEWAY = gatewayRecipe({ name: "gateway", size: [6, 12], failureChance: 0.02, failoverChance: 0.85 });

export function gatewayRecipe(traits: GatewayTraits): Recipe {
  const build: Recipe["build"] = (world, random, loads) => {
    const { code, zone } = drawCountry(random);
    const hosting = world.internet.network("hosting", code, random);
    const leases = [fixedLease(drawAddress(hosting, random)), fixedLease(drawAddress(hosting, random))];
    const clients = [drawClient(random, "gateway")];
    const shared: SignUp["shared"] = {
      organization: coinFirm(random),
      verified: true,
      email_domain: `${token(random, 8)}.com`,
      payment: `pay-${token(random, 12)}`,
    };
    const device = `dev-${token(random, 14)}`;
    const created = logNormal(random, 260, 0.5);
    const accounts = loads.map(() =>
      openAccount(random, {
        truth: { label: "honest", class: traits.name },
        createdMs: world.startMs - (created + random.next() * 60) * dayMs,
        leases,
        clients,
        known: BUSINESS_KNOWN,
        shared: { ...shared, ...(random.chance(0.4) ? { device } : {}) },
        plan: "enterprise",
        verifiedChance: 1,
      }),
    );
    const system = random.chance(0.6)
      ? `Internal assistant of ${shared.organization}. ${random.pick(["Follow the code of conduct.", "Do not share customer data.", "Use British spelling."])}`
      : undefined;
    const workload = crowdWorkload(world, random, {
      size: crowdSize(sum(loads)),
      codeShare: 0.35,
      system,
      showsEndUser: random.chance(0.3),
    });
    return openSeller(world, random, {
      accounts,
      load: sum(loads),
      workload,
      desk: balancerDesk(random, accounts, traits.failoverChance),
      rhythm: "office",
      zone,
      failureChance: traits.failureChance,
    });
  };
  return { name: traits.name, size: traits.size, load: 6, sigma: 0.3, build };
}

/** Some relays carry one kind of customer only: coders, or readers of one language. */
export const RELAY = relayRecipe("relay", (world, random) =>
  crowdWorkload(world, random, { size: CROWD_MAX, codeShare: random.pick([0.3, 0.3, 1]), showsEndUser: false }),
);

/** Plain resale: accounts in rotation, unrelated customers behind them. Coordinated, and not a harvest. */
export function relayRecipe(name: string, customers: (world: World, random: Random) => Workload): Recipe {
  const build: Recipe["build"] = (world, random, loads) => {
    const payments = Array.from({ length: Math.ceil(loads.length / 3) }, () => `pay-${token(random, 12)}`);
    const devices = Array.from({ length: Math.ceil(loads.length / 2) }, () => `dev-${token(random, 14)}`);
    const exits: Lease[] = Array.from({ length: Math.ceil(loads.length * 1.5) }, () =>
      fixedLease(
        drawAddress(world.internet.network(random.pick(["hosting", "home"]), drawCountry(random).code, random), random),
      ),
    );
    const accounts = loads.map(() =>
      openAccount(random, {
        truth: { label: "honest", class: name },
        createdMs: world.startMs - logNormal(random, 25, 0.8) * dayMs,
        leases: Array.from({ length: 4 }, () => random.pick(exits)),
        clients: [drawClient(random, "library"), drawClient(random, "library")],
        known: BUSINESS_KNOWN,
        shared: {
          ...(random.chance(0.6) ? { payment: random.pick(payments) } : {}),
          ...(random.chance(0.3) ? { device: random.pick(devices) } : {}),
        },
        plan: random.pick(["pay-as-you-go", "build"]),
        verifiedChance: 0.25,
      }),
    );
    const slots = accounts.map((account) => ({
      diligence: 1 - 0.5 * random.next() ** 2,
      terms: [{ account, fromMs: world.startMs, untilMs: Infinity }],
    }));
    const desk = rotationDesk({
      random,
      slots,
      movesOn: false,
      rotation: random.pick(["least-recently-used", "random"]),
      stickyTasks: 1,
      resumes: true,
    });
    const workload = customers(world, random);
    return openSeller(world, random, {
      accounts,
      load: sum(loads),
      workload,
      desk,
      rhythm: "service",
      zone: random.pick([-6, 0, 8]),
      failureChance: 0.02,
    });
  };
  return { name, size: [20, 60], load: 3, sigma: 0.4, build };
}
