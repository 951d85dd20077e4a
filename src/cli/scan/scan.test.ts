import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import type { Report } from "../../model/report.ts";
import { RejectedLinesError } from "../errors.ts";
import { createPaint } from "../terminal/paint.ts";
import { renderSummary } from "../terminal/summary.ts";
import { scan } from "./scan.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-scan-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const exchange = '{"time":"2026-01-05T12:00:00Z","id":"1","account":"a","model":"m"}\n';
const quiet = { progress: { update: () => {}, clear: () => {} }, note: (_text: string) => {} };

async function scanOf(
  file: string,
  text: string,
  out = join(folder, "report"),
  terminal = quiet,
  strict = false,
): Promise<Report> {
  const path = join(folder, "log", file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  const none = { format: undefined, facts: undefined, memoryBytesMax: undefined, server: undefined };
  const log = join(folder, "log");
  return scan({ log, out, ...none, keepText: false, signals: false, strict }, terminal);
}

it.each([
  ["blank lines", "exchanges-0.ndjson", "\n \n", "at least one model call"],
  ["facts about accounts only", "accounts.ndjson", '{"account":"a","plan":"free"}\n', "at least one model call"],
  ["no model call", "metrics.jsonl", '{"resourceSpans":[]}\n', "1 of empty export"],
])("says that a log of %s has no exchanges", async (_what, file, text, hint) => {
  const failure: unknown = await scanOf(file, text).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({
    message: expect.stringMatching(/ has no exchanges in it$/),
    hint: expect.stringContaining(hint),
  });
  expect(existsSync(join(folder, "report", "report.json"))).toBe(false);
});

it("tells no time and no verdict where no line could be read", async () => {
  const report = await scanOf("exchanges-0.ndjson", "x\n");
  expect(report.source).toMatchObject({ rejected: 1, first_seen: null, last_seen: null });
  const rejects = await readFile(join(folder, "report", "rejects.ndjson"), "utf8");
  expect(rejects.trimEnd().split("\n")).toHaveLength(1);
  const summary = renderSummary(report, { outDir: "report", terminal: { width: 80, paint: createPaint(false) } });
  expect(summary).toContain("Nothing to judge");
  expect(summary).not.toMatch(/1970|was not examined|No campaign/);
});

it("leaves no earlier report beside the rejects of a strict run", async () => {
  const out = join(folder, "report");
  await scanOf("day.jsonl", exchange);
  await expect(scanOf("day.jsonl", `${exchange}x\n`, out, quiet, true)).rejects.toBeInstanceOf(RejectedLinesError);
  expect(await readdir(out)).toEqual(["rejects.ndjson"]);
});

it("leaves an earlier report whole where there is nothing to report", async () => {
  const rejects = join(folder, "report", "rejects.ndjson");
  await scanOf("day.jsonl", `${exchange}x\n`);
  const before = await readFile(rejects, "utf8");
  await expect(scanOf("day.jsonl", '{"resourceSpans":[]}\n')).rejects.toThrow("has no exchanges");
  expect(await readFile(rejects, "utf8")).toBe(before);
});

it("does not replace a world's own files by its report", async () => {
  const log = join(folder, "log");
  await expect(scanOf("exchanges-0.ndjson", exchange, log)).rejects.toThrow("would replace files of the log");
});

it.each([
  ["link.jsonl", "day.jsonl"],
  ["exchanges-0.ndjson", "exchanges-1.ndjson"],
])("tells a link %s that leads nowhere, and reads %s beside it", async (link, name) => {
  await mkdir(join(folder, "log"));
  await symlink("nothing", join(folder, "log", link));
  const report = await scanOf(name, exchange);
  expect(report).toMatchObject({ source: { rejected: 1 }, totals: { exchanges: 1 } });
  const rejects = await readFile(join(folder, "report", "rejects.ndjson"), "utf8");
  expect(JSON.parse(rejects)).toMatchObject({ line: 0, reason: expect.stringContaining("there is no such file") });
});

it("lets no control character of a file's name through to the terminal", async () => {
  const notes: string[] = [];
  await mkdir(join(folder, "log"));
  await writeFile(join(folder, "log", "\u001b[31m.ndjson"), "x");
  await scanOf("exchanges-0.ndjson", exchange, join(folder, "report"), {
    ...quiet,
    note: (text: string) => void notes.push(text),
  });
  expect(notes).toEqual([expect.stringContaining(String.raw`was not read: \u{1b}[31m.ndjson`)]);
});

it("does not take an earlier report for a part of the log", async () => {
  const out = join(folder, "log", "report");
  await scanOf("day.jsonl", exchange, out);
  expect((await scanOf("day.jsonl", exchange, out)).source).toMatchObject({ files: 1, rejected: 0 });
});
