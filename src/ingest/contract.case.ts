import { readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountFactsSchema } from "../model/account.ts";
import { exchangeSchema } from "../model/exchange.ts";
import { isRecord } from "./json-value.ts";
import type { LogReader, ReadItem, SourceFile } from "./reader.ts";
import { readers } from "./readers.ts";
import { openSourceFile, readHead } from "./source-file.ts";

/** What one reader did with a log: its items, and how many records it skipped for which reason. */
export interface Outcome {
  readonly items: readonly ReadItem[];
  readonly skips: Readonly<Record<string, number>>;
}

/** A sample log of a format: one file, or a folder of files that belong together. */
interface Sample {
  readonly name: string;
  readonly paths: readonly string[];
}

export async function outcomeOf(reader: LogReader, files: readonly SourceFile[]): Promise<Outcome> {
  const items: ReadItem[] = [];
  const skips: Record<string, number> = {};
  const tally = { count: (reason: string) => (skips[reason] = (skips[reason] ?? 0) + 1) };
  for await (const item of reader.read(files, tally)) items.push(item);
  return { items, skips };
}

/** A source in memory, handed out in pieces of a given size. */
export function memoryFile(path: string, content: string | Uint8Array, pieceBytes = 64 * 1024): SourceFile {
  const bytes = Buffer.from(content);
  return {
    path,
    async *open() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
}

/** The contract that every reader keeps, run on the samples in its folder. */
export function describeReader(reader: LogReader, options: { readonly streamedSamples: readonly string[] }): void {
  const folder = join(import.meta.dirname, reader.format);
  const samples = samplesIn(join(folder, "samples"));
  const files = samples.flatMap((sample) => sample.paths);
  const lineFiles = files.filter((path) => path.endsWith(".jsonl"));

  describe(`the reader of ${reader.format}`, () => {
    it.each(files)("alone recognises %s", async (path) => {
      const head = await readHead(openSourceFile(path));
      expect(readers.filter((other) => other.recognises(head)).map((other) => other.format)).toEqual([reader.format]);
    });

    it.each(samples)("reads the sample $name as its case says", async ({ name, paths }) => {
      const outcome = await outcomeOf(reader, paths.map(openSourceFile));
      const items = outcome.items.map((item) => ({ ...item, file: relative(join(folder, "samples"), item.file) }));
      const text = [...items, { skips: outcome.skips }].map((value) => `${JSON.stringify(value)}\n`).join("");
      await expect(text).toMatchFileSnapshot(join(folder, "cases", `${name}.jsonl`));
      expect(outcome.items.some((item) => item.kind !== "reject") || name.startsWith("without-")).toBe(true);
    });

    it("yields nothing that the schemas refuse", async () => {
      for (const { items } of await Promise.all(
        samples.map((sample) => outcomeOf(reader, sample.paths.map(openSourceFile))),
      )) {
        expect(items.map(checkedItem)).toEqual(items);
      }
    });

    it.each(lineFiles)("rejects a damaged line in %s by file and line, and nothing else", async (path) => {
      const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
      const whole = await outcomeOf(reader, [memoryFile(path, lines.join("\n"))]);
      const torn = [lines[0] ?? "", '{"torn": "and never', ...lines.slice(1)].join("\n");
      const damaged = await outcomeOf(reader, [memoryFile(path, torn)]);
      const added = damaged.items.filter((item) => item.kind === "reject" && item.reason.startsWith("not valid JSON"));
      expect(added).toEqual([{ kind: "reject", file: path, line: 2, reason: "not valid JSON (cut off?)" }]);
      expect(damaged.items.length).toBe(whole.items.length + 1);
      expect(damaged.skips).toEqual(whole.skips);
    });

    it("gives the same from a source that comes byte by byte, with CRLF and a byte order mark", async () => {
      for (const path of lineFiles) {
        const text = await readFile(path, "utf8");
        const plain = await outcomeOf(reader, [memoryFile(path, text)]);
        const odd = await outcomeOf(reader, [memoryFile(path, `\u{FEFF}${text.replaceAll("\n", "\r\n")}`, 7)]);
        expect(odd).toEqual(plain);
      }
    });

    it.each(options.streamedSamples)("yields from %s before the source ends", async (name) => {
      const source = endlessFile(await readFile(join(folder, "samples", name)));
      const first = await reader.read([source])[Symbol.asyncIterator]().next();
      expect(first.done).toBe(false);
    });

    describeFuzz(reader, lineFiles);
  });
}

function describeFuzz(reader: LogReader, lineFiles: readonly string[]): void {
  it("accounts for every line of any JSON, without throwing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json(), { minLength: 1, maxLength: 8 }), async (lines) => {
        const { items, skips } = await outcomeOf(reader, [memoryFile("fuzz.jsonl", lines.join("\n"))]);
        expect(accountedFor(items, skips)).toBeGreaterThanOrEqual(lines.filter(isCounted).length);
      }),
      { numRuns: 100 },
    );
  });

  it("survives any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const { items } = await outcomeOf(reader, [memoryFile("fuzz.bin", bytes)]);
        expect(items.every((item) => item.line >= 1)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it.each(lineFiles)("survives JSON in %s that is nested beyond any stack", async (path) => {
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    for (const text of deepened(lines)) {
      const { items, skips } = await outcomeOf(reader, [memoryFile("deep.jsonl", text)]);
      expect(accountedFor(items, skips)).toBeGreaterThanOrEqual(1);
    }
  });

  it.each(lineFiles)("survives objects that can't be made texts or numbers of, in any place of %s", async (path) => {
    const [first = ""] = (await readFile(path, "utf8")).split("\n");
    const record: unknown = JSON.parse(first);
    for (const place of placesIn(record)) {
      const text = JSON.stringify(replacedAt(record, place, { toString: 0, valueOf: 0 }));
      const { items, skips } = await outcomeOf(reader, [memoryFile("hostile.jsonl", text)]);
      expect(accountedFor(items, skips)).toBeGreaterThanOrEqual(isCounted(text) ? 1 : 0);
    }
  });

  it.each(lineFiles)("survives any value in the place of any other in %s", async (path) => {
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    const records = lines.map((line): unknown => JSON.parse(line));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...records), fc.nat(), fc.jsonValue(), async (record, at, value) => {
        const text = JSON.stringify(withReplaced(record, at, value));
        const { items, skips } = await outcomeOf(reader, [memoryFile("fuzz.jsonl", text)]);
        expect(accountedFor(items, skips)).toBeGreaterThanOrEqual(isCounted(text) ? 1 : 0);
        expect(items.map(checkedItem)).toEqual(items);
      }),
      { numRuns: 150 },
    );
  });
}

