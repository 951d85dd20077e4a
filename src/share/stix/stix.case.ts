import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pythonPeer } from "../../../test/peers.ts";
import type { Campaign } from "../../model/report.ts";
import { toldOf } from "../../model/told-campaign.ts";
import type { Authorship } from "./build.ts";
import type { CampaignSharing } from "./campaign-objects.ts";
import { nothingEarlier } from "./earlier.ts";
import { randomIdentifier } from "./identifier.ts";

export const peer = pythonPeer("stix");
const script = fileURLToPath(new URL("validate_stix.py", import.meta.url));

/** Starts in a second or more, so that the cases of a file share one. It ends with the process of the tests. */
let validator: { ask(line: string): void; readonly answers: AsyncIterator<string> } | null = null;

function startValidator(): NonNullable<typeof validator> {
  const child = spawn(peer.command("python"), [script], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { ask: (line) => void child.stdin.write(`${line}\n`), answers };
}

/** What the validator of OASIS has against a bundle of these objects. One question after the other. */
export async function faultsOf(objects: readonly object[]): Promise<unknown> {
  validator ??= startValidator();
  validator.ask(JSON.stringify({ type: "bundle", id: randomIdentifier("bundle"), objects }));
  const answer = await validator.answers.next();
  if (answer.done === true) throw new Error("the validator has failed");
  return JSON.parse(answer.value);
}

export const key = { secret: Buffer.alloc(32, 7), epoch: "2026-11" };

export function authorship(): Authorship {
  const time = "2026-11-01T00:00:00.000Z";
  return {
    member: {
      type: "identity",
      spec_version: "2.1",
      id: randomIdentifier("identity"),
      created: time,
      modified: time,
      name: "member-a7",
      identity_class: "organization",
    },
    tlp: "amber+strict",
    permitted: null,
    nowMs: Date.parse("2026-11-20T10:11:12.345Z"),
    newIdentifier: randomIdentifier,
    earlier: nothingEarlier,
  };
}

/** Things that must not leave, in each place that the campaign of a test has for them. */
export const SECRETS = [
  "acct_of_a_customer",
  "translate this ledger",
  "card 4000 1234",
  "project-nightfall",
  "Customer Ltd.",
];

export function campaign(change: Partial<Campaign> = {}): Campaign {
  return {
    id: "c-Customer Ltd.",
    accounts: Array.from({ length: 14 }, (_, i) => `acct_of_a_customer_${i}`),
    exchanges: 41_337,
    first_seen: "2026-10-02T03:04:05.678Z",
    last_seen: "2026-11-19T23:59:59.000Z",
    confidence: 0.997,
    verdicts: { coordinated: 0.99, extractive: 0.98, unauthorised: 0.9 },
    capabilities: ["reasoning", "project-nightfall"],
    evidence: [
      { signal: "twins", summary: "translate this ledger", strength: 4, accounts: 14, against: false },
      { signal: "infrastructure", summary: "Customer Ltd.", strength: 2, accounts: 9, against: false },
      { signal: "intent", summary: "translate this ledger", strength: 0, accounts: 1, against: true },
    ],
    without: [],
    resembles: { kind: "Customer Ltd.", difference: "translate this ledger" },
    timeline: [{ day: "2026-10-02", exchanges: 41_337 }],
    hours: Array.from({ length: 24 }, (_, hour) => hour * 100),
    loads: [{ account: "acct_of_a_customer_0", exchanges: 41_337, harvest: 40_001 }],
    links: [{ from: "acct_of_a_customer_0", to: "acct_of_a_customer_1", weight: 1, via: "card 4000 1234" }],
    ...change,
  };
}

export function sharing(change: Partial<CampaignSharing> = {}): CampaignSharing {
  return {
    campaign: toldOf(campaign()),
    signals: {
      fingerprints: [
        { kind: "payment", value: "card 4000 1234" },
        { kind: "tls", value: "t13d1516h2_8daaf6152771_b186095e22b6" },
      ],
      skeletonPieces: new Set(["translate this ledger", "rate the answer", "step by step"]),
    },
    actions: ["throttle", "block", "throttle", "observe"],
    key,
    lastKey: null,
    actor: null,
    ...change,
  };
}
