import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../kit/user-error.ts";
import { type Truth, truthSchema } from "../../model/truth.ts";
import type { CampaignSpec } from "../../sim/campaign/spec.ts";
import { EVALUATION_BACKGROUND } from "../../sim/evaluation.ts";
import type { Scenario } from "../../sim/scenario.ts";
import { simulateWorld } from "../../sim/simulate.ts";
import { sql } from "../../store/sql.ts";
import { type Dress, dressOf, dressWorld } from "./dress.ts";
import { Laboratory } from "./laboratory.ts";
import { type Miss, missesOf } from "./miss.ts";
import type { Bed, Curve, Point } from "./plan.ts";
import { flaggedAccounts, type Score, scoreAnswer } from "./score.ts";

/** One log with one point's campaigns in it, examined and scored. */
export interface Trial {
  readonly bed: string;
  readonly scale: number;
  readonly seed: number;
  readonly curve: string;
  readonly label: string;
  readonly score: Score;
  /** Share of the campaigns' answered exchanges whose account was not flagged, 0 to 1. */
  readonly leaked: number;
  /** Share of the campaigns' accounts that the report names: flagged, or one hand's and let go, 0 to 1. */
  readonly told: number;
  readonly misses: readonly Miss[];
}

/** Honest traffic by itself. */
export interface HonestRun {
  readonly bed: string;
  readonly scale: number;
  readonly seed: number;
  readonly accounts: number;
  readonly exchanges: number;
  readonly falseCampaigns: number;
  /** By class: how many there are, with no campaign about flagged or told as one hand's and let go, and flagged in any of the trials on this traffic. */
  readonly classes: readonly HonestClassTally[];
}

export interface HonestClassTally {
  readonly name: string;
  readonly accounts: number;
  readonly flaggedAlone: number;
  readonly letGoAlone: number;
  readonly flaggedEver: number;
}

export interface Evaluation {
  readonly trials: readonly Trial[];
  readonly honest: readonly HonestRun[];
}

export interface EvaluationProgress {
  readonly done: number;
  readonly total: number;
  readonly label: string;
}

type OnProgress = (progress: EvaluationProgress) => void;

/** Hides every point's campaigns in every bed under every seed, one after the other. */
export async function evaluateBeds(
  beds: readonly Bed[],
  seeds: readonly number[],
  onProgress: OnProgress,
): Promise<Evaluation> {
  return inLaboratory(async (laboratory, scratch) => {
    const runs = beds.flatMap((bed) => seeds.map((seed) => ({ bed, seed })));
    const steps = countSteps(
      runs.reduce((sum, { bed }) => sum + 1 + countPoints(bed.curves), 0),
      onProgress,
    );
    const trials: Trial[] = [];
    const honest: HonestRun[] = [];
    for (const { bed, seed } of runs) {
      const { scenario, scale } = bed;
      steps(`${scenario.name} x ${scale}`);
      const folder = join(scratch, "bed");
      await simulateWorld({ out: folder, scenario: { ...scenario, campaigns: [] }, seed, scale, force: true });
      const truth = await readTruth(folder);
      const site = { laboratory, scratch, name: scenario.name, scale, scenario, seed, truth, dress: null };
      const { mark } = await laboratory.read(folder);
      const run = await runSite(site, bed.curves, steps);
      trials.push(...run.trials);
      honest.push(run.honest);
      await laboratory.takeBack(mark);
    }
    return { trials, honest };
  });
}

/** Hides the points' campaigns in a log of somebody else's, which is taken to be honest. */
export async function evaluateLog(
  path: string,
  curves: readonly Curve[],
  seeds: readonly number[],
  onProgress: OnProgress,
): Promise<Evaluation> {
  return inLaboratory(async (laboratory, scratch) => {
    const steps = countSteps(seeds.length * (1 + countPoints(curves)), onProgress);
    await laboratory.read(path);
    const dress = await dressOf(laboratory.store);
    const accounts = await laboratory.store.rows<{ account: string }>(sql`SELECT DISTINCT account FROM exchange`);
    const truth = accounts.map(({ account }): Truth => ({ account, label: "honest", class: "your log" }));
    const trials: Trial[] = [];
    const honest: HonestRun[] = [];
    for (const seed of seeds) {
      steps("your log");
      const site = {
        laboratory,
        scratch,
        name: "your log",
        scale: 1,
        scenario: EVALUATION_BACKGROUND,
        seed,
        truth,
        dress,
      };
      const run = await runSite(site, curves, steps);
      trials.push(...run.trials);
      honest.push(run.honest);
    }
    return { trials, honest };
  });
}

