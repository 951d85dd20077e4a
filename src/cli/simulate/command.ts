import { Command, InvalidArgumentError } from "commander";
import { UserError } from "../../kit/user-error.ts";
import { EVALUATION_BACKGROUND } from "../../sim/evaluation.ts";
import { type Scenario, SCENARIOS } from "../../sim/scenario.ts";
import { simulateWorld } from "../../sim/simulate.ts";
import { progressLine } from "./progress.ts";

/** What can be written: the scenarios to try things on, and the honest traffic in which `evaluate` hides its campaigns. */
const WRITTEN: readonly Scenario[] = [...SCENARIOS, EVALUATION_BACKGROUND];

interface CommandOptions {
  readonly out?: string;
  readonly scenario: string;
  readonly seed: number;
  readonly scale: number;
  readonly days?: number;
  readonly corpus?: string;
  readonly force?: boolean;
  readonly list?: boolean;
}

/** `stillwatch simulate`: writes a labelled world to practise on. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description("write a labelled world of made-up traffic, to practise on and to evaluate with")
    .option("--out <folder>", "folder to write (must be empty)")
    .option("--scenario <name>", "which world; see --list", "demo")
    .option("--seed <number>", "the same seed writes the same bytes", parseInteger, 1)
    .option("--scale <factor>", "multiplies the accounts, and so the exchanges", parseNumber, 1)
    .option("--days <number>", "length of the world instead of the scenario's own", parseInteger)
    .option("--corpus <folder>", "take prompts from *.jsonl(.gz) files with rows {text, kind, family, lang}")
    .option("--force", "replace the world that lies in the folder")
    .option("--list", "list the scenarios and exit")
    .action(run);
}

async function run(options: CommandOptions): Promise<void> {
  if (options.list === true) {
    process.stdout.write(
      WRITTEN.map((s) => `${s.name.padEnd(14)}${s.title}\n${" ".repeat(14)}${s.description}\n`).join(""),
    );
    return;
  }
  if (options.out === undefined) throw new UserError("no folder to write to", "Pass --out FOLDER.");
  const progress = progressLine(process.stderr, process.env);
  const result = await simulateWorld({
    out: options.out,
    scenario: parseScenario(options.scenario),
    seed: options.seed,
    scale: options.scale,
    days: options.days,
    corpus: options.corpus,
    force: options.force,
    onProgress: progress?.update,
  }).finally(() => progress?.clear());
  process.stdout.write(
    `${options.out}: ${result.exchanges.toLocaleString("en")} exchanges of ${result.accounts.toLocaleString("en")} accounts over ${result.days} days; ` +
      `${result.distillers} accounts in ${result.campaigns} campaigns (labels in truth.ndjson)\n`,
  );
}

function parseScenario(name: string): Scenario {
  const known = WRITTEN.find((candidate) => candidate.name === name);
  if (known === undefined)
    throw new UserError(`there is no scenario "${name}"`, `Choose one of: ${WRITTEN.map((s) => s.name).join(", ")}.`);
  return known;
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("not a number");
  return value;
}

function parseInteger(text: string): number {
  const value = parseNumber(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError("not a whole number");
  return value;
}
