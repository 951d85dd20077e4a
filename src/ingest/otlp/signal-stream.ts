import type { Clock } from "../../kit/clock.ts";
import { systemWait } from "../../kit/wait.ts";
import type { Wait } from "../../kit/wait.ts";
import type { KeyDirectory } from "../keys/key-directory.ts";
import { encodeDelivery } from "../delivery/delivery.ts";
import type { Position } from "../spool/position.ts";
import type { Spool, SpoolBatch } from "../spool/spool.ts";
import { linesOf } from "./live-export.ts";
import { draftOfGroup, spanWait } from "./span-wait.ts";
import type { Signal } from "./signal.ts";
import type { SpanGroup } from "./span-wait.ts";
import { decodeSignal } from "./waiting-signal.ts";

// Limits.
const readBytesMax = 2 ** 20;
/** A full spool, or a disk that fails, is tried again after twice as long each time. */
const retryMsMin = 100;
const retryMsMax = 10_000;

/** Where it stands in the name of a reject's file. */
const origin = "OTLP";

export interface SignalStreamOptions {
  /** Signals that wait for others of their span. */
  readonly signals: Spool;
  /** Where exchanges go. */
  readonly spool: Spool;
  readonly clock: Clock;
  readonly wait?: Wait;
  readonly keys: KeyDirectory;
  readonly onFailure?: (error: unknown) => void;
}

export interface SignalStream {
  /** What waits is not lost: it is read again next time. */
  stop(): Promise<void>;
}

/**
 * Joins spans with their log records across requests, and puts what comes of it into the spool of exchanges. A signal leaves
 * its own spool only when its exchange is in the other one; what a crash makes it deliver twice has the same id and time.
 */
export function openSignalStream(options: SignalStreamOptions): SignalStream {
  const { signals, spool, clock, wait = systemWait, keys, onFailure } = options;
  const stopping = new AbortController();
  const waiting = spanWait();
  /** What was read and is not committed. */
  const batches: { readonly number: number; readonly end: Position }[] = [];
  let batchNumber = 0;

  const untilDone = async (work: () => Promise<void>): Promise<void> => {
    for (let retryMs = retryMsMin; !stopping.signal.aborted; retryMs = Math.min(retryMsMax, 2 * retryMs)) {
      try {
        await work();
        return;
      } catch (error) {
        onFailure?.(error);
        await wait(retryMs, stopping.signal);
      }
    }
  };
  const take = ({ records, end }: SpoolBatch): { groups: SpanGroup[]; rejects: string[] } => {
    batches.push({ number: ++batchNumber, end });
    const groups: SpanGroup[] = [];
    const rejects: string[] = [];
    for (const text of records.flatMap((record) => Buffer.from(record).toString("utf8").split("\n"))) {
      const signal = decodedSignal(text);
      if (signal === null) rejects.push("a record of the spool is no signal");
      else groups.push(...waiting.add(signal, text.length, batchNumber, clock.monotonicMs()));
    }
    return { groups, rejects };
  };
  const pass = async (groups: readonly SpanGroup[], others: readonly string[]): Promise<void> => {
    const results = groups.map((group) => linesOf(draftOfGroup(group), keys));
    const lines = results.flatMap((result) => result.lines);
    const rejects = [...others, ...results.flatMap(({ reason }) => reason ?? [])];
    const records = encodeDelivery({ kind: "exchange", origin, lines, rejects });
    if (records.length > 0) await spool.append(records);
  };
  /** Up to the first batch that something waits of. */
  const commit = async (): Promise<void> => {
    const done = batches.findLast(({ number }) => number < (waiting.oldest?.batch ?? Infinity));
    if (done === undefined) return;
    await signals.commit(done.end, 0);
    batches.splice(0, batches.indexOf(done) + 1);
  };
  const next = batchReader(signals, wait, clock, stopping.signal);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let batch: SpoolBatch | null = null;
      await untilDone(async () => {
        batch = await next(waiting.oldest?.dueMs ?? null);
      });
      const { groups, rejects } = batch === null ? { groups: [], rejects: [] } : take(batch);
      const ready = [...groups, ...waiting.due(clock.monotonicMs())];
      await untilDone(() => pass(ready, rejects));
      await untilDone(commit);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Reads the next batch, or null where the time is over first (on the monotonic clock; null stands for never) or it is to stop. */
function batchReader(
  signals: Spool,
  wait: Wait,
  clock: Clock,
  stopping: AbortSignal,
): (untilMs: number | null) => Promise<SpoolBatch | null> {
  const stopped = new Promise<null>((resolve) => {
    stopping.addEventListener("abort", () => resolve(null), { once: true });
  });
  let reading: Promise<SpoolBatch | null> | undefined;
  return async (untilMs) => {
    const found = new AbortController();
    const over =
      untilMs === null
        ? stopped
        : wait(Math.max(0, untilMs - clock.monotonicMs()), AbortSignal.any([stopping, found.signal])).then(() => null);
    reading ??= signals.read(readBytesMax);
    try {
      // A spool that is closed has nothing more to give.
      const batch = await Promise.race([reading.then((read) => read ?? over), over]);
      if (batch !== null) reading = undefined;
      return batch;
    } catch (error) {
      reading = undefined;
      throw error;
    } finally {
      found.abort();
    }
  };
}

function decodedSignal(text: string): Signal | null {
  try {
    return decodeSignal(text);
  } catch {
    return null;
  }
}