async function inLaboratory<T>(work: (laboratory: Laboratory, scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), "stillwatch-evaluate-"));
  try {
    const laboratory = await Laboratory.open();
    try {
      return await work(laboratory, scratch);
    } finally {
      await laboratory.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function countPoints(curves: readonly Curve[]): number {
  return curves.reduce((sum, { points }) => sum + points.length, 0);
}

function countSteps(total: number, onProgress: OnProgress): (label: string) => void {
  let done = 0;
  return (label) => onProgress({ done: done++, total, label });
}

/** Honest traffic that lies in the store, and what is known of it. */
interface Site {
  readonly laboratory: Laboratory;
  readonly scratch: string;
  readonly name: string;
  readonly scale: number;
  /** Gives an injected campaign its surroundings: length, networks, models. */
  readonly scenario: Scenario;
  readonly seed: number;
  readonly truth: readonly Truth[];
  readonly dress: Dress | null;
}

async function runSite(
  site: Site,
  curves: readonly Curve[],
  steps: (label: string) => void,
): Promise<{ trials: Trial[]; honest: HonestRun }> {
  const { laboratory, name, scale, seed, truth } = site;
  const alone = await laboratory.examine(new Set());
  const flaggedAlone = flaggedAccounts(alone.scores);
  const letGoAlone = new Set(alone.coordinated.flatMap(({ accounts }) => accounts));
  const flaggedEver = new Set(flaggedAlone);
  const traffic = await laboratory.traffic(0);
  const trials: Trial[] = [];
  for (const curve of curves) {
    for (const point of curve.points) {
      steps(`${name} x ${scale}: ${curve.name}, ${point.label}`);
      const { trial, flagged } = await runTrial(site, curve, point);
      trials.push(trial);
      for (const account of flagged) flaggedEver.add(account);
    }
  }
  const honest: HonestRun = {
    bed: name,
    scale,
    seed,
    accounts: truth.length,
    exchanges: traffic.reduce((sum, { exchanges }) => sum + exchanges, 0),
    falseCampaigns: alone.campaigns.length,
    classes: [...new Set(truth.map((row) => row.class))].toSorted().map((className) => {
      const members = truth.filter((row) => row.class === className).map(({ account }) => account);
      return {
        name: className,
        accounts: members.length,
        flaggedAlone: members.filter((account) => flaggedAlone.has(account)).length,
        letGoAlone: members.filter((account) => letGoAlone.has(account)).length,
        flaggedEver: members.filter((account) => flaggedEver.has(account)).length,
      };
    }),
  };
  return { trials, honest };
}

async function runTrial(
  site: Site,
  curve: Curve,
  point: Point,
): Promise<{ trial: Trial; flagged: ReadonlySet<string> }> {
  const { laboratory, name, scale, seed } = site;
  const { folder, truth: injected } = await writeCampaigns(site, point.campaigns);
  const { mark } = await laboratory.read(folder);
  const examination = await laboratory.examine(new Set(injected.map(({ account }) => account)));
  const traffic = await laboratory.traffic(mark);
  await laboratory.takeBack(mark);
  const score = scoreAnswer([...site.truth, ...injected], examination);
  const flagged = flaggedAccounts(examination.scores);
  const answered = (list: typeof traffic): number => list.reduce((sum, row) => sum + row.answered, 0);
  const told = new Set([...flagged, ...examination.coordinated.flatMap(({ accounts }) => accounts)]);
  const trial: Trial = {
    bed: name,
    scale,
    seed,
    curve: curve.name,
    label: point.label,
    score,
    leaked: answered(traffic.filter(({ account }) => !flagged.has(account))) / Math.max(1, answered(traffic)),
    told: injected.filter(({ account }) => told.has(account)).length / injected.length,
    misses: missesOf(injected, flagged, examination),
  };
  return { trial, flagged };
}

/** Campaigns by themselves, as a world folder to be read on top of the honest traffic. */
async function writeCampaigns(
  site: Site,
  campaigns: readonly CampaignSpec[],
): Promise<{ folder: string; truth: readonly Truth[] }> {
  const { scratch, scenario, seed, dress } = site;
  const made = join(scratch, "campaigns");
  const folder = join(scratch, "injected");
  await simulateWorld({
    out: made,
    scenario: { ...scenario, honestAccounts: 0, mix: {}, campaigns },
    seed,
    scale: 1,
    force: true,
    ...(dress === null ? {} : { startMs: dress.startMs, days: dress.days }),
  });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await dressWorld(made, folder, dress);
  const truth = await readTruth(made);
  if (truth.length === 0)
    throw new UserError("the log is too short to hide a campaign in it", "give a log of two days and more");
  return { folder, truth };
}

async function readTruth(folder: string): Promise<Truth[]> {
  const text = await readFile(join(folder, "truth.ndjson"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => truthSchema.parse(JSON.parse(line)));
}
