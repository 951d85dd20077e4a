import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleExplanations, sampleReport, sampleScores } from "../../../test/fixtures/report/build.ts";
import { reportSchema } from "../../model/report.ts";
import { writeReport } from "./write.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "stillwatch-report-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const report = sampleReport({ campaigns: 2, accounts: 20 });
const scores = sampleScores(report);
const explanations = sampleExplanations(report);
const FILES = ["accounts.ndjson", "explanations.ndjson", "report.html", "report.json"];

function read(folder: string): Promise<string[]> {
  return Promise.all(FILES.map((file) => readFile(join(folder, file), "utf8")));
}

test("writes the four files and nothing else", async () => {
  await writeReport(dir, { report, scores, explanations });
  expect(await readdir(dir)).toEqual(FILES);
  const [scoreText, explanationText, page, json] = await read(dir);
  expect(reportSchema.parse(JSON.parse(json!))).toEqual(report);
  expect(scoreText!.trimEnd().split("\n")).toHaveLength(scores.length);
  expect(explanationText!.trimEnd().split("\n")).toHaveLength(explanations.length);
  expect(page).toContain("</html>");
});

test("what campaigns can be recognised by is for the owner alone, and does not outlive its report", async () => {
  const signals = [{ campaign: "c-001", fingerprints: [], pieces: ["7"] }];
  await writeReport(dir, { report, scores, explanations, signals });
  const file = join(dir, "signals.ndjson");
  expect(await readFile(file, "utf8")).toBe(`${JSON.stringify(signals[0])}\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await writeReport(dir, { report, scores, explanations });
  expect(await readdir(dir)).toEqual(FILES);
});

test("the order in which the rows come does not change a byte", async () => {
  await writeReport(join(dir, "a"), { report, scores, explanations });
  const rows = async function* <T>(list: readonly T[]) {
    yield* list.toReversed();
  };
  await writeReport(join(dir, "b"), {
    report,
    scores: rows(scores),
    explanations: rows(explanations),
  });
  expect(await read(join(dir, "b"))).toEqual(await read(join(dir, "a")));
});

test("accounts whose groups were cleared are told on the page", async () => {
  const quiet = sampleReport({ campaigns: 0 });
  await writeReport(dir, { report: quiet, scores: [], explanations: sampleExplanations(quiet) });
  expect(await readFile(join(dir, "report.html"), "utf8")).toContain("1 group with 40 accounts stood out");
});

test("a failure leaves the earlier report as it was, and no half of a new one", async () => {
  await writeReport(dir, { report, scores, explanations });
  const before = await read(dir);
  const failing = async function* () {
    yield explanations[0]!;
    throw new Error("the engine went away");
  };
  const other = { ...report, generated: "2030-01-01T00:00:00Z" };
  await expect(writeReport(dir, { report: other, scores: [], explanations: failing() })).rejects.toThrow(
    "the engine went away",
  );
  expect(await read(dir)).toEqual(before);
  expect(await readdir(dir)).toEqual(FILES);
});

test("a report out of range is refused before anything is written", async () => {
  const broken = { ...report, bound: { ...report.bound, false_campaign_rate: 2 } };
  await expect(writeReport(dir, { report: broken, scores, explanations })).rejects.toThrow("false_campaign_rate");
  expect(await readdir(dir)).toEqual([]);
});

test("other files of the folder stay", async () => {
  await writeFile(join(dir, "rejects.ndjson"), "{}\n");
  await writeReport(dir, { report, scores, explanations });
  expect(await readdir(dir)).toContain("rejects.ndjson");
});
