import { CommanderError } from "commander";
import { errorCode } from "../kit/error-code.ts";
import { UserError, UserErrors } from "../kit/user-error.ts";
import { EngineFullError } from "../store/engine-full.ts";
import type { Paint } from "./terminal/paint.ts";
import { printable } from "./terminal/printable.ts";

// Limits.
/** The engine's messages can hold a whole statement; --verbose shows all of it. */
const MESSAGE_CHARS_MAX = 600;
/** A chain of causes can be a ring. */
const TRACE_CAUSES_MAX = 8;

/** How a run ends, for scripts; `docs/exit-codes.md` is the same list for people. */
export const EXIT = Object.freeze({
  /** Done, whether campaigns were found or not. */
  done: 0,
  /** A defect of Stillwatch, or of the machine that it runs on. */
  unexpected: 1,
  /** A wrong option, or input that can't be used: a person can mend it. */
  usage: 2,
  /** `--strict`, and lines were rejected. */
  rejected: 3,
  /** `audit verify`, `log verify`, `dossier verify`, and what is verified is not what was written. */
  broken: 4,
  /** As shells have it for Ctrl-C: 128 and the number of SIGINT. */
  interrupted: 130,
});

/** `--strict`, and lines were rejected. Every one of them is in `rejects.ndjson`. */
export class RejectedLinesError extends UserError {}

/** Of the audit log, a transparency log, or a dossier, something was changed, or is missing. */
export class BrokenLogError extends UserError {}

export interface Failure {
  readonly exitCode: number;
  /** For stderr; empty where everything was said already. */
  readonly text: string;
}

/** What an error that ended a command means for the person and for the script that ran it. */
export function failureOf(error: unknown, { verbose, paint }: { verbose: boolean; paint: Paint }): Failure {
  // Commander has printed its message (or the help) by itself.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage, text: "" };
  if (error instanceof UserError) {
    const hint = error.hint === undefined ? "" : `\n${paint("dim", "hint:")} ${printable(error.hint)}`;
    const trace = verbose ? `\n${traceOf(error)}` : "";
    const told = (message: string): string => `${paint("red", "error:")} ${printable(message)}`;
    return {
      exitCode: exitCodeOf(error),
      text: `${messagesOf(error).map(told).join("\n")}${hint}${trace}`,
    };
  }
  const hint = isDiskFull(error)
    ? "make room on the disk, or raise this user's quota or the limit on the size of a file, and run it again"
    : "this was not expected; --verbose shows where it happened";
  const told = verbose ? traceOf(error) : `${shortened(printable(messageOf(error)))}\n${paint("dim", "hint:")} ${hint}`;
  return { exitCode: EXIT.unexpected, text: `${paint("red", "error:")} ${told}` };
}

function isDiskFull(error: unknown): boolean {
  return error instanceof EngineFullError || ["ENOSPC", "EDQUOT", "EFBIG"].includes(errorCode(error) ?? "");
}

/** The stack and the causes, line by line. */
function traceOf(error: unknown): string {
  const lines: string[] = [];
  for (let at: unknown = error; at !== undefined && lines.length < TRACE_CAUSES_MAX; at = causeOf(at)) {
    const text = at instanceof Error ? (at.stack ?? at.message) : messageOf(at);
    lines.push((lines.length === 0 ? "" : "caused by: ") + text.split("\n").map(printable).join("\n"));
  }
  return lines.join("\n");
}

function exitCodeOf(error: UserError): number {
  if (error instanceof RejectedLinesError) return EXIT.rejected;
  return error instanceof BrokenLogError ? EXIT.broken : EXIT.usage;
}

const messagesOf = (error: UserError): readonly string[] =>
  error instanceof UserErrors ? error.messages : [error.message];

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shortened(text: string): string {
  return text.length <= MESSAGE_CHARS_MAX ? text : `${text.slice(0, MESSAGE_CHARS_MAX)}…`;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
