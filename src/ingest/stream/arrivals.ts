import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dayMs } from "../../kit/time-units.ts";
import { UserError } from "../../kit/user-error.ts";
import { rethrowFull } from "../../store/engine-full.ts";
import type { Store } from "../../store/engine.ts";
import { identifier, integer, integers, sql, text } from "../../store/sql.ts";
import type { DeliveryRecord } from "../delivery/delivery.ts";
import type { IntentPack } from "../intent/pack.ts";
import { insertExchangeLines } from "../world/exchange-lines.ts";
import type { TextRetention } from "../world/exchange-lines.ts";
import { insertFactsLines } from "../world/facts-lines.ts";
import { LineBatch, RejectBatch, linesOfFiles } from "../world/line-intake.ts";
import type { LineKind } from "../world/line-intake.ts";

// Limits.
/** Two deliveries of one exchange may differ in their time by so much at least (and twice that at most), in seconds. */
const slotSeconds = 300;

/** An id that comes again is known for so long after it came first. */
const idDaysMax = 7;
/** What doors and engine refused can be looked up for so long. */
const rejectDaysMax = 30;

/** Names of files in `source_file` that the stream gave. */
const streamPrefix = "stream:";

/** What one batch came to. */
export interface Arrived {
  readonly exchanges: number;
  readonly rejected: number;
  /** Ids that had come before, in this batch or an earlier one. */
  readonly repeated: number;
}

/** Takes batches of deliveries into the engine: the same statement as a scan's, and an id counts once. */
export interface Arrivals {
  /** All of a batch, or an error and an unknown part of it, which `undo` takes back. `nowMs` is when it arrived. */
  take(records: readonly DeliveryRecord[], nowMs: number): Promise<Arrived>;
  /** Takes back what the stream wrote after the file of this number. */
  undo(lastFile: number): Promise<void>;
  /** The highest number of a file so far. */
  lastFile(): Promise<number>;
}

export interface ArrivalOptions {
  readonly store: Store;
  /** For files of lines on their way to the embedded engine; emptied. */
  readonly folder: string;
  readonly intents: IntentPack;
  readonly retention: TextRetention;
}

/** Throws a `UserError` where the folder's name won't do. */
export async function openArrivals(options: ArrivalOptions): Promise<Arrivals> {
  const { store, folder, intents, retention } = options;
  if (/[*?{}]/.test(folder)) {
    throw new UserError(`the folder ${folder} has one of * ? { } in its name`, "choose another folder");
  }
  await makeLasting(store);
  const exchanges: LineKind = {
    insert: insertExchangeLines(retention, intents, "arriving_exchange"),
    tables: ["arriving_exchange"],
  };
  const lastFile = async (): Promise<number> => {
    const [row] = await store.rows<{ last: number }>(sql`SELECT max(file) AS last FROM source_file`);
    return row?.last ?? 0;
  };
  let latestMs = await latestArrivalMs(store);
  let forgottenMs = Number.NEGATIVE_INFINITY;
  const forget = async (arrivedMs: number): Promise<void> => {
    if (arrivedMs < forgottenMs + dayMs) return;
    await store.run(sql`
      DELETE FROM arrived_id
      WHERE arrived < fromUnixTimestamp64Milli(${integer(arrivedMs - idDaysMax * dayMs)}, 'UTC')`);
    const isOld = sql`startsWith(path, ${text(streamPrefix)}) AND right(path, 24) < ${text(isoTime(arrivedMs - rejectDaysMax * dayMs))}`;
    await store.run(sql`DELETE FROM reject WHERE file IN (SELECT file FROM source_file WHERE ${isOld})`);
    forgottenMs = arrivedMs;
  };
  const take = async (records: readonly DeliveryRecord[], nowMs: number): Promise<Arrived> => {
    const numbers = await numberOrigins(store, records, (await lastFile()) + 1, nowMs);
    const ofKind = (kind: DeliveryRecord["kind"]): DeliveryRecord[] =>
      records.filter((record) => record.kind === kind && record.count > 0);
    await store.run(sql`TRUNCATE TABLE arriving_exchange`);
    await takeLines(store, folder, exchanges, ofKind("exchange"), numbers);
    const facts = ofKind("facts");
    await takeByHand(store, factsKind, facts, numbers);
    if (facts.length > 0) await store.run(sql`OPTIMIZE TABLE account_facts FINAL`);
    const refused = await takeRejects(store, records, numbers);
    // A clock that is set back must not make an id look older than it is.
    latestMs = Math.max(latestMs, nowMs);
    await forget(latestMs);
    const arrived = await letIn(store, latestMs);
    await store.run(sql`TRUNCATE TABLE arriving_exchange`);
    return { ...arrived, rejected: arrived.rejected + refused };
  };
  return { take, lastFile, undo: (last) => undo(store, last) };
}

const factsKind: LineKind = { insert: insertFactsLines, tables: ["account_facts"] };

/** The engine leaves its files to the kernel's cache; here a batch must be on disk before its record leaves the spool. */
async function makeLasting(store: Store): Promise<void> {
  for (const table of ["exchange", "exchange_text", "reject", "account_facts", "arrived_id", "source_file"]) {
    await store.run(sql`
      ALTER TABLE ${identifier(table)} MODIFY SETTING fsync_after_insert = true, fsync_part_directory = true`);
  }
}

