import type { Random } from "../../kit/random.ts";
import type { AccountFacts } from "../../model/account.ts";
import type { Truth } from "../../model/truth.ts";
import { token } from "../draw.ts";
import { jsonMembers } from "../traffic/wire.ts";
import type { Logging, SimAccount } from "./account.ts";
import type { Address, Lease } from "./address.ts";
import type { Client } from "./client.ts";

// Rates.
/** Share of accounts whose record the provider has lost. */
const RECORD_LOST = 0.025;
/** An account works from one of its devices for this long before it may change to another. */
const DEVICE_SPELL_MS = 45 * 60_000;

/** What is known of an account's holder; whatever is absent is drawn fresh or left out at `known`'s rates. */
export interface SignUp {
  readonly truth: Omit<Truth, "account">;
  readonly createdMs: number;
  readonly leases: readonly Lease[];
  readonly clients: readonly Client[];
  /** Chances that the record or the log holds the field. */
  readonly known: Known;
  /** Identity shared with other accounts, or fixed by the class. */
  readonly shared: Partial<
    Pick<
      AccountFacts,
      | "organization"
      | "email_domain"
      | "email_shape"
      | "payment"
      | "phone"
      | "device"
      | "signup_ip"
      | "country"
      | "plan"
      | "verified"
      | "declared_use"
    >
  >;
  readonly plan: string;
  readonly verifiedChance: number;
}

export interface Known {
  readonly payment: number;
  readonly phone: number;
  readonly device: number;
  readonly signupIp: number;
  readonly email: number;
  readonly ip: number;
  readonly userAgent: number;
  readonly ja4: number;
  readonly key: number;
  /** Chance that the log keeps prompts. */
  readonly text: number;
}

export const PERSON_KNOWN: Known = {
  payment: 0.6,
  phone: 0.75,
  device: 0.75,
  signupIp: 0.85,
  email: 0.97,
  ip: 0.96,
  userAgent: 0.95,
  ja4: 0.86,
  key: 0.25,
  text: 1,
};

export const BUSINESS_KNOWN: Known = {
  payment: 0.75,
  phone: 0.55,
  device: 0.3,
  signupIp: 0.6,
  email: 0.9,
  ip: 0.72,
  userAgent: 0.85,
  ja4: 0.65,
  key: 0.9,
  text: 1,
};

const PUBLIC_MAIL = [
  "gmail.com",
  "outlook.com",
  "icloud.com",
  "proton.me",
  "yahoo.com",
  "163.com",
  "mail.ru",
  "gmx.de",
  "naver.com",
  "uol.com.br",
];
const EMAIL_SHAPES = [
  "aaaa",
  "aaaa.aaaa",
  "aaaa9",
  "aaaa_aaaa",
  "a.aaaa",
  "aaaa.aaaa9",
  "aaaa-aaaa",
  "aaa9",
  "aaaa.aa9",
  "aa9aa",
];

export function openAccount(random: Random, signUp: SignUp): SimAccount {
  const { known, shared } = signUp;
  const id = `acc-${token(random, 13)}`;
  const record = drawRecord(random, id, signUp);
  const logging: Logging = {
    text: random.chance(known.text),
    responseChance: random.chance(0.25) ? 0 : 0.3 + random.next() * 0.65,
  };
  const truth: Truth = { account: id, ...signUp.truth };
  return {
    id,
    // A record that a whole group shares is kept: it is the look-alike's or the campaign's trait.
    record: random.chance(RECORD_LOST) && shared.payment === undefined ? undefined : record,
    truth,
    logging,
    connect: connector(random, signUp),
  };
}

function drawRecord(random: Random, account: string, signUp: SignUp): string {
  const { known, shared } = signUp;
  const maybe = <T>(chance: number, value: T): T | undefined => (random.chance(chance) ? value : undefined);
  const address = signUp.leases[0]?.(signUp.createdMs);
  const drawn: { [Field in keyof AccountFacts]: AccountFacts[Field] | undefined } & {
    account: string;
  } = {
    account,
    created: new Date(Math.floor(signUp.createdMs)).toISOString(),
    organization: shared.organization,
    email_domain: maybe(known.email, shared.email_domain ?? random.pick(PUBLIC_MAIL)),
    email_shape: maybe(known.email, shared.email_shape ?? random.pick(EMAIL_SHAPES)),
    payment: maybe(known.payment, shared.payment ?? `pay-${token(random, 12)}`),
    phone: maybe(known.phone, shared.phone ?? `tel-${token(random, 10)}`),
    device: maybe(known.device, shared.device ?? `dev-${token(random, 14)}`),
    signup_ip: maybe(known.signupIp, shared.signup_ip ?? address?.ip),
    country: maybe(0.85, shared.country ?? address?.country),
    plan: shared.plan ?? signUp.plan,
    verified: maybe(0.85, shared.verified ?? random.chance(signUp.verifiedChance)),
    declared_use:
      shared.declared_use ?? maybe(0.025, random.pick(["internal-tools", "customer-support", "research", "education"])),
  };
  return JSON.stringify(drawn);
}

function connector(random: Random, signUp: SignUp): (timeMs: number) => string {
  const { known, leases, clients } = signUp;
  const showsIp = random.chance(known.ip);
  const showsAgent = random.chance(known.userAgent);
  const showsJa4 = random.chance(known.ja4);
  const key = random.chance(known.key) ? `key-${token(random, 10)}` : undefined;
  let untilMs = -1;
  let lease: Lease | undefined;
  let client: Client | undefined;
  let address: Address | undefined;
  let written = "";
  return (timeMs) => {
    const spellEnded = timeMs >= untilMs;
    if (spellEnded) {
      untilMs = timeMs + DEVICE_SPELL_MS;
      if (leases.length > 0) lease = random.pick(leases);
      if (clients.length > 0) client = random.pick(clients);
    }
    const current = showsIp ? lease?.(timeMs) : undefined;
    if (spellEnded || current !== address) {
      address = current;
      written = jsonMembers({
        key: client?.pathway === "app" ? undefined : key,
        pathway: client?.pathway,
        ip: address?.ip,
        asn: address?.asn,
        country: address?.country,
        user_agent: showsAgent ? client?.userAgent : undefined,
        ja4: showsJa4 ? client?.ja4 : undefined,
      });
    }
    return written;
  };
}
