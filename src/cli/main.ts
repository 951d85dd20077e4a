import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { haltEngines } from "../store/halt.ts";
import { EXIT, failureOf } from "./errors.ts";
import { packageFacts } from "./package-facts.ts";
import { createTerminal } from "./terminal/terminal.ts";

// Limits.
/** The engine takes a second at most to give up what it is doing. */
const haltMsMax = 10_000;

/** From a person, and from what runs commands for one. */
const interruptions = ["SIGINT", "SIGTERM"] as const;

/** Runs one command line (`process.argv`) and tells the exit code. Prints errors itself. */
export async function main(argv: readonly string[]): Promise<number> {
  const { stdout, stderr, env } = process;
  const terminal = createTerminal({ stdout, stderr, env });
  let isInterrupted = false;
  const interrupted = (signal: NodeJS.Signals): void => {
    // A command that listens itself, as a server does, ends in order.
    if (process.listenerCount(signal) > 0) return;
    isInterrupted = true;
    terminal.note("interrupted");
    // What was written so far is not a report. A second signal ends the process at once.
    void Promise.race([haltEngines(), sleep(haltMsMax)]).finally(() => process.exit(EXIT.interrupted));
  };
  for (const signal of interruptions) process.once(signal, interrupted);
  // Stays: what was written last may fail after the command is through.
  if (!stdout.listeners("error").includes(endQuietly)) stdout.on("error", endQuietly);
  try {
    await (await program(argv)).parseAsync([...argv]);
    return EXIT.done;
  } catch (error) {
    // It failed because its engine was halted.
    if (isInterrupted) return EXIT.interrupted;
    const verbose = argv.includes("--verbose") || (env["DEBUG"] ?? "") !== "";
    const failure = failureOf(error, { verbose, paint: terminal.paintError });
    if (failure.text !== "") terminal.note(failure.text);
    return failure.exitCode;
  } finally {
    for (const signal of interruptions) process.off(signal, interrupted);
  }
}

/** A reader that has seen enough (`| head`) is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(EXIT.done);
  throw error;
}

/** In the order of the help. One is loaded when it is asked for: all together take seconds to load. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["scan", async () => (await import("./scan/command.ts")).scanCommand()],
  ["explain", async () => (await import("./explain/command.ts")).explainCommand()],
  ["simulate", async () => (await import("./simulate/command.ts")).simulateCommand()],
  ["evaluate", async () => (await import("./evaluate/command.ts")).evaluateCommand()],
  ["replay", async () => (await import("./replay/command.ts")).replayCommand()],
  ["serve", async () => (await import("./serve/command.ts")).serveCommand()],
  ["share", async () => (await import("./share/command.ts")).shareCommand()],
  ["token", async () => (await import("./token/command.ts")).tokenCommand()],
  ["audit", async () => (await import("./audit/command.ts")).auditCommand()],
  ["log", async () => (await import("./log/command.ts")).logCommand()],
  ["dossier", async () => (await import("./dossier/command.ts")).dossierCommand()],
]);

async function program(argv: readonly string[]): Promise<Command> {
  const root = new Command("stillwatch")
    .description(packageFacts().description)
    .version(packageFacts().version)
    .option("--verbose", "show where an error happened")
    .showHelpAfterError("(--help tells more)");
  // The options before a command take no values, so that the first other word is its name.
  const asked = commands.get(argv.slice(2).find((word) => !word.startsWith("-")) ?? "");
  for (const load of asked === undefined ? commands.values() : [asked]) root.addCommand(await load());
  // Errors are thrown to `main`, which knows the exit codes; a command does not inherit this from its parent by itself.
  const all = root.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [root, ...all]) command.exitOverride().showHelpAfterError("(--help tells more)");
  return root;
}
