import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { main } from "../src/cli/main.ts";
import { trackedFiles } from "./tracked-files.ts";

const run = promisify(execFile);

/** Worlds of the documents are made at this scale: the commands are the same, the wait is not. */
const SCALE = "0.05";

/** Commands that are not run here, and where they are run instead. */
const RUN_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["npm test", "it is what runs this test"],
  ["npm run demo", "continuous integration runs it before the tests, see .ci/run"],
  ["npm run build", "every run of the tests begins with it"],
  ["npm run lint", "a gate of npm test"],
  ["npm run format", "its check is a gate of npm test"],
  ["npm run types", "a gate of npm test"],
  ["npm run unused", "a gate of npm test"],
  ["npx vitest run src/math", "npm test runs all of them"],
]);

const documents = trackedFiles().filter((path) => path.endsWith(".md"));
const textOf = (path: string): string => readFileSync(path, "utf8");

/** The lines of all `sh` fences of a document, in their order: they are one session. */
function shellLines(text: string): string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap((match) => (match[1] ?? "").trim().split("\n"));
}

const sessions = documents
  .map((path) => ({ path, lines: shellLines(textOf(path)).filter((line) => !RUN_ELSEWHERE.has(line)) }))
  .filter(({ lines }) => lines.length > 0);

describe("commands in the documents", () => {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stillwatch-docs-"));
    await symlink(resolve("examples"), join(folder, "examples"), "dir");
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("are there", () => {
    expect(sessions.map(({ path }) => path)).toContain("README.md");
  });

  it.each(sessions)("of $path do what they say", { timeout: 180_000 }, async ({ lines }) => {
    for (const line of lines) await expect(runLine(line, folder), line).resolves.toBeUndefined();
  });

  it("that are run elsewhere are npm's scripts or name what exists", () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(textOf("package.json")));
    const missing = [...RUN_ELSEWHERE.keys()].filter((line) => {
      const name = line.split(" ").at(-1) ?? "";
      return line.startsWith("npm ") ? scripts[name] === undefined : !existsSync(name);
    });
    expect(missing).toEqual([]);
    expect(textOf(".ci/run")).toMatch(/^npm run demo .*^npm test /ms);
  });
});

/**
 * Commands that were run as a person runs them: built, and in a process of their own, which ends. Where one comes again, it is run in
 * this process, since starting takes longer than most of what they do; but for what is to be piped into another program.
 */
const started = new Set<string>();

/** Runs one line as it stands, but for the scale of a world and the placeholder for an account. */
async function runLine(line: string, folder: string): Promise<void> {
  // A pipe, a quote or a variable would need a shell; the documents do without.
  expect(line).toMatch(/^(?:npx stillwatch|node) [\w ./-]+$/);
  const [tool = "", ...words] = line.split(" ");
  const start = (args: readonly string[]) => run(process.execPath, args, { cwd: folder, maxBuffer: 64 * 2 ** 20 });
  if (tool === "node") return void (await start(words));
  const [, command = ""] = words;
  const args = await withoutPlaceholder(words.slice(1), folder);
  if (command === "simulate") args.push("--scale", SCALE, "--force");
  if (started.has(command) && !words.includes("--json")) return runHere(args, folder);
  started.add(command);
  const { stdout } = await start([resolve("bin", "stillwatch.mjs"), ...args]);
  if (words.includes("--json")) z.looseObject({}).parse(JSON.parse(stdout));
}

async function runHere(args: readonly string[], folder: string): Promise<void> {
  const said: string[] = [];
  const heard = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0),
  );
  const home = process.cwd();
  process.chdir(folder);
  const code = await main(["node", "stillwatch", ...args]).finally(() => {
    process.chdir(home);
    for (const spy of heard) spy.mockRestore();
  });
  if (code !== 0) throw new Error(`${code}: ${said.join("")}`);
}

async function withoutPlaceholder(words: readonly string[], folder: string): Promise<string[]> {
  if (!words.includes("ACCOUNT")) return [...words];
  const explained = await readFile(join(folder, "report", "explanations.ndjson"), "utf8");
  const { account } = z.object({ account: z.string() }).parse(JSON.parse(explained.slice(0, explained.indexOf("\n"))));
  return words.map((word) => (word === "ACCOUNT" ? account : word));
}

describe("links in the documents", () => {
  it.each(documents)("of %s lead to a file", (path) => {
    const targets = [...textOf(path).matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g)].map(
      (match) => match[1] ?? "",
    );
    const missing = targets.filter((target) => target !== "" && !existsSync(posix.join(dirname(path), target)));
    expect(missing).toEqual([]);
  });
});

describe("the architecture page", () => {
  const page = textOf("docs/ARCHITECTURE.md");

  it("names files that exist", () => {
    const named = [...page.matchAll(/`((?:cli|detect|ingest|store)\/[\w/-]+\.ts)`/g)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join("src", path)))).toEqual([]);
  });

  it("says truly which rooms exist", () => {
    const rooms = [...page.matchAll(/^\| `(\w+)` +\|.*\| (exists|planned) +\|$/gm)].map((match) => [
      match[1],
      match[2],
    ]);
    expect(rooms).toHaveLength(12);
    for (const [room = "", state] of rooms)
      expect([room, existsSync(join("src", room))]).toEqual([room, state === "exists"]);
  });

  it("names every table that a statement makes, and no other", () => {
    const made = new Set(
      trackedFiles()
        .filter((path) => /^src\/(?:store|detect|ingest)\/.*(?<!\.test|\.case)\.ts$/.test(path))
        .flatMap((path) => [...textOf(path).matchAll(/CREATE (?:OR REPLACE )?TABLE (?:IF NOT EXISTS )?(\w+)/g)])
        .map((match) => match[1] ?? ""),
    );
    // The migrations' own book-keeping.
    made.delete("migration");
    const tables = page.slice(page.indexOf("## Tables"), page.indexOf("## Where each decision"));
    const named = new Set([...tables.matchAll(/`([a-z_]+)`/g)].map((match) => match[1] ?? ""));
    expect([...named].toSorted()).toEqual([...made].toSorted());
  });
});

describe("the page of what TAXII asks", () => {
  const rows = [...textOf("docs/taxii-conformance.md").matchAll(/^\| ([\dB][\d.]*) +\|(.*)\|$/gm)].map(
    ([, section = "", text = ""]) => ({
      section,
      files: [...text.matchAll(/`([\w/.-]+\.(?:test|case)\.ts)`/g)].map((match) => match[1] ?? ""),
    }),
  );

  it("names for each section the tests that hold it, and each of them names the section", () => {
    const named = rows.flatMap(({ section, files }) => files.map((file) => ({ section, file })));
    expect(named.length).toBeGreaterThan(60);
    const wrong = named.filter(({ section, file }) => {
      const path = join("src", file);
      const whole = new RegExp(String.raw`(?<![\w.])${section.replaceAll(".", String.raw`\.`)}(?!\w|\.\d)`);
      return !existsSync(path) || !whole.test(textOf(path));
    });
    expect(wrong).toEqual([]);
  });

  it("leaves no test but where there is nothing to test", () => {
    expect(rows.filter(({ files }) => files.length === 0).map(({ section }) => section)).toEqual(["3.9", "6"]);
  });
});