/** An item with its value as the schema returns it. Throws where the schema refuses it. */
function checkedItem(item: ReadItem): ReadItem {
  if (item.kind === "exchange") return { ...item, exchange: exchangeSchema.parse(item.exchange) };
  return item.kind === "facts" ? { ...item, facts: accountFactsSchema.parse(item.facts) } : item;
}

/** Records of a sample as texts, each with one of its fields replaced by arrays within arrays. */
function* deepened(lines: readonly string[]): Generator<string> {
  const deep = "[".repeat(20_000) + "]".repeat(20_000);
  for (const line of lines) {
    const record: unknown = JSON.parse(line);
    if (!isRecord(record)) continue;
    for (const name of Object.keys(record)) {
      yield JSON.stringify({ ...record, [name]: "(deep)" }).replace('"(deep)"', deep);
    }
  }
}

function samplesIn(folder: string): readonly Sample[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const isFolder = statSync(path).isDirectory();
      return {
        name,
        paths: isFolder
          ? readdirSync(path)
              .sort()
              .map((file) => join(path, file))
          : [path],
      };
    });
}

/** A source that gives a sample and then fails the test if it is asked for more before anything was yielded. */
function endlessFile(sample: Uint8Array): SourceFile {
  return {
    path: "endless.jsonl",
    async *open() {
      for (let copies = 0; copies < 10_000; copies++) yield sample;
      throw new Error("the whole source was read before anything was yielded");
    },
  };
}

function accountedFor(items: readonly ReadItem[], skips: Readonly<Record<string, number>>): number {
  return items.length + Object.values(skips).reduce((sum, count) => sum + count, 0);
}

/** A line that is an array stands for its elements: none, if it is empty. */
function isCounted(line: string): boolean {
  return line.trim() !== "" && !/^\s*\[\s*\]\s*$/.test(line);
}

/** A copy with one of its values, counted in reading order, replaced. */
function withReplaced(record: unknown, at: number, value: unknown): unknown {
  const places = [...placesIn(record)];
  const place = places[at % places.length] ?? [];
  return replacedAt(record, place, value);
}

function* placesIn(value: unknown, place: readonly string[] = []): Generator<readonly string[]> {
  yield place;
  if (typeof value !== "object" || value === null) return;
  for (const [name, child] of Object.entries(value)) yield* placesIn(child, [...place, name]);
}

function replacedAt(value: unknown, place: readonly string[], replacement: unknown): unknown {
  const [step, ...rest] = place;
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item: unknown, at) => (String(at) === step ? replacedAt(item, rest, replacement) : item));
  }
  const entries = Object.entries(value ?? {}).map(
    ([name, child]) => [name, name === step ? replacedAt(child, rest, replacement) : child] as const,
  );
  return Object.fromEntries(entries);
}
