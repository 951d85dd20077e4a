import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";
import { errorCode } from "../../kit/error-code.ts";
import type { Clock } from "../../kit/clock.ts";
import { UnavailableError } from "../../kit/unavailable-error.ts";
import { UserError } from "../../kit/user-error.ts";

// Limits.
/** A failure that goes on is written down so often. */
const repeatMs = 60_000;
/** Failures that are told apart. */
const failuresMax = 100;
/** What has failed within so long is taken to go on: longer than from one round, or attempt, to the next. */
const recentMs = 120_000;

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
  if (error instanceof UnavailableError) {
    const code = errorCode(error.cause);
    return {
      error: error.name,
      message: error.message,
      hint: error.hint,
      ...(code === undefined ? {} : { code }),
    };
  }
  if (!(error instanceof Error)) return { error: typeof error };
  const code = errorCode(error);
  const at = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    ...(code === undefined ? {} : { code }),
    at: at.slice(0, 8).map((line) => line.trim()),
  };
}

export interface Failures {
  /**
   * Writes a failure down: one that comes again and again, as while the state is down, once a minute, with how often it has come
   * since it was written down last. It must not fill the disk.
   */
  tell(error: unknown): void;
  /** What has failed lately, without where in the program: the message, or the name of what has none that may be shown. */
  recent(): readonly RecentFailure[];
}

export interface RecentFailure {
  readonly error: string;
  /** How long ago it failed last. */
  readonly ageMs: number;
}

interface Told {
  readonly shown: string;
  readonly atMs: number;
  lastMs: number;
  again: number;
}

export function failureTeller(journal: Journal, clock: Pick<Clock, "monotonicMs">): Failures {
  const told = new Map<string, Told>();
  return {
    tell(error) {
      const failure = describeFailure(error);
      const key = JSON.stringify(failure);
      const nowMs = clock.monotonicMs();
      const before = told.get(key);
      if (before !== undefined && nowMs - before.atMs < repeatMs) {
        before.lastMs = nowMs;
        before.again += 1;
        return;
      }
      told.delete(key);
      const [oldest] = told.keys();
      if (oldest !== undefined && told.size >= failuresMax) told.delete(oldest);
      told.set(key, { shown: String(failure["message"] ?? failure["error"]), atMs: nowMs, lastMs: nowMs, again: 0 });
      journal.error({ ...failure, ...(before === undefined ? {} : { again: before.again }) }, "failed");
    },
    recent() {
      const nowMs = clock.monotonicMs();
      // What differs by its code alone is one to whoever reads this.
      const lastMs = new Map<string, number>();
      for (const one of told.values()) lastMs.set(one.shown, Math.max(one.lastMs, lastMs.get(one.shown) ?? one.lastMs));
      return [...lastMs]
        .map(([error, atMs]) => ({ error, ageMs: Math.round(nowMs - atMs) }))
        .filter(({ ageMs }) => ageMs < recentMs);
    },
  };
}
