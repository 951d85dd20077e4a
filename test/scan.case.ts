import { readFile, writeFile } from "node:fs/promises";
import { scan } from "../src/cli/scan/scan.ts";
import type { Report } from "../src/model/report.ts";

const quiet = { progress: { update: () => {}, clear: () => {} }, note: () => {} };

/** A scan as the command makes it, strict, that says nothing. */
export function scanLog(log: string, out: string, signals = false): Promise<Report> {
  return scan(
    {
      log,
      out,
      format: undefined,
      facts: undefined,
      keepText: false,
      signals,
      strict: true,
      memoryBytesMax: undefined,
      server: undefined,
    },
    quiet,
  );
}

/** The records of an NDJSON file. */
export async function records<T>(path: string, parse: (value: unknown) => T): Promise<T[]> {
  const text = await readFile(path, "utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : parse(JSON.parse(line))));
}

/** Writes the lines of a file in the opposite order. */
export async function backwards(path: string): Promise<void> {
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  await writeFile(path, `${lines.toReversed().join("\n")}\n`);
}
