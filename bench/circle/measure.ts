// What a lead is worth over many worlds, and what it costs the customers: the network of the demonstration comes to three labs, each of
// which looks through its own log once, alone and with what the first one tells. One look stands in for the weeks of a watch.
//
//   npm run demo:circle -- --worlds 12    writes out/demo-circle/worlds.md

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { campaignSignals } from "../../src/detect/leads/signals.ts";
import { detect } from "../../src/detect/detect.ts";
import type { Detection } from "../../src/detect/detect.ts";
import type { Leads } from "../../src/detect/leads/lead.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import { loadIntentPack } from "../../src/ingest/intent/pack.ts";
import type { IntentPack } from "../../src/ingest/intent/pack.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { seededRandom } from "../../src/kit/random.ts";
import { toldOf } from "../../src/model/told-campaign.ts";
import { digestsFor, leadOf } from "../../src/share/stix/behaviour.ts";
import { campaignObjects } from "../../src/share/stix/campaign-objects.ts";
import { nothingEarlier } from "../../src/share/stix/earlier.ts";
import { randomIdentifier } from "../../src/share/stix/identifier.ts";
import { openEngine } from "../../src/store/engine.ts";
import type { Store } from "../../src/store/engine.ts";
import { forgetLog } from "../bound/examine.ts";
import { LABS, makeWorlds } from "./worlds.ts";
import type { LabName, LabWorld } from "./worlds.ts";

const customers = 6_000;
/** Of the first world; not that of the demonstration, nor one that the detector was tuned on. */
const seedBase = 400;
const always = { sinceMs: 0, untilMs: Date.UTC(2100, 0, 1) };
const key = { secret: Buffer.alloc(32, 1), epoch: "2026-11" };

/** What one lab found in one world. */
interface Look {
  readonly lab: LabName;
  readonly network: number;
  readonly customers: number;
  readonly alone: Found;
  /** Null: the first lab had nothing to tell, or it is that lab itself. */
  readonly together: Found | null;
}

interface Found {
  readonly network: number;
  readonly customers: number;
}

/** @param report is told of each world when it is done. */
export async function measureWorlds(folder: string, worlds: number, report: (line: string) => void): Promise<string> {
  const store = await openEngine();
  const intents = loadIntentPack("packs/intent");
  const looks: Look[] = [];
  try {
    for (let i = 0; i < worlds; i++) {
      const size = { customers, network: { a: 36, b: 16, c: 16 }, days: 6, comesOnDay: 3.5, staysHours: 60 };
      const { labs } = await makeWorlds(join(folder, "world"), { ...size, seed: seedBase + i });
      let leads: Leads | null = null;
      for (const name of LABS) {
        const lab = labs[name];
        await ingest(store, { path: lab.folder, intents, clock: systemClock });
        const alone = await look(store, intents, null);
        const together = leads === null ? null : foundIn(await look(store, intents, leads), lab);
        looks.push({
          lab: name,
          network: lab.network.size,
          customers: lab.honest.size,
          alone: foundIn(alone, lab),
          together,
        });
        if (name === "a") leads = await tell(store, alone);
        await forgetLog(store);
      }
      report(`World ${i + 1} of ${worlds}`);
    }
  } finally {
    await store.close();
  }
  return pageOf(looks, worlds);
}

const look = (store: Store, { intents }: IntentPack, leads: Leads | null): Promise<Detection> =>
  detect(store, { random: seededRandom("scan"), intents, leads });

function foundIn({ campaigns }: Detection, { network, honest }: LabWorld): Found {
  const accounts = campaigns.flatMap((campaign) => campaign.accounts);
  const count = (of: ReadonlySet<string>): number => accounts.filter((account) => of.has(account)).length;
  return { network: count(network), customers: count(honest) };
}

/** All campaigns that the lab found, as it would tell them. */
async function tell(store: Store, { campaigns }: Detection): Promise<Leads | null> {
  const member = {
    type: "identity",
    spec_version: "2.1",
    id: `identity--${randomUUID()}`,
    created: "2026-11-01T00:00:00.000Z",
    modified: "2026-11-01T00:00:00.000Z",
    name: "member-a1",
    identity_class: "organization",
  } as const;
  const by = {
    member,
    tlp: "amber+strict",
    permitted: null,
    nowMs: Date.UTC(2026, 10, 1),
    newIdentifier: randomIdentifier,
    earlier: nothingEarlier,
  } as const;
  const told = [];
  for (const campaign of campaigns) {
    const signals = await campaignSignals(store, campaign.accounts, always);
    told.push(
      ...campaignObjects({ campaign: toldOf(campaign), signals, actions: [], key, lastKey: null, actor: null }, by),
    );
  }
  const list = told.flatMap((object) => (object.type === "indicator" ? (leadOf(object, member.id, [key]) ?? []) : []));
  return list.length === 0 ? null : { list, ...digestsFor(list, [key]) };
}

function pageOf(looks: readonly Look[], worlds: number): string {
  const rows = LABS.map((name) => {
    const own = looks.filter(({ lab }) => lab === name);
    const sum = (of: (one: Look) => number): number => own.reduce((total, one) => total + of(one), 0);
    const isTeller = own.every(({ together }) => together === null);
    const network = sum((one) => one.network);
    const together = (of: (found: Found) => number): number => sum((one) => of(one.together ?? one.alone));
    return [
      name,
      `${sum((one) => one.alone.network)} of ${network}`,
      isTeller ? "–" : `${together((found) => found.network)} of ${network}`,
      sum((one) => one.customers).toLocaleString("en"),
      String(sum((one) => one.alone.customers)),
      isTeller ? "–" : String(together((found) => found.customers)),
    ];
  });
  const told = looks.filter(({ together }) => together !== null).length / (LABS.length - 1);
  return [
    `${worlds} worlds from seed ${seedBase} on; in ${told} of them lab a had something to tell.`,
    "",
    "| lab | accounts of the network, alone | together | customers | flagged alone | together |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
}
