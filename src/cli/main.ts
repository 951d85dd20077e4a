import { Command } from "commander";
import { auditCommand } from "./audit/command.ts";
import { dossierCommand } from "./dossier/command.ts";
import { EXIT, failureOf } from "./errors.ts";
import { evaluateCommand } from "./evaluate/command.ts";
import { explainCommand } from "./explain/command.ts";
import { logCommand } from "./log/command.ts";
import { packageFacts } from "./package-facts.ts";
import { replayCommand } from "./replay/command.ts";
import { scanCommand } from "./scan/command.ts";
import { serveCommand } from "./serve/command.ts";
import { shareCommand } from "./share/command.ts";
import { simulateCommand } from "./simulate/command.ts";
import { tokenCommand } from "./token/command.ts";
import { createTerminal } from "./terminal/terminal.ts";

/** Runs one command line (`process.argv`) and tells the exit code. Prints errors itself. */
export async function main(argv: readonly string[]): Promise<number> {
  const { stdout, stderr, env } = process;
  const terminal = createTerminal({ stdout, stderr, env });
  const interrupted = (): void => {
    // A command that listens itself, as a server does, ends in order.
    if (process.listenerCount("SIGINT") > 0) return;
    terminal.note("interrupted");
    // The engine can't be asked to stop in the middle of a statement; what was written so far is not a report.
    process.exit(EXIT.interrupted);
  };
  process.once("SIGINT", interrupted);
  // Stays: what was written last may fail after the command is through.
  if (!stdout.listeners("error").includes(endQuietly)) stdout.on("error", endQuietly);
  try {
    await program().parseAsync([...argv]);
    return EXIT.done;
  } catch (error) {
    const verbose = argv.includes("--verbose") || (env["DEBUG"] ?? "") !== "";
    const failure = failureOf(error, { verbose, paint: terminal.paintError });
    if (failure.text !== "") terminal.note(failure.text);
    return failure.exitCode;
  } finally {
    process.off("SIGINT", interrupted);
  }
}

/** A reader that has seen enough (`| head`) is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(EXIT.done);
  throw error;
}

function program(): Command {
  const root = new Command("stillwatch")
    .description(packageFacts().description)
    .version(packageFacts().version)
    .option("--verbose", "show where an error happened")
    .showHelpAfterError("(--help tells more)");
  for (const command of [
    scanCommand(),
    explainCommand(),
    simulateCommand(),
    evaluateCommand(),
    replayCommand(),
    serveCommand(),
    shareCommand(),
    tokenCommand(),
    auditCommand(),
    logCommand(),
    dossierCommand(),
  ])
    root.addCommand(command);
  // Errors are thrown to `main`, which knows the exit codes; a command does not inherit this from its parent by itself.
  const commands = root.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [root, ...commands]) command.exitOverride().showHelpAfterError("(--help tells more)");
  return root;
}
