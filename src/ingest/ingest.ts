import type { Clock } from "../kit/clock.ts";
import { UserError } from "../kit/user-error.ts";
import type { Store } from "../store/engine.ts";
import { integer, sql } from "../store/sql.ts";
import { accountFactsReader } from "./account-facts/reader.ts";
import { readAccountByKey, withAccountOfKey } from "./account-facts/key-account.ts";
import type { AccountByKey } from "./account-facts/key-account.ts";
import { readDocuments } from "./documents.ts";
import type { IntentPack } from "./intent/pack.ts";
import { recordText } from "./json-value.ts";
import { listLogFiles, listWorld } from "./log-files.ts";
import type { LogFile, UnreadableFile } from "./log-files.ts";
import { chooseReaders, worldFormat } from "./recognise.ts";
import type { LogReader, ReadItem } from "./reader.ts";
import { readerOfFormat } from "./readers.ts";
import { openSourceFile } from "./source-file.ts";
import { dropRepeated } from "./world/repeated.ts";
import { insertExchangeLines } from "./world/exchange-lines.ts";
import { foreignParquet, foreignParquetReason } from "./world/foreign-parquet.ts";
import { insertFactsLines } from "./world/facts-lines.ts";
import { LineBatch, LineIntake, RejectBatch } from "./world/line-intake.ts";
import type { LineKind } from "./world/line-intake.ts";
import { insertReleaseLines } from "./world/release-lines.ts";

// Limits and defaults.
/** How long text is kept, with keepText. */
const retentionDaysDefault = 30;
/** Foreign lines between two reports of progress. */
const progressEveryLines = 2_000;
/** Names of files that a note tells. */
const namesToldMax = 5;

export interface IngestOptions {
  /** A world folder, a file of a log, or a folder of such files. */
  readonly path: string;
  /** `world` or a reader's name; found out if absent. */
  readonly format?: string;
  /** A folder that is not part of the log although it may lie in it: where the report of it goes. */
  readonly except?: string;
  /** A second file of facts about accounts, by account or by key. */
  readonly facts?: string;
  /** What an exchange is looked through for. */
  readonly intents: IntentPack;
  /** Keep what was said, for 30 days; otherwise only sketches are kept. */
  readonly keepText?: boolean;
  readonly clock: Clock;
  readonly onProgress?: (progress: IngestProgress) => void;
}

export interface IngestProgress {
  /** Lines or records read so far. */
  readonly exchanges: number;
  /** As stored, an estimate while a file is being read. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly elapsedMs: number;
}

export interface Reject {
  readonly file: string;
  /** From 1; 0 stands for the file as a whole. */
  readonly line: number;
  readonly reason: string;
}

export interface IngestSummary {
  readonly formats: readonly string[];
  readonly files: number;
  /** Lines (or records) that were to be exchanges, accounts or models and are not blank. */
  readonly lines: number;
  readonly exchanges: number;
  readonly rejected: number;
  /** Deliveries of an id beyond its first. */
  readonly repeated: number;
  /** Whole records that are no model calls, such as a span of a database query. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** What a person should know and needn't mend, such as an empty file. */
  readonly notes: readonly string[];
  /** By file and line; may be many. */
  rejects(): AsyncIterable<Reject>;
}

/**
 * Takes a log into the store, whatever its format. A bad line never stops it: it becomes a reject with file, line and reason.
 * Throws a `UserError` where there is nothing to take in.
 */
export async function ingest(store: Store, options: IngestOptions): Promise<IngestSummary> {
  const intake = await LineIntake.open(store);
  try {
    return await new Ingest(store, intake, options).run();
  } finally {
    await intake.close();
  }
}

class Ingest {
  private readonly store: Store;
  private readonly intake: LineIntake;
  private readonly options: IngestOptions;
  private readonly startMs: number;
  private readonly exchanges: LineKind;
  private readonly notes: string[] = [];
  private readonly skipped = new Map<string, number>();
  private readonly formats = new Set<string>();
  private files = 0;
  private bytesTotal = 0;
  private done = { rows: 0, bytes: 0 };

  constructor(store: Store, intake: LineIntake, options: IngestOptions) {
    this.store = store;
    this.intake = intake;
    this.options = options;
    this.startMs = options.clock.monotonicMs();
    const retention = { keepText: options.keepText ?? false, retentionDays: retentionDaysDefault };
    this.exchanges = {
      insert: insertExchangeLines(retention, options.intents),
      tables: retention.keepText ? ["exchange", "exchange_text"] : ["exchange"],
    };
  }

