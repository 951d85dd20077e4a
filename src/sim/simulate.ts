import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../kit/make-folder.ts";
import { seededRandom } from "../kit/random.ts";
import { dayMs } from "../kit/time-units.ts";
import { UserError } from "../kit/user-error.ts";
import { planCampaign } from "./campaign/campaign.ts";
import { drawPopulation } from "./honest/population.ts";
import { ExchangeWriter } from "./output/writer.ts";
import type { SimAccount } from "./people/account.ts";
import { drawInternet } from "./people/address.ts";
import { modelCatalogue } from "./people/models.ts";
import { findScenario, type Scenario, type ScenarioName, SCENARIOS } from "./scenario.ts";
import { loadCorpus } from "./text/corpus.ts";
import { grammarTexts } from "./text/grammar.ts";
import { indexTopics } from "./text/texts.ts";
import { mergeByTime } from "./traffic/merge.ts";
import type { World } from "./world.ts";

// Limits.
/** Days of a world. */
const DAYS_MAX = 366;
const SCALE_MAX = 1_000;

/** Worlds begin on this Monday, 00:00 UTC, unless they are told to begin elsewhere. */
const START_MS = Date.UTC(2026, 2, 2);

export interface SimulateProgress {
  readonly exchanges: number;
  /** Share of the world's time that is written, 0 to 1. */
  readonly done: number;
}

export interface SimulateOptions {
  /** The folder to write; created where it is missing. */
  readonly out: string;
  /** One of the scenarios by name, or one of the caller's own. */
  readonly scenario: ScenarioName | Scenario;
  readonly seed: number;
  /** Multiplies the accounts, and with them the exchanges. */
  readonly scale: number;
  /** Replaces the scenario's length. */
  readonly days?: number | undefined;
  /** A midnight UTC at which the world begins, in milliseconds. */
  readonly startMs?: number | undefined;
  /** A folder of `*.jsonl` or `*.jsonl.gz` files with real prompts, instead of the grammars' own. */
  readonly corpus?: string | undefined;
  /** Overwrites the world that lies in the folder. */
  readonly force?: boolean | undefined;
  /** Called for every few minutes of the simulated time. */
  readonly onProgress?: ((progress: SimulateProgress) => void) | undefined;
}

export interface SimulateResult {
  readonly exchanges: number;
  readonly accounts: number;
  readonly distillers: number;
  readonly campaigns: number;
  readonly days: number;
}

/**
 * Writes a labelled world folder: `exchanges-*.ndjson`, `accounts.ndjson`, `models.ndjson`, `truth.ndjson`.
 * The same options write the same bytes. Throws a `UserError` for options that cannot be met.
 */
export async function simulateWorld(options: SimulateOptions): Promise<SimulateResult> {
  const scenario = checkOptions(options);
  await prepareFolder(options.out, options.force ?? false);
  const days = options.days ?? scenario.days;
  const startMs = options.startMs ?? START_MS;
  const random = seededRandom(`${scenario.name}/${options.seed}`);
  const texts = options.corpus === undefined ? grammarTexts : await loadCorpus(options.corpus, grammarTexts);
  const world: World = {
    startMs,
    endMs: startMs + days * dayMs,
    days,
    texts,
    topics: indexTopics(texts.topics),
    models: modelCatalogue(startMs, days),
    internet: drawInternet(random.fork("internet")),
    pastedAnswers: scenario.pastedAnswers ?? 0,
  };
  const honest = drawPopulation(world, random.fork("honest"), {
    accounts: scenario.honestAccounts * options.scale,
    mix: scenario.mix,
    // A shorter world holds fewer exchanges of each account.
    exchangesPerAccount: (scenario.exchangesPerAccount * days) / scenario.days,
  });
  const campaigns = scenario.campaigns.map((spec) =>
    planCampaign(world, random.fork(`campaign/${spec.id}`), spec, options.scale),
  );
  const sources = [...honest.sources, ...campaigns.map((campaign) => campaign.source)];
  const accounts = [...honest.accounts, ...campaigns.flatMap((campaign) => campaign.accounts)];

  const seen = new Set<SimAccount>();
  const writer = new ExchangeWriter(options.out, random.fork("ids"));
  await mergeByTime(sources, world.startMs, world.endMs, async (drafts, done) => {
    for (const draft of drafts) seen.add(draft.account);
    await writer.write(drafts);
    options.onProgress?.({ exchanges: writer.lines, done });
  });
  await writer.close();
  // An account that never sent anything is in no log, so it has no label either.
  const active = accounts.filter((account) => seen.has(account)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const records = active.map((account) => account.record).filter((record) => record !== undefined);
  await writeLines(join(options.out, "accounts.ndjson"), records);
  await writeLines(
    join(options.out, "models.ndjson"),
    world.models.releases.map((release) => JSON.stringify(release)),
  );
  await writeLines(
    join(options.out, "truth.ndjson"),
    active.map((account) => JSON.stringify(account.truth)),
  );
  return {
    exchanges: writer.lines,
    accounts: active.length,
    distillers: active.filter((account) => account.truth.label === "distiller").length,
    campaigns: new Set(active.map((account) => account.truth.campaign).filter((id) => id !== undefined)).size,
    days,
  };
}

function checkOptions(options: SimulateOptions): Scenario {
  const { scenario: given } = options;
  const scenario = typeof given === "string" ? findScenario(given) : given;
  if (scenario === undefined) {
    throw new UserError(
      `there is no scenario "${typeof given === "string" ? given : given.name}"`,
      `Choose one of: ${SCENARIOS.map((s) => s.name).join(", ")}.`,
    );
  }
  if (!(options.scale > 0 && options.scale <= SCALE_MAX)) {
    throw new UserError(
      `the scale ${options.scale} is out of range`,
      `Give a number above 0 and at most ${SCALE_MAX}.`,
    );
  }
  const { days } = options;
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= DAYS_MAX)) {
    throw new UserError(`${days} days is out of range`, `Give a whole number from 1 to ${DAYS_MAX}.`);
  }
  return scenario;
}

/** Only a world's own files are removed: a wrong `--out` loses nothing else. */
const WORLD_FILE = /^(?:exchanges-\d+|accounts|models|truth)\.ndjson$/;

async function prepareFolder(folder: string, force: boolean): Promise<void> {
  try {
    await makeFolder(folder);
    const present = await readdir(folder);
    if (present.length > 0 && !force) {
      throw new UserError(
        `the folder ${folder} is not empty`,
        "Choose another --out, or pass --force to replace the world in it.",
      );
    }
    for (const name of present) if (WORLD_FILE.test(name)) await rm(join(folder, name));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `cannot write to ${folder}: ${error instanceof Error ? error.message : String(error)}`,
      "Choose another --out.",
      { cause: error },
    );
  }
}

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  await writeFile(path, lines.map((line) => `${line}\n`).join(""));
}
