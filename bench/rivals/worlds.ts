import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IntentPack } from "../../src/ingest/intent/pack.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { truthSchema } from "../../src/model/truth.ts";
import type { Truth } from "../../src/model/truth.ts";
import { simulateWorld } from "../../src/sim/simulate.ts";
import type { ScenarioName } from "../../src/sim/scenario.ts";
import { openEngine } from "../../src/store/engine.ts";
import { sql, text } from "../../src/store/sql.ts";
import { numberAccounts } from "./account-log.ts";
import type { AccountLog } from "./account-log.ts";

/** A world on disk, or one that is made when it is needed and removed afterwards. */
export type WorldSource =
  | { readonly kind: "practice"; readonly name: string }
  | { readonly kind: "simulated"; readonly scenario: ScenarioName; readonly seed: number; readonly scale: number };

export interface OpenWorld {
  readonly log: AccountLog;
  readonly truth: readonly Truth[];
  readonly exchanges: number;
}

// npm runs scripts in the package's folder.
const practiceFolder = resolve("../shared/worlds");

export function titleOf(source: WorldSource): string {
  if (source.kind === "practice") return `practice ${source.name}`;
  return `simulated ${source.scenario}, seed ${source.seed}${source.scale === 1 ? "" : `, scale ${source.scale}`}`;
}

/** Why a world can't be had, or `null`. */
export function absenceOf(source: WorldSource): string | null {
  if (source.kind === "simulated" || existsSync(join(practiceFolder, source.name))) return null;
  return `${titleOf(source)} was skipped: there is no folder ../shared/worlds/${source.name} beside this checkout`;
}

/** Ingests a world into a store of its own, hands it over, and removes both afterwards. */
export async function withWorld<Result>(
  source: WorldSource,
  intents: IntentPack,
  use: (world: OpenWorld) => Promise<Result>,
): Promise<Result> {
  if (source.kind === "practice") return withStore(join(practiceFolder, source.name), intents, use);
  const out = await mkdtemp(join(tmpdir(), "stillwatch-rivals-"));
  try {
    await simulateWorld({ out, scenario: source.scenario, seed: source.seed, scale: source.scale });
    return await withStore(out, intents, use);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function withStore<Result>(
  folder: string,
  intents: IntentPack,
  use: (world: OpenWorld) => Promise<Result>,
): Promise<Result> {
  const store = await openEngine();
  try {
    const summary = await ingest(store, { path: folder, intents, clock: systemClock });
    const lines = await store.rows<{ line: string }>(
      sql`SELECT line FROM file(${text(join(folder, "truth.ndjson*"))}, 'LineAsString', 'line String')`,
    );
    const truth = lines.map(({ line }) => truthSchema.parse(JSON.parse(line)));
    return await use({ log: await numberAccounts(store), truth, exchanges: summary.exchanges });
  } finally {
    await store.close();
  }
}