/** 24 characters, which sort as the times do. */
function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

async function latestArrivalMs(store: Store): Promise<number> {
  const [row] = await store.rows<{ seconds: number }>(
    sql`SELECT toUnixTimestamp(max(arrived)) AS seconds FROM arrived_id`,
  );
  return (row?.seconds ?? 0) * 1000;
}

/** One file a batch and origin, in which lines are counted from 1. */
async function numberOrigins(
  store: Store,
  records: readonly DeliveryRecord[],
  first: number,
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const origins = [...new Set(records.map(({ origin }) => origin))];
  const rows = origins.map((origin, index) => ({
    file: first + index,
    path: `${streamPrefix}${origin} at ${isoTime(nowMs)}`,
  }));
  await store.insert("source_file", rows);
  return new Map(origins.map((origin, index) => [origin, first + index]));
}

/** The embedded engine reads lines from files far faster than from a client. */
async function takeLines(
  store: Store,
  folder: string,
  kind: LineKind,
  records: readonly DeliveryRecord[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  if (records.length === 0) return;
  if (!store.embedded) return takeByHand(store, kind, records, numbers);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder).catch(rethrowFull);
  for (const [origin, number] of numbers) {
    const lines = records.filter((record) => record.origin === origin).map((record) => record.lines);
    if (lines.length > 0) await writeFile(join(folder, `${number}.ndjson`), lines).catch(rethrowFull);
  }
  await store.run(kind.insert(linesOfFiles(folder)));
  await rm(folder, { recursive: true, force: true });
}

async function takeByHand(
  store: Store,
  kind: LineKind,
  records: readonly DeliveryRecord[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const batch = new LineBatch(store, kind);
  for (const { origin, lines } of records) {
    const texts = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength).toString("utf8").split("\n");
    for (const line of texts) if (line !== "") await batch.add(numbers.get(origin) ?? 0, batch.rows + 1, line);
  }
  await batch.flush();
}

/** What the doors refused. Returns how many that were. */
async function takeRejects(
  store: Store,
  records: readonly DeliveryRecord[],
  numbers: ReadonlyMap<string, number>,
): Promise<number> {
  const batch = new RejectBatch(store);
  let count = 0;
  for (const { origin, rejects } of records) {
    for (const reason of rejects) await batch.add(numbers.get(origin) ?? 0, 0, reason);
    count += rejects.length;
  }
  await batch.flush();
  return count;
}

const slot = sql`toUInt32(intDiv(toUnixTimestamp(time), ${integer(slotSeconds)}))`;

/** Lets the batch that waits in `arriving_exchange` in, but for ids that came before, and remembers its ids. */
async function letIn(store: Store, arrivedMs: number): Promise<Arrived> {
  await store.run(sql`TRUNCATE TABLE repeated_arrival`);
  await store.run(sql`
    INSERT INTO repeated_arrival
    SELECT DISTINCT id_hash FROM arrived_id
    WHERE (slot, id_hash) IN (
      SELECT arrayJoin([toUInt32(at - 1), at, toUInt32(at + 1)]), id_hash
      FROM (SELECT ${slot} AS at, id_hash FROM arriving_exchange WHERE reason = ''))`);
  const isNew = sql`id_hash NOT IN (SELECT id_hash FROM repeated_arrival)`;
  const [row] = await store.rows<{ read: number; rejected: number; exchanges: number }>(sql`
    SELECT count() AS read, countIf(reason != '') AS rejected, uniqExactIf(id_hash, reason = '' AND ${isNew}) AS exchanges
    FROM arriving_exchange`);
  const { read, rejected, exchanges } = row ?? { read: 0, rejected: 0, exchanges: 0 };
  if (rejected > 0)
    await store.run(sql`INSERT INTO incoming_exchange SELECT * FROM arriving_exchange WHERE reason != ''`);
  if (exchanges > 0) {
    await store.run(sql`
      INSERT INTO incoming_exchange
      SELECT * FROM arriving_exchange WHERE reason = '' AND ${isNew}
      ORDER BY time, file, line LIMIT 1 BY id_hash`);
    await store.run(sql`
      INSERT INTO arrived_id
      SELECT DISTINCT ${slot}, id_hash, file, fromUnixTimestamp64Milli(${integer(arrivedMs)}, 'UTC')
      FROM arriving_exchange WHERE reason = '' AND ${isNew}`);
  }
  return { exchanges, rejected, repeated: read - rejected - exchanges };
}

async function undo(store: Store, lastFile: number): Promise<void> {
  const rows = await store.rows<{ file: number }>(sql`
    SELECT file FROM source_file WHERE file > ${integer(lastFile)} AND startsWith(path, ${text(streamPrefix)})`);
  if (rows.length === 0) return;
  const files = integers(rows.map(({ file }) => file));
  for (const table of ["exchange", "exchange_text", "reject", "account_facts", "arrived_id", "source_file"]) {
    await store.run(sql`DELETE FROM ${identifier(table)} WHERE file IN ${files}`);
  }
}
