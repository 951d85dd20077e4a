import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { makeFolder } from "../../kit/make-folder.ts";
import { UserError } from "../../kit/user-error.ts";
import { createTerminal, type Terminal } from "../terminal/terminal.ts";
import { type Evaluation, evaluateBeds, evaluateLog } from "./evaluate.ts";
import { renderMarkdown, type Settings } from "./markdown.ts";
import { renderEvaluationPage } from "./page.ts";
import { type Curve, PLAN_DEFAULT, PLAN_NAMES, planBeds, planInjections } from "./plan.ts";
import { type Summary, summarise } from "./summary.ts";
import { renderEvaluationSummary } from "./told.ts";

// Limits.
const SEEDS_MAX = 1_000;
const FIRST_SEED_MAX = 1_000_000_000;
const SCALE_MAX = 1_000;

interface CommandOptions {
  readonly out: string;
  readonly scenario: readonly string[];
  readonly background?: readonly number[];
  readonly seeds?: number;
  readonly firstSeed?: number;
  readonly quick: boolean;
  readonly log?: string;
  readonly json: boolean;
}

/** `stillwatch evaluate`: hides campaigns in honest traffic and says what the detector finds. */
export function evaluateCommand(): Command {
  return new Command("evaluate")
    .description("hide campaigns in honest traffic, simulated or your own, and report what is found and who is wronged")
    .requiredOption("--out <folder>", "where to write evaluation.json, EVALUATION.md and evaluation.html")
    .option(
      "--scenario <names>",
      `what to run, separated by commas: ${PLAN_NAMES.join(", ")}`,
      parseNames,
      PLAN_DEFAULT,
    )
    .option(
      "--background <scales>",
      "honest accounts, as multiples of the usual, separated by commas (1,10)",
      parseScales,
    )
    .option("--seeds <number>", "repetitions with other random draws (3; --quick: 1)", parseSeeds)
    .option(
      "--first-seed <number>",
      "where the seeds begin, so that they are none that was tuned on (1)",
      parseFirstSeed,
    )
    .option("--quick", "one seed, fewer points, smaller scenarios, and only the ladder in larger backgrounds", false)
    .option("--log <path>", "hide the campaigns in this log instead, which is taken to be honest")
    .option("--json", "print the evaluation as JSON and nothing else", false)
    .action(run);
}

async function run(options: CommandOptions): Promise<void> {
  const { stdout, stderr, env } = process;
  const terminal = createTerminal({ stdout, stderr, env });
  await makeFolder(options.out);
  const { curves, evaluation } = await evaluate(options, terminal).finally(() => terminal.progress.clear());
  const summary = summarise(curves, evaluation);
  const settings: Settings = { command: commandLine(options), source: options.log === undefined ? "simulated" : "log" };
  const document = renderJson(settings, summary, evaluation);
  await writeFile(join(options.out, "evaluation.json"), document);
  await writeFile(join(options.out, "EVALUATION.md"), renderMarkdown(summary, settings));
  await writeFile(join(options.out, "evaluation.html"), renderEvaluationPage(summary, settings));
  terminal.print(
    options.json ? document.trimEnd() : renderEvaluationSummary(summary, { outDir: options.out, terminal }),
  );
}

async function evaluate(
  { scenario: names, quick, log, ...options }: CommandOptions,
  { progress }: Pick<Terminal, "progress">,
): Promise<{ curves: readonly Curve[]; evaluation: Evaluation }> {
  const { firstSeed = 1 } = options;
  const seeds = Array.from({ length: options.seeds ?? (quick ? 1 : 3) }, (_, i) => firstSeed + i);
  const onProgress = ({ done, total, label }: { done: number; total: number; label: string }): void =>
    progress.update({ done, total, unit: "trials", label: "Evaluating" + (label === "" ? "" : ` ${label}`) });
  if (log !== undefined) {
    if (options.background !== undefined)
      throw new UserError(
        "--background says how much honest traffic to make, and --log brings its own",
        "leave one out",
      );
    const curves = planInjections(names, quick);
    if (curves.length === 0)
      throw new UserError("none of these can be hidden in a log", "name a curve, such as ladder");
    return { curves, evaluation: await evaluateLog(log, curves, seeds, onProgress) };
  }
  const beds = planBeds({ names, quick, scales: options.background ?? [1, 10] });
  const curves = new Map(beds.flatMap((bed) => bed.curves.map((curve) => [curve.name, curve] as const)));
  return { curves: [...curves.values()], evaluation: await evaluateBeds(beds, seeds, onProgress) };
}

/** Maps become objects; what is not stated stays out. */
function renderJson(settings: Settings, summary: Summary, { trials, honest }: Evaluation): string {
  const { curves, classes, everybody } = summary;
  const document = { ...settings, curves, classes, everybody, honest, trials };
  const plain = (_key: string, value: unknown): unknown => (value instanceof Map ? Object.fromEntries(value) : value);
  return `${JSON.stringify(document, plain, 1)}\n`;
}

/** Without the places of this machine. */
function commandLine({ scenario, quick, background, seeds, firstSeed, log }: CommandOptions): string {
  const parts = ["stillwatch evaluate --out evaluation"];
  if (scenario !== PLAN_DEFAULT) parts.push(`--scenario ${scenario.join(",")}`);
  if (background !== undefined) parts.push(`--background ${background.join(",")}`);
  if (seeds !== undefined) parts.push(`--seeds ${seeds}`);
  if (firstSeed !== undefined) parts.push(`--first-seed ${firstSeed}`);
  if (quick) parts.push("--quick");
  if (log !== undefined) parts.push("--log LOG");
  return parts.join(" ");
}

export function parseNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  for (const name of names)
    if (!PLAN_NAMES.includes(name))
      throw new InvalidArgumentError(`there is no "${name}"; choose among ${PLAN_NAMES.join(", ")}`);
  return [...new Set(names)];
}

export function parseScales(text: string): number[] {
  const scales = text.split(",").map(Number);
  if (!scales.every((scale) => scale > 0 && scale <= SCALE_MAX))
    throw new InvalidArgumentError(`give numbers above 0 and at most ${SCALE_MAX}, such as 1,10`);
  return [...new Set(scales)];
}

export const parseSeeds = (text: string): number => wholeNumber(text, SEEDS_MAX);
export const parseFirstSeed = (text: string): number => wholeNumber(text, FIRST_SEED_MAX);

function wholeNumber(text: string, max: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > max)
    throw new InvalidArgumentError(`give a whole number from 1 to ${max}`);
  return number;
}
