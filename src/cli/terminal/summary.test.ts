import { expect, test } from "vitest";
import { sampleReport } from "../../../test/fixtures/report/build.ts";
import { createPaint } from "./paint.ts";
import { renderSummary, shellWord } from "./summary.ts";
import { columnsOf } from "./width.ts";

const plain = { width: 100, paint: createPaint(false) };

test("says what was read, what was found and what to do next", () => {
  const text = renderSummary(sampleReport(), { outDir: "out", terminal: plain });
  expect(text).toContain("1.4 million exchanges of 15,136 accounts from 12 files (world)");
  expect(text).toContain("17 lines could not be read: see rejects.ndjson");
  expect(text).toContain("3 campaigns, 274 accounts flagged (1.8% of all)");
  expect(text).toMatch(/^campaign +accounts +exchanges +since +coord\. +extr\. +unauth\. +conf\. +harvested$/m);
  expect(text).toMatch(/^c-001 +138 +119,256 +2026-07-28 +>99% +97% +94% +>99% +reasoning, coding$/m);
  expect(text).toContain("open out/report.html");
  expect(text).toMatch(/stillwatch explain \S+ --report out$/m);
});

test("without a campaign it says so, and names the families that were not examined", () => {
  const report = sampleReport({
    campaigns: 0,
    missing: [{ family: "partition", reason: "the log has no messages." }],
  });
  const text = renderSummary(report, { outDir: "out", terminal: plain });
  expect(text).toContain("No campaign found");
  expect(text).toContain("Partition was not examined: the log has no messages.");
});

test("says that nothing can be told of campaigns where the log held nothing of what was asked", () => {
  const missing = [{ family: "intent" as const, reason: "the log carries no messages" }];
  const { coordinated } = sampleReport();
  const text = renderSummary(
    { ...sampleReport({ campaigns: 0, missing }), coordinated },
    { outDir: "out", terminal: plain },
  );
  expect(text).toContain(
    "Without messages no campaign can be told\n  1 group of accounts run by one hand: see the report",
  );
  expect(text).not.toContain("No campaign found");
  // A few exchanges with messages are enough to find one by.
  expect(renderSummary(sampleReport({ missing }), { outDir: "out", terminal: plain })).toContain("3 campaigns");
});

test("a long list is cut, and said to be", () => {
  const text = renderSummary(sampleReport({ campaigns: 45, accounts: 30 }), {
    outDir: "out",
    terminal: plain,
  });
  expect(text.match(/^c-\d+/gm)).toHaveLength(20);
  expect(text).toContain("… and 25 more in report.json");
});

test("fits a narrow terminal", () => {
  const text = renderSummary(sampleReport(), { outDir: "out", terminal: { ...plain, width: 48 } });
  const [next] = text.split("\n").flatMap((line, i) => (line === "Next" ? [i] : []));
  for (const line of text.split("\n").slice(0, next)) expect(columnsOf(line)).toBeLessThanOrEqual(48);
});

test("names from the log reach neither the terminal nor the shell unescaped", () => {
  const report = sampleReport({
    campaigns: 1,
    accounts: 8,
    accountName: (_, n) => `\u001b[2J$(rm -rf ~)'${n}`,
  });
  const text = renderSummary(report, { outDir: "my report", terminal: plain });
  expect(text).not.toContain("\u001b");
  expect(text).toContain(String.raw`stillwatch explain '\u{1b}[2J$(rm -rf ~)'\''0' --report 'my report'`);
  expect(shellWord("-x")).toBe("-x");
});

test("a name that looks like an option is not taken for one", () => {
  const report = sampleReport({ campaigns: 1, accounts: 8, accountName: (_, n) => `-rf${n}` });
  const text = renderSummary(report, { outDir: "out", terminal: plain });
  expect(text).toContain("stillwatch explain --report out -- -rf0");
  const folder = renderSummary(sampleReport(), { outDir: "-x", terminal: plain });
  expect(folder).toContain("open ./-x/report.html");
  expect(folder).toContain("--report ./-x");
});
