// Shows by simulation what the bound on false campaigns is worth: logs without a campaign are scanned, and the rate at which groups
// that no one hand runs are found coordinated is set against the nominal one.
//
//   npm run bench:bound                 writes docs/bound.md, docs/bound.json and docs/images/bound.svg
//   npm run bench:bound -- --logs 8     fewer logs; a large one comes with each twenty-five
//   npm run bench:bound -- --render     writes them anew from the last run's records

import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { falseCampaignRate } from "../../src/detect/campaigns/verdict.ts";
import { loadIntentPack } from "../../src/ingest/intent/pack.ts";
import { openEngine } from "../../src/store/engine.ts";
import { examineLog, planLogs } from "./examine.ts";
import { titleOfLack } from "./fields.ts";
import { pageOf } from "./page.ts";
import { plotOf } from "./plot.ts";
import { logSchema } from "./record.ts";
import type { LogRecord } from "./record.ts";
import { summarise } from "./summary.ts";

// Limits.
const logsDefault = 200;
const logsMax = 10_000;

/** What was found in each log, a line each: too long to be kept with the documents. npm runs scripts in the package's folder. */
const recordsFile = join("out", "bound-logs.ndjson");

const { values } = parseArgs({
  options: { logs: { type: "string", default: String(logsDefault) }, render: { type: "boolean", default: false } },
});
const logs = Number(values.logs);
if (!(Number.isInteger(logs) && logs >= 1 && logs <= logsMax)) throw new Error(`--logs must be from 1 to ${logsMax}`);

if (!values.render) await simulate(logs);
const summary = summarise(await readRecords(), falseCampaignRate);
await mkdir("docs/images", { recursive: true });
await writeFile("docs/bound.json", `${JSON.stringify(summary, shortened, 2)}\n`);
await writeFile("docs/bound.md", pageOf(summary));
await writeFile("docs/images/bound.svg", plotOf(summary));
say("Wrote docs/bound.md, docs/bound.json and docs/images/bound.svg");

/** Four digits are more than two hundred logs can tell. */
function shortened(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function simulate(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-bound-"));
  await mkdir("out", { recursive: true });
  const file = await open(recordsFile, "w");
  const store = await openEngine();
  try {
    const intents = loadIntentPack("packs/intent");
    const startMs = performance.now();
    const plans = planLogs(count);
    for (const [i, plan] of plans.entries()) {
      for (const record of await examineLog(store, intents, plan, folder)) {
        await file.appendFile(`${JSON.stringify(record)}\n`);
        say(`  ${titleOfLack(record.lack)}: ${wordsOn(record)}`);
      }
      const minutes = (performance.now() - startMs) / 60_000;
      say(`Log ${i + 1} of ${plans.length} (${plan.scenario.name}, seed ${plan.seed}), ${minutes.toFixed(1)} min`);
    }
  } finally {
    await store.close();
    await file.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function wordsOn({ candidates, campaigns }: LogRecord): string {
  const coordinated = candidates.filter((candidate) => candidate.coordinated).length;
  return `${candidates.length} groups, ${coordinated} coordinated, ${campaigns.length} convicted`;
}

async function readRecords(): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const line of createInterface({ input: createReadStream(recordsFile), crlfDelay: Infinity }))
    if (line !== "") records.push(logSchema.parse(JSON.parse(line)));
  return records;
}
