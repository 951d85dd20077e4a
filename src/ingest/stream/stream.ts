import type { Clock } from "../../kit/clock.ts";
import { systemWait } from "../../kit/wait.ts";
import type { Wait } from "../../kit/wait.ts";
import type { DeliveryRecord } from "../delivery/delivery.ts";
import type { Spool } from "../spool/spool.ts";
import { EngineFullError } from "../../store/engine-full.ts";
import type { Together } from "../../store/turns.ts";
import { openArrivals } from "./arrivals.ts";
import type { ArrivalOptions, Arrivals, Arrived } from "./arrivals.ts";
import { batchGatherer } from "./gather.ts";
import type { Batch } from "./gather.ts";
import { halves } from "./halves.ts";

// Limits and defaults.
/** How long a batch waits for more: as long an exchange may be late, and so often an idle engine pays for a statement. */
const lingerMsDefault = 5_000;
/** An engine that fails is tried again after twice as long each time. */
const retryMsMin = 100;
const retryMsMax = 30_000;

export interface StreamOptions extends ArrivalOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly wait?: Wait;
  readonly lingerMs?: number;
  /** For a store that others use, too; the statements of a batch are kept together. */
  readonly together?: Together;
  /** After each batch that is in the engine and committed. */
  readonly onBatch?: (arrived: Arrived) => void;
  /** Each time that the engine failed, on a batch, which is tried again, or on a single line, which becomes a reject. */
  readonly onFailure?: (error: unknown) => void;
}

export interface StreamStatus extends Arrived {
  /** Failures since the last batch that went well: above 0 the engine is not taking anything in. */
  readonly failures: number;
}

/** The consumer of the spool. */
export interface IntakeStream {
  /** Since it was opened. */
  status(): StreamStatus;
  /** Finishes the batch that is in the engine. What is not committed is read again next time. */
  stop(): Promise<void>;
}

/**
 * Takes what is in the spool into the engine, batch by batch, and commits each. A batch that a crash cut short is taken back
 * first and comes again, so that each delivery is in the engine exactly once. The only writer of its store.
 */
export async function openStream(options: StreamOptions): Promise<IntakeStream> {
  const { spool, clock, wait = systemWait, lingerMs = lingerMsDefault, onBatch, onFailure } = options;
  const together = options.together ?? ((work) => work());
  const arrivals = await openArrivals(options);
  if (spool.committed === null) await spool.commit({ segment: 0, offset: 0 }, await arrivals.lastFile());
  const stopping = new AbortController();
  const gather = batchGatherer(spool, wait, lingerMs, stopping.signal);
  let status: StreamStatus = { exchanges: 0, rejected: 0, repeated: 0, failures: 0 };

  const take = async (batch: Batch): Promise<void> => {
    const arrived = await together(async () => {
      await arrivals.undo(spool.committed?.mark ?? 0);
      const taken = await takeOrHalve({ arrivals, nowMs: clock.nowMs(), onFailure }, batch.records);
      await spool.commit(batch.end, await arrivals.lastFile());
      return taken;
    });
    status = { ...sum(status, arrived), failures: 0 };
    onBatch?.(arrived);
  };
  const run = async (): Promise<void> => {
    let batch: Batch | null = null;
    while (!stopping.signal.aborted) {
      try {
        batch ??= await gather();
        if (batch === null) return;
        await take(batch);
        batch = null;
      } catch (error) {
        onFailure?.(error);
        status = { ...status, failures: status.failures + 1 };
        await wait(Math.min(retryMsMax, retryMsMin * 2 ** (status.failures - 1)), stopping.signal);
      }
    }
  };
  const running = run();
  return {
    status: () => status,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Into what and when a batch is taken, and who is told of a line that the engine fails on. */
interface Taking {
  readonly arrivals: Arrivals;
  readonly nowMs: number;
  readonly onFailure: StreamOptions["onFailure"] | undefined;
}

/**
 * Where the engine fails on a batch, its halves are tried, down to the line that makes it fail, which becomes a reject: but only where
 * the engine takes a line of our own right before that. One that takes no exchange may still take a reject, and what is wrong with the
 * engine must not cost anybody's line; the error is thrown then, and the batch waits.
 */
async function takeOrHalve(taking: Taking, records: readonly DeliveryRecord[]): Promise<Arrived> {
  const { arrivals, nowMs } = taking;
  const last = await arrivals.lastFile();
  const parts = halves(records);
  try {
    return await arrivals.take(records, nowMs);
  } catch (error) {
    // No line's fault; and there might be room for a reject where there is none for an exchange.
    if (error instanceof EngineFullError) throw error;
    await arrivals.undo(last);
    if (parts === null) return takeAlone(taking, records);
  }
  let arrived: Arrived = { exchanges: 0, rejected: 0, repeated: 0 };
  for (const part of parts) arrived = sum(arrived, await takeOrHalve(taking, part));
  return arrived;
}

/** A line on which the engine has failed once; or what came without a line, and then the engine fails by itself. */
async function takeAlone({ arrivals, nowMs, onFailure }: Taking, records: readonly DeliveryRecord[]): Promise<Arrived> {
  const last = await arrivals.lastFile();
  for (const { kind } of records) {
    await arrivals.take([soundRecord(kind, nowMs)], nowMs);
    await arrivals.undo(last);
  }
  try {
    return await arrivals.take(records, nowMs);
  } catch (error) {
    await arrivals.undo(last);
    onFailure?.(error);
    return arrivals.take(records.map(rejected), nowMs);
  }
}

/** A line that nothing is wrong with, of an account that nobody has. */
function soundRecord(kind: DeliveryRecord["kind"], nowMs: number): DeliveryRecord {
  const account = "stillwatch:trial";
  const line =
    kind === "facts"
      ? { account }
      : {
          time: new Date(nowMs).toISOString(),
          id: account,
          account,
          model: account,
          messages: [{ role: "user", content: "Is the engine there?" }],
          response: "It is.",
        };
  return { kind, origin: "trial", count: 1, lines: Buffer.from(`${JSON.stringify(line)}\n`), rejects: [] };
}

function rejected(record: DeliveryRecord): DeliveryRecord {
  const reasons = record.count > 0 ? ["the engine fails on this line"] : [];
  return { ...record, count: 0, lines: new Uint8Array(0), rejects: [...record.rejects, ...reasons] };
}

function sum(a: Arrived, b: Arrived): Arrived {
  return {
    exchanges: a.exchanges + b.exchanges,
    rejected: a.rejected + b.rejected,
    repeated: a.repeated + b.repeated,
  };
}
