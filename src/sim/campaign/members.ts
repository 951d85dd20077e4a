import type { Random } from "../../kit/random.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { logNormal, token } from "../draw.ts";
import type { SimAccount } from "../people/account.ts";
import { drawAddress, drawCountry, dynamicLease, fixedLease, type Lease } from "../people/address.ts";
import { type Client, drawClient } from "../people/client.ts";
import { BUSINESS_KNOWN, openAccount, type SignUp } from "../people/signup.ts";
import { coinFirm } from "../text/coin.ts";
import { drawRhythm } from "../traffic/arrivals.ts";
import type { Slot } from "../traffic/desk.ts";
import type { World } from "../world.ts";
import type { CampaignSpec } from "./spec.ts";

/** What the members of one campaign may have in common. */
interface Estate {
  readonly payments: readonly string[];
  readonly devices: readonly string[];
  readonly mails: readonly { readonly domain: string; readonly shape: string }[];
  readonly proxies: readonly Lease[];
  readonly client: Client;
}

/** The slots of a campaign, each held by one account after another as bans fall. */
export function campaignSlots(
  world: World,
  random: Random,
  spec: CampaignSpec,
  size: number,
  startMs: number,
  endMs: number,
): Slot[] {
  const estate = drawEstate(world, random, size);
  return Array.from({ length: size }, (_, slot) => {
    const terms: { account: SimAccount; fromMs: number; untilMs: number }[] = [];
    let fromMs = startMs + random.exponential(spec.rampHours * hourMs);
    while (fromMs < endMs) {
      const untilMs = spec.banPerDay > 0 ? fromMs + random.exponential(dayMs / spec.banPerDay) : Infinity;
      const createdMs = fromMs - Math.max(0.05, logNormal(random, spec.agedDays, 0.5)) * dayMs;
      terms.push({
        account: drawMember(world, random.fork(`${slot}/${terms.length}`), spec, estate, createdMs),
        fromMs,
        untilMs,
      });
      fromMs = untilMs + Math.max(0.2, logNormal(random, spec.replacementHours, 0.5)) * hourMs;
    }
    const careful = 1 - 0.5 * random.next() ** 2;
    const own = random.fork(`habits/${slot}`);
    return {
      diligence: spec.loadSigma === 0 ? careful : logNormal(own, 1, spec.loadSigma),
      ...(spec.hours === "account" ? { rhythm: drawRhythm(own, "person", drawCountry(own).zone) } : {}),
      terms,
    };
  });
}

/** Pools are small: a token stands for five to nine members where it is reused. */
function drawEstate(world: World, random: Random, size: number): Estate {
  const pool = Math.max(1, Math.round(size / random.integer(5, 9)));
  const hosting = world.internet.network("hosting", "US", random);
  return {
    payments: Array.from({ length: pool }, () => `pay-${token(random, 12)}`),
    devices: Array.from({ length: pool }, () => `dev-${token(random, 14)}`),
    mails: Array.from({ length: Math.max(1, Math.round(pool / 3)) }, () => ({
      domain: `${token(random, 7)}.${random.pick(["com", "net", "top", "xyz"])}`,
      shape: random.pick(["aaaa9", "aa9aa9", "aaaa.aaaa9", "a9a9a9"]),
    })),
    proxies: Array.from({ length: Math.max(1, Math.ceil(size / 14)) }, () => fixedLease(drawAddress(hosting, random))),
    client: drawClient(random, "library"),
  };
}

function drawMember(world: World, random: Random, spec: CampaignSpec, estate: Estate, createdMs: number): SimAccount {
  const country = drawCountry(random).code;
  const mail = random.chance(spec.reuse.email) ? random.pick(estate.mails) : undefined;
  const shared: SignUp["shared"] = {
    country,
    ...(random.chance(spec.reuse.payment) ? { payment: random.pick(estate.payments) } : {}),
    ...(random.chance(spec.reuse.device) ? { device: random.pick(estate.devices) } : {}),
    ...(mail === undefined ? {} : { email_domain: mail.domain, email_shape: mail.shape }),
    ...(spec.declares ? { organization: coinFirm(random), declared_use: "synthetic-data", verified: true } : {}),
  };
  const clients = random.chance(spec.variation)
    ? [drawClient(random, random.pick(["library", "library", "agent", "cloud"]))]
    : [estate.client];
  return openAccount(random, {
    truth: { label: "distiller", campaign: spec.id, class: spec.memberClass },
    createdMs,
    leases: memberLeases(world, random, spec, estate, country),
    clients,
    known: BUSINESS_KNOWN,
    shared,
    plan: random.pick(["pay-as-you-go", "pay-as-you-go", "build"]),
    verifiedChance: 0.1,
  });
}

function memberLeases(world: World, random: Random, spec: CampaignSpec, estate: Estate, country: string): Lease[] {
  switch (spec.addresses) {
    case "few-proxies":
      return [random.pick(estate.proxies), random.pick(estate.proxies)];
    case "proxy-per-account":
      return [fixedLease(drawAddress(world.internet.network("hosting", country, random), random))];
    case "residential":
      return [dynamicLease(random, world.internet.network("home", country, random), 0.3)];
  }
}
