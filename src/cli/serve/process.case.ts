import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { z } from "zod";

export const stillwatch = resolve("bin", "stillwatch.mjs");

const entrySchema = z.looseObject({ level: z.int(), msg: z.string() });
const servingSchema = z.looseObject({ msg: z.literal("serving"), port: z.int(), proxyPort: z.int().nullable() });
export type JournalEntry = z.infer<typeof entrySchema>;

/** `stillwatch serve` as it is started from the command line: what a test can kill. */
export interface ServeProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly proxyUrl: string;
  /** All that it has written down so far. */
  readonly journal: readonly JournalEntry[];
  /** The exit code and the signal. */
  readonly ended: Promise<unknown[]>;
  health(): Promise<unknown>;
}

/** The command builds what is older than the sources, and says so where the journal is read. To be called before the first start. */
export async function buildCommand(): Promise<void> {
  await promisify(execFile)(process.execPath, [stillwatch, "--version"]);
}

/** @param within makes the command one that is run elsewhere. */
export async function startProcess(
  configPath: string,
  within: (...args: readonly string[]) => readonly string[] = (...args) => args,
): Promise<ServeProcess> {
  const [program = "", ...args] = within(process.execPath, stillwatch, "serve", "--config", configPath);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "close");
  const journal: JournalEntry[] = [];
  const { port, proxyPort } = await new Promise<z.infer<typeof servingSchema>>((found, failed) => {
    void ended.then(([code]) => failed(new Error(`it ended with ${code}: ${JSON.stringify(journal)}`)));
    createInterface(child.stderr).on("line", (line) => {
      const entry = entrySchema.parse(JSON.parse(line));
      journal.push(entry);
      const started = servingSchema.safeParse(entry);
      if (started.success) found(started.data);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    child,
    url,
    proxyUrl: `http://127.0.0.1:${proxyPort}`,
    journal,
    ended,
    health: async () => (await fetch(`${url}/healthz`)).json(),
  };
}
