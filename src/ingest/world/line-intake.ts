import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../../kit/user-error.ts";
import type { StatementProgress, Store } from "../../store/engine.ts";
import { identifier, integers, sql, text } from "../../store/sql.ts";
import type { Bound, Sql } from "../../store/sql.ts";
import { readLines } from "../lines.ts";
import type { LogFile } from "../log-files.ts";
import { openSourceFile } from "../source-file.ts";
import type { LineSource } from "./fields.ts";
import { isWholeZstandard } from "./zstd-frames.ts";

// Limits.
/**
 * Files that one statement takes in. A large file has one of its own: its lines are spread over the cores, whereas of several
 * files each has a core to itself.
 */
const statementFilesMax = 256;
const largeFileBytes = 16 * 2 ** 20;
/** Lines that this process read and holds before they go to the engine. */
const batchBytesMax = 16 * 2 ** 20;
const batchLinesMax = 20_000;

/** A kind of line: how it is taken in, and which tables hold what came of it, the first one a row for each good line. */
export interface LineKind {
  insert(lines: LineSource): Sql;
  readonly tables: readonly [string, ...string[]];
}

export interface NumberedFile extends LogFile {
  /** In `source_file`. */
  readonly number: number;
}

/** Rows of a statement that is under way, or of files that are done. Bytes as stored. */
export type IntakeProgress = (done: StatementProgress) => void;

/**
 * Takes whole files of lines in. The engine reads them by itself where it can; a file that it can't read (compression cut or
 * damaged, a line beyond its memory) is undone and read again here, line by line, so that all of it up to the damage counts.
 */
export class LineIntake {
  private readonly store: Store;
  private readonly scratch: string;
  private batches = 0;

  private constructor(store: Store, scratch: string) {
    this.store = store;
    this.scratch = scratch;
  }

  static async open(store: Store): Promise<LineIntake> {
    const scratch = await mkdtemp(join(tmpdir(), "stillwatch-links-"));
    // The engine takes such characters for a pattern and has no way to escape them.
    if (/[*?{}]/.test(scratch)) {
      await rm(scratch, { recursive: true });
      throw new UserError(
        `the temporary folder ${tmpdir()} has one of * ? { } in its name`,
        "set TMPDIR to another folder",
      );
    }
    return new LineIntake(store, scratch);
  }

  async close(): Promise<void> {
    await rm(this.scratch, { recursive: true, force: true });
  }

  async take(files: readonly NumberedFile[], kind: LineKind, onProgress: IntakeProgress): Promise<void> {
    const parquet = files.find((file) => file.encoding === "parquet");
    if (parquet !== undefined && !this.store.embedded) {
      throw new UserError(
        `${parquet.path}: Parquet is read by the embedded engine only`,
        "leave --server out, or export NDJSON",
      );
    }
    const whole: NumberedFile[] = [];
    const cut: NumberedFile[] = [];
    for (const file of files) {
      const readable = this.store.embedded && (file.encoding !== "zstd" || (await isWholeZstandard(file.path)));
      (readable ? whole : cut).push(file);
    }
    const done = { rows: 0, bytes: 0 };
    const report = (current: StatementProgress): void =>
      onProgress({ rows: done.rows + current.rows, bytes: done.bytes + current.bytes });
    const finish = (group: readonly NumberedFile[], rows: number): void => {
      done.rows += rows;
      for (const file of group) done.bytes += file.bytes;
      report({ rows: 0, bytes: 0 });
    };
    for (const group of statementGroups(whole)) finish(group, await this.takeByEngine(group, kind, report));
    for (const file of cut) finish([file], await this.takeByHand(file, kind));
  }

  /** The columns of a Parquet file; null where it can't be read, or there is no engine here to read it. */
  async columns(file: LogFile): Promise<ReadonlySet<string> | null> {
    if (!this.store.embedded) return null;
    const folder = await this.linked([{ ...file, number: 0 }]);
    try {
      const rows = await this.store.rows<{ name: string }>(sql`DESCRIBE file(${filesIn(folder)}, 'Parquet')`);
      return new Set(rows.map(({ name }) => name));
    } catch {
      return null;
    }
  }

  /** Returns the rows taken. Halves a group that fails until the bad file is found. */
  private async takeByEngine(
    files: readonly NumberedFile[],
    kind: LineKind,
    onProgress: IntakeProgress,
  ): Promise<number> {
    const statement = kind.insert(await this.linkedLines(files));
    try {
      await this.store.runWatched(statement, onProgress);
      return await this.count(files, kind);
    } catch (error) {
      await this.undo(files, kind);
      const [only] = files;
      if (only === undefined) throw error;
      if (files.length === 1) {
        if (only.encoding !== "parquet") return this.takeByHand(only, kind);
        await this.store.insert("reject", [
          { file: only.number, line: 0, reason: `the Parquet file can't be read: ${firstSentence(error)}` },
        ]);
        return 0;
      }
      const middle = Math.ceil(files.length / 2);
      const first = await this.takeByEngine(files.slice(0, middle), kind, onProgress);
      return first + (await this.takeByEngine(files.slice(middle), kind, onProgress));
    }
  }