  async run(): Promise<IngestSummary> {
    const { path, format, facts } = this.options;
    const before = await this.counts();
    const world = format === undefined || format === worldFormat ? await listWorld(path, this.apart()) : null;
    // Facts come last, so that the second file has the last word.
    const factFiles = facts === undefined ? { files: [], unreadable: [] } : await listLogFiles(facts);
    const accountByKey = await readAccountByKey(factFiles.files.map((file) => openSourceFile(file.path)));
    if (world === null) await this.takeFiles(path, format, accountByKey);
    else {
      this.formats.add(worldFormat);
      const exchanges = await this.withoutForeignParquet(path, this.withoutEmpty(path, world.exchanges));
      await this.takeLines(exchanges, this.exchanges);
      await this.takeLines(world.accounts, accountLines);
      await this.takeLines(world.models, releaseLines);
      await this.rejectUnreadable(world.unreadable);
      this.noteAside(path, world.aside);
    }
    if (factFiles.files.length > 0) await this.takeForeign(factFiles.files, accountFactsReader, accountByKey);
    await this.rejectUnreadable(factFiles.unreadable);
    const repeated = await dropRepeated(this.store, this.exchanges.tables);
    await this.store.run(sql`OPTIMIZE TABLE account_facts FINAL`);
    await this.store.run(sql`OPTIMIZE TABLE model_release FINAL`);
    const after = await this.counts();
    return this.summarise(before, after, repeated);
  }

  /** Files that are no world folder: each is told by its head, and files of one format are read as one log. */
  private async takeFiles(path: string, format: string | undefined, accountByKey: AccountByKey): Promise<void> {
    const listed = await listLogFiles(path, this.options.except);
    const files = await this.withoutForeignParquet(path, this.withoutEmpty(path, listed.files));
    const choice = await chooseReaders(path, files, format);
    await this.takeLines(choice.world, this.exchanges);
    await this.takeDocuments(choice.worldDocuments);
    if (choice.world.length + choice.worldDocuments.length > 0) this.formats.add(worldFormat);
    for (const { reader, files: ofReader } of choice.foreign) {
      this.formats.add(reader.format);
      await this.takeForeign(ofReader, reader, accountByKey);
    }
    await this.rejectFiles(choice.unknown, () => "the file is in no log format that is known here");
    await this.rejectUnreadable(listed.unreadable);
  }

  private async withoutForeignParquet(path: string, files: readonly LogFile[]): Promise<readonly LogFile[]> {
    const mayBeWorld = readerOfFormat(this.options.format ?? worldFormat) === null;
    const foreign = await foreignParquet(this.intake, path, files, mayBeWorld);
    await this.rejectFiles([...foreign], () => foreignParquetReason);
    return files.filter((file) => !foreign.has(file));
  }

  private async rejectFiles<File extends Stored>(
    files: readonly File[],
    reason: (file: File) => string,
  ): Promise<void> {
    const rejects = new RejectBatch(this.store);
    for (const file of await this.number(files)) await rejects.add(file.number, 0, reason(file));
    await rejects.flush();
  }

  private rejectUnreadable(files: readonly UnreadableFile[]): Promise<void> {
    const stored = files.map((file) => ({ ...file, bytes: 0 }));
    return this.rejectFiles(stored, ({ why }) => `the file cannot be read: ${why}`);
  }

  /** What may lie in the folder of a log and is no part of it. */
  private apart(): string[] {
    return [this.options.except, this.options.facts].filter((path) => path !== undefined);
  }

  private noteAside(path: string, names: readonly string[]): void {
    if (names.length === 0) return;
    const more = names.length > namesToldMax ? ` and ${names.length - namesToldMax} more` : "";
    const told = `${names.slice(0, namesToldMax).join(", ")}${more}`;
    this.notes.push(`${path} is a world folder, and what else is in it was not read: ${told}`);
  }

  private withoutEmpty(path: string, files: readonly LogFile[]): LogFile[] {
    const filled = files.filter((file) => file.bytes > 0);
    if (filled.length === 0) {
      if (files.length > 0) throw new UserError(`${path} is empty`, "give a log with at least one exchange in it");
      throw new UserError(
        `${path} has no exchanges in it`,
        "give a world folder (exchanges-*.ndjson, .gz, .zst or .parquet), a file of a log, or a folder of such files",
      );
    }
    for (const file of files) if (file.bytes === 0) this.notes.push(`${file.path} is empty`);
    return filled;
  }

  /** Gives files their numbers in `source_file`. */
  private async number<File extends Stored>(files: readonly File[]): Promise<(File & { number: number })[]> {
    if (files.length === 0) return [];
    const [row] = await this.store.rows<{ last: number }>(sql`SELECT max(file) AS last FROM source_file`);
    const numbered = files.map((file, index) => ({ ...file, number: (row?.last ?? 0) + 1 + index }));
    await this.store.insert(
      "source_file",
      numbered.map((file) => ({ file: file.number, path: file.path })),
    );
    this.files += files.length;
    this.bytesTotal += files.reduce((sum, file) => sum + file.bytes, 0);
    return numbered;
  }

