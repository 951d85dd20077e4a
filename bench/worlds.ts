import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { truthSchema } from "../src/model/truth.ts";
import type { Truth } from "../src/model/truth.ts";
import { climb } from "../src/sim/campaign/ladder.ts";
import { EVALUATION_BACKGROUND, EVALUATION_CAMPAIGN } from "../src/sim/evaluation.ts";
import type { Scenario, ScenarioName } from "../src/sim/scenario.ts";
import { simulateWorld } from "../src/sim/simulate.ts";
import type { Store } from "../src/store/engine.ts";
import { sql, text } from "../src/store/sql.ts";

/** A world on disk, or one that is made when it is needed and removed afterwards. */
export type WorldSource =
  | { readonly kind: "practice"; readonly name: string }
  | { readonly kind: "simulated"; readonly scenario: ScenarioName; readonly seed: number; readonly scale: number }
  /** A campaign at this step of the evasion ladder among the honest accounts of the evaluation. */
  | { readonly kind: "ladder"; readonly step: number; readonly seed: number; readonly scale: number };

// npm runs scripts in the package's folder.
const practiceFolder = resolve("../shared/worlds");

export function titleOf(source: WorldSource): string {
  if (source.kind === "practice") return `practice ${source.name}`;
  const name = source.kind === "ladder" ? `ladder step ${source.step}` : source.scenario;
  return `simulated ${name}, seed ${source.seed}${source.scale === 1 ? "" : `, scale ${source.scale}`}`;
}

/** Why a world can't be had, or `null`. */
export function absenceOf(source: WorldSource): string | null {
  if (source.kind !== "practice" || existsSync(join(practiceFolder, source.name))) return null;
  return `${titleOf(source)} was skipped: there is no folder ../shared/worlds/${source.name} beside this checkout`;
}

/** Hands the folder of a world over, and removes it afterwards if it was made for this. */
export async function withFolder<Result>(
  source: WorldSource,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  if (source.kind === "practice") return use(join(practiceFolder, source.name));
  const out = await mkdtemp(join(tmpdir(), "stillwatch-bench-world-"));
  try {
    await simulateWorld({ out, scenario: scenarioOf(source), seed: source.seed, scale: source.scale });
    return await use(out);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function scenarioOf(source: Exclude<WorldSource, { readonly kind: "practice" }>): ScenarioName | Scenario {
  if (source.kind === "simulated") return source.scenario;
  return { ...EVALUATION_BACKGROUND, campaigns: [climb(EVALUATION_CAMPAIGN, source.step)] };
}

/** The labels of a world's accounts. */
export async function readTruth(store: Store, folder: string): Promise<Truth[]> {
  const lines = await store.rows<{ line: string }>(
    sql`SELECT line FROM file(${text(join(folder, "truth.ndjson*"))}, 'LineAsString', 'line String')`,
  );
  return lines.map(({ line }) => truthSchema.parse(JSON.parse(line)));
}