  /** Links with harmless names, so that no name is taken for a pattern and a row can tell its file's number. */
  private async linked(files: readonly NumberedFile[]): Promise<string> {
    const folder = join(this.scratch, String(this.batches++));
    await mkdir(folder);
    for (const file of files)
      await symlink(resolve(file.path), join(folder, `${file.number}${endings[file.encoding]}`));
    return folder;
  }

  private async linkedLines(files: readonly NumberedFile[]): Promise<LineSource> {
    const folder = await this.linked(files);
    return files[0]?.encoding === "parquet"
      ? sql`SELECT ${fileAndLine}, formatRowNoNewline('JSONEachRow', *) AS text FROM file(${filesIn(folder)}, 'Parquet')`
      : linesOfFiles(folder);
  }

  private async count(files: readonly NumberedFile[], kind: LineKind): Promise<number> {
    let rows = 0;
    for (const table of [kind.tables[0], "reject"]) {
      const [row] = await this.store.rows<{ n: number }>(sql`
        SELECT count() AS n FROM ${identifier(table)} WHERE file IN ${numbersOf(files)}`);
      rows += row?.n ?? 0;
    }
    return rows;
  }

  private async undo(files: readonly NumberedFile[], kind: LineKind): Promise<void> {
    for (const table of [...kind.tables, "reject"]) {
      await this.store.run(sql`DELETE FROM ${identifier(table)} WHERE file IN ${numbersOf(files)}`);
    }
  }

  private async takeByHand(file: NumberedFile, kind: LineKind): Promise<number> {
    const batch = new LineBatch(this.store, kind);
    const rejects = new RejectBatch(this.store);
    for await (const line of readLines(openSourceFile(file.path))) {
      if (line.kind === "text") await batch.add(file.number, line.number, line.text);
      else await rejects.add(file.number, line.number, line.reason);
    }
    await batch.flush();
    await rejects.flush();
    return batch.rows;
  }
}

const fileAndLine = sql`toUInt32(splitByChar('.', _file)[1]) AS file, toUInt32(_row_number + 1) AS line`;
const filesIn = (folder: string): Bound => text(join(folder, "*"));

/**
 * The lines of all files of a folder, for the embedded engine. Each file is named by its number in `source_file`; the folder
 * has none of * ? { } in its name.
 */
export function linesOfFiles(folder: string): LineSource {
  return sql`
    SELECT ${fileAndLine}, raw AS text
    FROM (SELECT _file, _row_number, line AS raw FROM file(${filesIn(folder)}, 'LineAsString'))`;
}

/** Files that one statement can take in together. */
function statementGroups(files: readonly NumberedFile[]): NumberedFile[][] {
  const isLarge = (file: NumberedFile): boolean => file.bytes >= largeFileBytes;
  const groups = files.filter(isLarge).map((file) => [file]);
  for (const isParquet of [false, true]) {
    const small = files.filter((file) => !isLarge(file) && (file.encoding === "parquet") === isParquet);
    for (let start = 0; start < small.length; start += statementFilesMax) {
      groups.push(small.slice(start, start + statementFilesMax));
    }
  }
  return groups;
}

const numbersOf = (files: readonly NumberedFile[]): Bound => integers(files.map((file) => file.number));

const endings = { plain: ".ndjson", gzip: ".ndjson.gz", zstd: ".ndjson.zst", parquet: ".parquet" } as const;

/** Lines that this process holds, on their way through the same statement as the engine's own. */
export class LineBatch {
  private readonly store: Store;
  private readonly kind: LineKind;
  private lines: { file: number; line: number; text: string }[] = [];
  private bytes = 0;
  /** Lines added so far. */
  rows = 0;

  constructor(store: Store, kind: LineKind) {
    this.store = store;
    this.kind = kind;
  }

  async add(file: number, line: number, lineText: string): Promise<void> {
    this.lines.push({ file, line, text: lineText });
    this.bytes += lineText.length;
    this.rows += 1;
    if (this.bytes >= batchBytesMax || this.lines.length >= batchLinesMax) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.lines.length === 0) return;
    await this.store.run(sql`TRUNCATE TABLE raw_line`);
    await this.store.insert("raw_line", this.lines);
    this.lines = [];
    this.bytes = 0;
    await this.store.run(this.kind.insert(sql`SELECT file, line, text FROM raw_line`));
    await this.store.run(sql`TRUNCATE TABLE raw_line`);
  }
}

/** Rejects that this process found. */
export class RejectBatch {
  private readonly store: Store;
  private rejects: { file: number; line: number; reason: string }[] = [];

  constructor(store: Store) {
    this.store = store;
  }

  async add(file: number, line: number, reason: string): Promise<void> {
    this.rejects.push({ file, line, reason });
    if (this.rejects.length >= batchLinesMax) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.rejects.length > 0) await this.store.insert("reject", this.rejects);
    this.rejects = [];
  }
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(/: While|\. |\n/)[0] ?? message;
}