  private async takeLines(files: readonly LogFile[], kind: LineKind): Promise<void> {
    const before = this.done;
    await this.intake.take(await this.number(files), kind, (progress) => {
      // An estimate may run ahead of the truth that follows; what was shown isn't taken back.
      const bytes = Math.max(this.done.bytes, Math.round(before.bytes + progress.bytes));
      this.done = { rows: before.rows + progress.rows, bytes };
      this.report();
    });
  }

  /** The world's exchanges, laid out otherwise than one a line. */
  private async takeDocuments(files: readonly LogFile[]): Promise<void> {
    const exchanges = new LineBatch(this.store, this.exchanges);
    const rejects = new RejectBatch(this.store);
    for (const file of await this.number(files)) {
      for await (const document of readDocuments(openSourceFile(file.path))) {
        const read = document.kind === "reject" ? document : recordText(document.value);
        if (read.kind === "text") await exchanges.add(file.number, document.line, read.text);
        else await rejects.add(file.number, document.line, read.reason);
        this.done.rows += 1;
        if (this.done.rows % progressEveryLines === 0) this.report();
      }
      this.done.bytes += file.bytes;
    }
    await exchanges.flush();
    await rejects.flush();
  }

  private async takeForeign(files: readonly LogFile[], reader: LogReader, accountByKey: AccountByKey): Promise<void> {
    const numbered = await this.number(files);
    const numbers = new Map(numbered.map((file) => [file.path, file.number]));
    const exchanges = new LineBatch(this.store, this.exchanges);
    const facts = new LineBatch(this.store, accountLines);
    const rejects = new RejectBatch(this.store);
    const take = async (item: ReadItem): Promise<void> => {
      const file = numbers.get(item.file) ?? 0;
      if (item.kind === "reject") await rejects.add(file, item.line, item.reason);
      else if (item.kind === "facts") await facts.add(file, item.line, JSON.stringify(item.facts));
      else await exchanges.add(file, item.line, JSON.stringify(withAccountOfKey(item.exchange, accountByKey)));
    };
    const tally = { count: (reason: string) => void this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1) };
    const bytesBefore = this.done.bytes;
    const sources = numbered.map((file) => openSourceFile(file.path));
    for await (const item of reader.read(sources, tally)) {
      await take(item);
      this.done.rows += 1;
      if (this.done.rows % progressEveryLines === 0) this.report();
    }
    await exchanges.flush();
    await facts.flush();
    await rejects.flush();
    this.done.bytes = bytesBefore + numbered.reduce((sum, file) => sum + file.bytes, 0);
    this.report();
  }

  private report(): void {
    this.options.onProgress?.({
      exchanges: this.done.rows,
      bytesDone: Math.min(this.done.bytes, this.bytesTotal),
      bytesTotal: this.bytesTotal,
      elapsedMs: this.options.clock.monotonicMs() - this.startMs,
    });
  }

  private async counts(): Promise<Counts> {
    const [row] = await this.store.rows<Counts>(sql`
      SELECT
        (SELECT count() FROM exchange) AS exchanges, (SELECT count() FROM reject) AS rejected,
        (SELECT max(file) FROM source_file) AS file`);
    return row ?? { exchanges: 0, rejected: 0, file: 0 };
  }

  private summarise(before: Counts, after: Counts, repeated: number): IngestSummary {
    const { store } = this;
    const exchanges = after.exchanges - before.exchanges;
    const rejected = after.rejected - before.rejected;
    const rejects = (): AsyncIterable<Reject> =>
      store.stream<Reject>(sql`
        SELECT source.path AS file, rejected.line AS line, rejected.reason AS reason
        FROM (SELECT file AS number, line, reason FROM reject WHERE file > ${integer(before.file)}) AS rejected
        INNER JOIN (SELECT file AS number, path FROM source_file) AS source USING number
        ORDER BY rejected.number, rejected.line`);
    return {
      formats: [...this.formats].toSorted(),
      files: this.files,
      lines: exchanges + rejected + repeated,
      exchanges,
      rejected,
      repeated,
      skipped: [...this.skipped].map(([reason, count]) => ({ reason, count })),
      notes: this.notes,
      rejects,
    };
  }
}

type Stored = Pick<LogFile, "path" | "bytes">;

interface Counts {
  readonly exchanges: number;
  readonly rejected: number;
  readonly file: number;
}

const accountLines: LineKind = { insert: insertFactsLines, tables: ["account_facts"] };
const releaseLines: LineKind = { insert: insertReleaseLines, tables: ["model_release"] };
