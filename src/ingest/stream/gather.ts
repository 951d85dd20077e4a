import type { Wait } from "../../kit/wait.ts";
import { decodeDelivery } from "../delivery/delivery.ts";
import type { DeliveryRecord } from "../delivery/delivery.ts";
import type { Position } from "../spool/position.ts";
import type { Spool, SpoolBatch } from "../spool/spool.ts";

// Limits.
/**
 * A batch ends with the read that passes one of these. A statement costs some tenths of a second whatever it takes in, and between two
 * batches there may be a wait for the statement of a look.
 */
const batchBytesMax = 256 * 2 ** 20;
const batchLinesMax = 200_000;
const readBytesMax = 4 * 2 ** 20;

/** Deliveries on their way into the engine, and the position of the spool after them. */
export interface Batch {
  readonly records: readonly DeliveryRecord[];
  readonly end: Position;
}

/**
 * Gathers a batch: from the first record on it waits `lingerMs` for more, unless the batch is full before. Null once the spool
 * is closed or the signal given; records that were read then stay in the spool.
 */
export function batchGatherer(
  spool: Spool,
  wait: Wait,
  lingerMs: number,
  signal: AbortSignal,
): () => Promise<Batch | null> {
  const stopped = new Promise<null>((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  // A read goes on where a batch ends without it, and gives its records to the next.
  let reading: Promise<SpoolBatch | null> | undefined;
  const read = async (orElse: Promise<null>): Promise<SpoolBatch | null> => {
    reading ??= spool.read(readBytesMax);
    try {
      const found = await Promise.race([reading, orElse]);
      if (found !== null) reading = undefined;
      return found;
    } catch (error) {
      reading = undefined;
      throw error;
    }
  };
  return async () => {
    const first = await read(stopped);
    if (first === null) return null;
    const records = first.records.map(decoded);
    let { end } = first;
    const isFull = (): boolean =>
      records.reduce((sum, { lines }) => sum + lines.length, 0) >= batchBytesMax ||
      records.reduce((sum, { count }) => sum + count, 0) >= batchLinesMax;
    const ended = new AbortController();
    const lingered = wait(lingerMs, AbortSignal.any([signal, ended.signal])).then(() => null);
    while (!isFull()) {
      // What was gathered must not be lost where reading on fails; the next batch begins with the same failure.
      const next = await read(lingered).catch(() => null);
      if (next === null) break;
      records.push(...next.records.map(decoded));
      end = next.end;
    }
    ended.abort();
    await lingered;
    return signal.aborted ? null : { records, end };
  };
}

/** A record that can't be read is bad input like any other. */
function decoded(record: Uint8Array): DeliveryRecord {
  try {
    return decodeDelivery(record);
  } catch {
    const reason = `a record of ${record.length} bytes is no delivery`;
    return { kind: "exchange", origin: "spool", count: 0, lines: new Uint8Array(0), rejects: [reason] };
  }
}
