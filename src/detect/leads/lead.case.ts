import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { loadIntentPack } from "../../ingest/intent/pack.ts";
import { openLog } from "../../ingest/world/scratch.case.ts";
import type { OpenLog } from "../../ingest/world/scratch.case.ts";
import { seededRandom } from "../../kit/random.ts";
import { truthSchema } from "../../model/truth.ts";
import type { Scenario } from "../../sim/scenario.ts";
import { simulateWorld } from "../../sim/simulate.ts";
import type { Store } from "../../store/engine.ts";
import { detect } from "../detect.ts";
import type { Detection } from "../detect.ts";
import type { Lead, Leads } from "./lead.ts";
import type { CampaignSignals } from "./signals.ts";

const intents = loadIntentPack();

const keyed = (...parts: readonly string[]): string =>
  createHmac("sha256", "of a test").update(JSON.stringify(parts)).digest("hex");

/** Stands in for a circle's key. */
export const digests = {
  pieceDigests: (piece) => [keyed(piece)],
  fingerprintDigests: (kind, value) => [keyed(kind, value)],
} satisfies Omit<Leads, "list">;

export function leadFrom({ skeletonPieces, fingerprints }: CampaignSignals, source = "a", id = "indicator--1"): Lead {
  return {
    id,
    source,
    permitsActions: true,
    accountsMin: 3,
    pieces: new Set([...skeletonPieces].flatMap(digests.pieceDigests)),
    fingerprints: new Set(fingerprints.flatMap(({ kind, value }) => digests.fingerprintDigests(kind, value))),
  };
}

export const look = (store: Store, list: readonly Lead[] | null): Promise<Detection> =>
  detect(store, {
    random: seededRandom("look"),
    intents: intents.intents,
    leads: list === null ? null : { list, ...digests },
  });

export interface SmallWorld {
  /** Of each account: the campaign that it is in. */
  readonly truth: ReadonlyMap<string, string | undefined>;
  /** A provider that takes what these accounts asked on the first days into an engine of its own. */
  open(accounts: ReadonlySet<string>, days: number): Promise<OpenLog>;
  /** The same, for as long as the check takes. */
  at<Result>(accounts: ReadonlySet<string>, days: number, check: (store: Store) => Promise<Result>): Promise<Result>;
}

const accountSchema = z.object({ account: z.string() });
const exchangeSchema = accountSchema.extend({ time: z.string() });

export async function smallWorld(scenario: Scenario, seed: number, days: number): Promise<SmallWorld> {
  const out = await mkdtemp(join(tmpdir(), "stillwatch-leads-"));
  await simulateWorld({ out, scenario, seed, scale: 1, days });
  const linesOf = async (name: string): Promise<string[]> =>
    (await readFile(join(out, name), "utf8")).trim().split("\n");
  const exchanges = (await linesOf("exchanges-000.ndjson")).map((line) => ({
    line,
    ...exchangeSchema.parse(JSON.parse(line)),
  }));
  const facts = (await linesOf("accounts.ndjson")).map((line) => ({ line, ...accountSchema.parse(JSON.parse(line)) }));
  const labels = (await linesOf("truth.ndjson")).map((line) => truthSchema.parse(JSON.parse(line)));
  await rm(out, { recursive: true });
  const beginMs = Math.floor(Date.parse(exchanges[0]?.time ?? "") / 86_400_000) * 86_400_000;
  const open: SmallWorld["open"] = (accounts, shownDays) => {
    const end = new Date(beginMs + shownDays * 86_400_000).toISOString();
    const shown = exchanges.filter(({ account, time }) => accounts.has(account) && time < end);
    const known = facts.filter(({ account }) => accounts.has(account));
    const text = (list: readonly { readonly line: string }[]): string => list.map(({ line }) => line).join("\n");
    return openLog({ "exchanges-0.ndjson": text(shown), "accounts.ndjson": text(known) }, { intents });
  };
  return {
    truth: new Map(labels.map(({ account, campaign }) => [account, campaign])),
    open,
    async at(accounts, shownDays, check) {
      const { store, close } = await open(accounts, shownDays);
      try {
        return await check(store);
      } finally {
        await close();
      }
    },
  };
}
