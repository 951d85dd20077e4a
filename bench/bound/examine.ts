import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { detect } from "../../src/detect/detect.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IntentPack } from "../../src/ingest/intent/pack.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { seededRandom } from "../../src/kit/random.ts";
import { accountFactsSchema } from "../../src/model/account.ts";
import { truthSchema } from "../../src/model/truth.ts";
import { EVALUATION_BACKGROUND } from "../../src/sim/evaluation.ts";
import type { Scenario } from "../../src/sim/scenario.ts";
import { findScenario } from "../../src/sim/scenario.ts";
import { simulateWorld } from "../../src/sim/simulate.ts";
import type { Store } from "../../src/store/engine.ts";
import { identifier, sql } from "../../src/store/sql.ts";
import { dropFields } from "./fields.ts";
import type { Lack } from "./fields.ts";
import { classesOf, handsOf, kindOf, operatorsOf } from "./hand.ts";
import type { Operators } from "./hand.ts";
import { outcomeAt, rates } from "./outcome.ts";
import type { LogRecord } from "./record.ts";

/** Everything that ingest leaves behind, so that one engine serves all logs. */
const tables = [
  "exchange",
  "exchange_text",
  "account_facts",
  "model_release",
  "reject",
  "source_file",
  "repeated_id",
] as const;

interface Honest {
  readonly scenario: Scenario;
  /** Small enough that a log takes seconds, and that no class of relays has two groups (`hand.ts`). */
  readonly scale: number;
}

/** Worlds without a campaign, some 400 to 550 accounts each. They take turns. */
const honestWorlds: readonly Honest[] = [
  { scenario: honestScenario("honest-only"), scale: 0.05 },
  { scenario: honestScenario("look-alikes"), scale: 0.13 },
  { scenario: EVALUATION_BACKGROUND, scale: 0.2 },
];

function honestScenario(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario === undefined || scenario.campaigns.length > 0) throw new Error(`${name} is no honest scenario`);
  return scenario;
}

/** What is alike by chance comes in large groups in a large log only: one so large comes with so many of the others. */
const largeWorld: Honest = { scenario: EVALUATION_BACKGROUND, scale: 4 };
const logsPerLarge = 25;

interface LogPlan extends Honest {
  readonly seed: number;
  readonly large: boolean;
  /** Every log is read whole, and once more with something missing. */
  readonly lacks: readonly Lack[];
}

/** Seeds that no other benchmark, test or evaluation draws worlds from. */
const seedBase = 50_000;

/** The kinds of world and what is missing have periods without a common factor, so that each meets each. Large logs come behind. */
export function planLogs(logs: number): LogPlan[] {
  const missing = ["facts", "addresses", "frame", "text"] as const;
  const plan = (world: Honest, i: number, seed: number): LogPlan => ({
    ...world,
    seed,
    large: world === largeWorld,
    lacks: ["nothing", missing[i % missing.length]!],
  });
  const small = Array.from({ length: logs }, (_, i) => plan(honestWorlds[i % honestWorlds.length]!, i, seedBase + i));
  const large = Array.from({ length: Math.floor(logs / logsPerLarge) }, (_, i) =>
    plan(largeWorld, i, seedBase + logs + i),
  );
  return [...small, ...large];
}

/** An engine keeps to one log at a time. */
export async function forgetLog(store: Store): Promise<void> {
  for (const table of tables) await store.run(sql`TRUNCATE TABLE ${identifier(table)}`);
}

/** Simulates a log and scans it, whole and with something missing. @param folder is overwritten. */
export async function examineLog(
  store: Store,
  intents: IntentPack,
  { scenario, scale, seed, large, lacks }: LogPlan,
  folder: string,
): Promise<LogRecord[]> {
  await simulateWorld({ out: folder, scenario, scale, seed, force: true });
  const truth = await readLines(join(folder, "truth.ndjson"), (line) => truthSchema.parse(line));
  const facts = await readLines(join(folder, "accounts.ndjson"), (line) => accountFactsSchema.parse(line));
  const organizations = new Map(
    facts.flatMap(({ account, organization }): (readonly [string, string])[] =>
      organization === undefined ? [] : [[account, organization]],
    ),
  );
  const labels = {
    operators: operatorsOf(truth, organizations),
    classes: new Map(truth.map((row) => [row.account, row.class])),
  };
  const records: LogRecord[] = [];
  for (const lack of lacks) {
    await dropFields(folder, lack);
    const { exchanges } = await ingest(store, { path: folder, intents, clock: systemClock });
    const found = await scan(store, intents, labels);
    await forgetLog(store);
    records.push({ world: scenario.name, seed, large, lack, accounts: truth.length, exchanges, ...found });
  }
  return records;
}

interface Labels {
  readonly operators: Operators;
  readonly classes: ReadonlyMap<string, string>;
}

async function scan(
  store: Store,
  intents: IntentPack,
  { operators, classes }: Labels,
): Promise<Pick<LogRecord, "campaigns" | "candidates" | "outcomes">> {
  // Seeded as `scan` does.
  const detection = await detect(store, { random: seededRandom("scan"), intents: intents.intents });
  const label = (accounts: readonly string[]) => {
    const hands = handsOf(accounts, operators);
    const classesHeld = classesOf(accounts, classes);
    return { accounts: accounts.length, classes: classesHeld, kind: kindOf(hands), handShare: hands.largest };
  };
  const groups = detection.candidates.map((verdict) => {
    const labelled = label(verdict.observation.members.map(({ account }) => account));
    return { verdict, labelled, kind: labelled.kind };
  });
  return {
    campaigns: detection.campaigns.map(({ accounts }) => label(accounts)),
    candidates: groups.map(({ verdict, labelled }) => ({
      ...labelled,
      source: verdict.observation.candidate.source,
      logE: verdict.logE,
      families: Object.fromEntries(verdict.findings.map(({ family, logE }) => [family, logE])),
      coordinated: verdict.coordinated,
      convicted: verdict.convicted,
    })),
    outcomes: rates.map((rate) => outcomeAt(rate, groups)),
  };
}

async function readLines<Row>(path: string, parse: (line: unknown) => Row): Promise<Row[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => parse(JSON.parse(line)));
}
