import { Command, InvalidArgumentError } from "commander";
import { readers } from "../../ingest/readers.ts";
import { DEFAULT_REPORT_DIR } from "../report/folder.ts";
import { renderSummary } from "../terminal/summary.ts";
import { createTerminal } from "../terminal/terminal.ts";
import { scan } from "./scan.ts";

interface CommandOptions {
  readonly out: string;
  readonly format?: string;
  readonly facts?: string;
  readonly keepText: boolean;
  readonly signals: boolean;
  readonly strict: boolean;
  readonly memory?: number;
  readonly server?: string;
  readonly json: boolean;
}

/** `stillwatch scan WORLD`: finds the campaigns in a log and writes a report. */
export function scanCommand(): Command {
  return new Command("scan")
    .description("find the campaigns in a log of exchanges and write a report")
    .argument("<log>", "a world folder, or a file or folder of a log that a gateway or provider wrote")
    .option("--out <folder>", "where to write the report", DEFAULT_REPORT_DIR)
    .option(
      "--format <name>",
      `what the log is, if it cannot be told by itself: world, ${readers.map((reader) => reader.format).join(", ")}`,
    )
    .option("--facts <file>", "accounts' facts (NDJSON or CSV), joined by account or key")
    .option("--keep-text", "keep prompts and answers in the store while the scan runs; sketches only by default", false)
    .option("--signals", "write what the campaigns can be recognised by, too, for `share propose --report`", false)
    .option("--strict", "fail if a line cannot be read", false)
    .option("--memory <size>", "memory of the engine, such as 2G or 800M", parseSize)
    .option("--server <url>", "use a ClickHouse server instead of the embedded engine")
    .option("--json", "print the report as JSON and nothing else", false)
    .action(run);
}

async function run(log: string, options: CommandOptions): Promise<void> {
  const { stdout, stderr, env } = process;
  const terminal = createTerminal({ stdout, stderr, env });
  const report = await scan(
    {
      log,
      out: options.out,
      format: options.format,
      facts: options.facts,
      keepText: options.keepText,
      signals: options.signals,
      strict: options.strict,
      memoryBytesMax: options.memory,
      server: options.server,
    },
    terminal,
  ).finally(() => terminal.progress.clear());
  terminal.print(options.json ? JSON.stringify(report) : renderSummary(report, { outDir: options.out, terminal }));
}

const UNITS = new Map([
  ["K", 2 ** 10],
  ["M", 2 ** 20],
  ["G", 2 ** 30],
]);

/** `2G`, `800M`, `1.5GiB`: bytes. */
function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMG])(?:i?B)?$/i.exec(text.trim());
  const unit = UNITS.get(match?.[2]?.toUpperCase() ?? "");
  if (match?.[1] === undefined || unit === undefined) throw new InvalidArgumentError("give a size such as 2G or 800M");
  return Math.floor(Number(match[1]) * unit);
}
