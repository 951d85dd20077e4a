import { Command } from "commander";
import { findPolicy } from "../online/policy.ts";
import { counted } from "../report/words.ts";
import { createTerminal } from "../terminal/terminal.ts";
import { replay } from "./replay.ts";
import type { ReplaySummary } from "./replay.ts";

interface CommandOptions {
  readonly out: string;
  readonly format?: string;
  readonly facts?: string;
  readonly policy: string;
  readonly json: boolean;
}

/** `stillwatch replay WORLD`: what would have been decided, and when, had the policy been in force. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("take a log through the online path in event time, and write what would have been decided when")
    .argument("<log>", "a world folder, or a file or folder of a log that a gateway or provider wrote")
    .option("--out <folder>", "where to write decisions.ndjson and rejects.ndjson", "replay")
    .option("--format <name>", "what the log is, if it cannot be told by itself")
    .option("--facts <file>", "accounts' facts (NDJSON or CSV), joined by account or key")
    .option("--policy <name>", "a policy that comes with Stillwatch, or a .yaml file", "default")
    .option("--json", "print the summary as JSON and nothing else", false)
    .action(run);
}

async function run(log: string, options: CommandOptions): Promise<void> {
  const { stdout, stderr, env } = process;
  const terminal = createTerminal({ stdout, stderr, env });
  const policy = findPolicy(options.policy);
  const summary = await replay(
    { log, out: options.out, format: options.format, facts: options.facts, policy },
    terminal,
  ).finally(() => terminal.progress.clear());
  terminal.print(options.json ? JSON.stringify(summary) : told(summary, options.out));
}

function told({ exchanges, rejected, campaigns, affected, affectedAtEnd, lines }: ReplaySummary, out: string): string {
  return [
    "",
    `${counted(exchanges, "exchange")} replayed: ${counted(campaigns, "campaign")}, ${counted(affected, "account")} acted on, ` +
      `${affectedAtEnd} of them to the end`,
    ...(rejected === 0 ? [] : [`${counted(rejected, "line")} could not be read: see ${out}/rejects.ndjson`]),
    `${out}/decisions.ndjson holds ${counted(lines, "line")}: what was done to whom, from when on`,
    "",
  ].join("\n");
}
