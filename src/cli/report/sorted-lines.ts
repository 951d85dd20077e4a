import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readLines } from "../../ingest/lines.ts";
import { invariant } from "../../kit/assert.ts";

/** Characters held in memory before a sorted run goes to disk. */
const BUFFER_CHARS_MAX = 32 * 1024 * 1024;

export interface KeyedLine {
  readonly key: string;
  /** One line without its line feed. */
  readonly line: string;
}

export interface SortOptions {
  /** A directory for the runs; they are gone when the iteration ends. */
  readonly scratchDir: string;
  readonly bufferCharsMax?: number;
}

/**
 * Lines in ascending order of their keys (UTF-16 code units) in bounded memory: sorted runs on disk, merged at the end.
 * The engine hands over groups in any order, and a report must have the same bytes whenever it says the same.
 * Throws where two lines have one key.
 */
export async function* sortedLines(
  lines: AsyncIterable<KeyedLine> | Iterable<KeyedLine>,
  { scratchDir, bufferCharsMax = BUFFER_CHARS_MAX }: SortOptions,
): AsyncGenerator<string> {
  const dir = await mkdtemp(join(scratchDir, ".sorting-"));
  try {
    const runs: string[] = [];
    let buffer: KeyedLine[] = [];
    let chars = 0;
    for await (const item of lines) {
      buffer.push(item);
      chars += item.key.length + item.line.length;
      if (chars < bufferCharsMax) continue;
      runs.push(await writeRun(join(dir, String(runs.length)), buffer));
      buffer = [];
      chars = 0;
    }
    let last: string | null = null;
    for await (const { key, line } of merge([...runs.map(readRun), fromList(buffer)])) {
      invariant(key !== last, `two lines for ${JSON.stringify(key)}`);
      last = key;
      yield line;
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function byKey(a: KeyedLine, b: KeyedLine): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

async function* fromList(list: KeyedLine[]): AsyncGenerator<KeyedLine> {
  yield* list.sort(byKey);
}

async function writeRun(path: string, list: KeyedLine[]): Promise<string> {
  list.sort(byKey);
  await pipeline(Readable.from(runText(list)), createWriteStream(path));
  return path;
}

/** JSON strings escape line ends, so key and line take one physical line each. */
function* runText(list: readonly KeyedLine[]): Generator<string> {
  for (const { key, line } of list) yield `${JSON.stringify(key)}\n${JSON.stringify(line)}\n`;
}

async function* readRun(path: string): AsyncGenerator<KeyedLine> {
  let key: string | null = null;
  for await (const item of readLines({ path, open: () => createReadStream(path) }, Infinity)) {
    invariant(item.kind === "text", "a run holds whole lines");
    const value: unknown = JSON.parse(item.text);
    invariant(typeof value === "string", "a run holds JSON strings");
    if (key === null) {
      key = value;
      continue;
    }
    yield { key, line: value };
    key = null;
  }
}

async function* merge(sources: AsyncGenerator<KeyedLine>[]): AsyncGenerator<KeyedLine> {
  const heads: { source: AsyncGenerator<KeyedLine>; item: KeyedLine }[] = [];
  for (const source of sources) {
    const first = await source.next();
    if (!first.done) heads.push({ source, item: first.value });
  }
  while (heads.length > 0) {
    // Runs are few (one for each 32 MiB), so looking at every head beats the upkeep of a heap.
    let least = 0;
    for (let i = 1; i < heads.length; i++) if (byKey(heads[i]!.item, heads[least]!.item) < 0) least = i;
    const head = heads[least]!;
    yield head.item;
    const next = await head.source.next();
    if (next.done) heads.splice(least, 1);
    else head.item = next.value;
  }
}
