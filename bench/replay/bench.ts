// Takes worlds through the online path in event time, and says by their labels what leaked before the accounts of a campaign were acted
// on, and who was hit wrongly. The policy is the default one, in force.
//
//   npm run bench:replay              the practice worlds, where they are, and simulated ones: about an hour
//   npm run bench:replay -- --quick   one small simulated world

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { openEngine } from "../../src/store/engine.ts";
import { number } from "../format.ts";
import { absenceOf, titleOf, withFolder } from "../worlds.ts";
import type { WorldSource } from "../worlds.ts";
import { readLeaks } from "./leak.ts";
import type { CampaignLeak, HonestTally } from "./leak.ts";

// Targets.
/** By the kind of campaigns that a world holds; of campaigns as small as those of `small` none is asked. */
const leakedShareMax = { disclosed: 0.05, "low-and-slow": 0.15 } as const;
const affectedHonestMax = 1 / 10_000;

interface ReplayedWorld {
  readonly source: WorldSource;
  readonly leakedMax: number | null;
}

const replayed: readonly ReplayedWorld[] = process.argv.includes("--quick")
  ? [{ source: { kind: "simulated", scenario: "small", seed: 271, scale: 0.3 }, leakedMax: null }]
  : [
      { source: { kind: "practice", name: "small" }, leakedMax: null },
      { source: { kind: "practice", name: "honest-only" }, leakedMax: null },
      { source: { kind: "practice", name: "disclosed" }, leakedMax: leakedShareMax.disclosed },
      {
        source: { kind: "simulated", scenario: "disclosed", seed: 271, scale: 0.5 },
        leakedMax: leakedShareMax.disclosed,
      },
      {
        source: { kind: "simulated", scenario: "low-and-slow", seed: 272, scale: 0.5 },
        leakedMax: leakedShareMax["low-and-slow"],
      },
    ];

const met: boolean[] = [];
const honestInAll: { accounts: number; affected: number } = { accounts: 0, affected: 0 };
for (const world of replayed) {
  const absence = absenceOf(world.source);
  if (absence !== null) {
    console.log(`${absence}\n`);
    continue;
  }
  const startMs = performance.now();
  const { exchanges, campaigns, honest } = await withFolder(world.source, replayedIn);
  const minutes = (performance.now() - startMs) / 60_000;
  console.log(`${titleOf(world.source)}: ${number(exchanges)} exchanges in ${number(minutes, 1)} minutes`);
  for (const campaign of campaigns) met.push(tellCampaign(campaign, world.leakedMax));
  console.log(
    `  honest        ${number(honest.affected)} of ${number(honest.accounts)} accounts acted on at any time\n`,
  );
  honestInAll.accounts += honest.accounts;
  honestInAll.affected += honest.affected;
}
met.push(tellHonest(honestInAll));
if (met.includes(false)) process.exitCode = 1;

async function replayedIn(
  folder: string,
): Promise<{ exchanges: number; campaigns: readonly CampaignLeak[]; honest: HonestTally }> {
  const out = await mkdtemp(join(tmpdir(), "stillwatch-bench-replay-"));
  try {
    const exchanges = await runReplay(folder, out);
    const store = await openEngine();
    try {
      return { exchanges, ...(await readLeaks(store, folder, join(out, "decisions.ndjson"))) };
    } finally {
      await store.close();
    }
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** The command as one would give it; how many exchanges it went through. */
async function runReplay(folder: string, out: string): Promise<number> {
  const command = [resolve("bin/stillwatch.mjs"), "replay", folder, "--out", out, "--json"];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (child.exitCode !== 0) throw new Error(`the replay of ${folder} ended with ${child.exitCode}`);
  return z.object({ exchanges: z.int() }).parse(JSON.parse(printed)).exchanges;
}

function tellCampaign({ campaign, accounts, affected, exchanges, leaked }: CampaignLeak, max: number | null): boolean {
  const share = leaked / exchanges;
  const isMet = max === null || share <= max;
  const asked = max === null ? "none asked" : `at most ${number(max * 100)} %: ${isMet ? "met" : "MISSED"}`;
  console.log(
    `  ${campaign.padEnd(12)}  ${number(share * 100, 1).padStart(5)} % of ${number(exchanges).padStart(7)} answered requests leaked   ` +
      `${asked.padEnd(22)} ${number(affected)} of ${number(accounts)} accounts acted on`,
  );
  return isMet;
}

function tellHonest({ accounts, affected }: HonestTally): boolean {
  const isMet = affected <= affectedHonestMax * accounts;
  console.log(
    `Honest accounts acted on in all of these: ${number(affected)} of ${number(accounts)}   ` +
      `at most 1 in ${number(1 / affectedHonestMax)}: ${isMet ? "met" : "MISSED"}`,
  );
  return isMet;
}
