import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";
import { UserError } from "../../kit/user-error.ts";

/** What the server writes down as it runs: a line of JSON each, on stderr. */
export type Journal = Logger;

export function openJournal(destination: DestinationStream = pino.destination(2)): Journal {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/**
 * What may be said of a failure. The message of an error that is none of ours may quote what somebody sent, a prompt or a key:
 * only its name, its code and where it was thrown are written down.
 */
export function describeFailure(error: unknown): Record<string, unknown> {
  if (error instanceof UserError) return { error: error.name, message: error.message, hint: error.hint };
  if (!(error instanceof Error)) return { error: typeof error };
  const at = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    at: at.slice(0, 8).map((line) => line.trim()),
  };
}
