import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPaint } from "../src/cli/terminal/paint.ts";
import { renderSummary } from "../src/cli/terminal/summary.ts";
import { exchangeSchema } from "../src/model/exchange.ts";
import type { Exchange } from "../src/model/exchange.ts";
import { accountScoreSchema, explanationSchema } from "../src/model/report.ts";
import type { Report } from "../src/model/report.ts";
import { truthSchema } from "../src/model/truth.ts";
import type { ScenarioName } from "../src/sim/scenario.ts";
import { simulateWorld } from "../src/sim/simulate.ts";
import { backwards, records, scanLog } from "./scan.case.ts";

let folder: string;
let demo: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-untold-test-"));
  demo = await untold("demo", 11, 1);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Left out of JSON. */
const nothingSaid = { system: undefined, messages: undefined, tools: undefined, response: undefined };

/** A world whose exchanges hold nothing that was said. */
async function untold(scenario: ScenarioName, seed: number, scale: number): Promise<string> {
  const out = join(folder, `${scenario}-${seed}`);
  await simulateWorld({ out, scenario, seed, scale });
  const path = join(out, "exchanges-000.ndjson");
  const lines = await records(path, (line) => ({ ...exchangeSchema.parse(line), ...nothingSaid }));
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return out;
}

async function scanned(log: string, name: string): Promise<Report> {
  const out = join(folder, `${name}-report`);
  const report = await scanLog(log, out);
  const scores = await records(join(out, "accounts.ndjson"), (value) => accountScoreSchema.parse(value));
  expect(scores.filter(({ action, campaign }) => action !== "observe" || campaign !== null)).toEqual([]);
  expect([report.campaigns, report.totals.flagged]).toEqual([[], 0]);
  return report;
}

/** What each group's accounts are in truth. */
async function classesOf({ coordinated }: Report, world: string): Promise<string[][]> {
  const truth = await records(join(world, "truth.ndjson"), (value) => truthSchema.parse(value));
  const classes = new Map(truth.map((row) => [row.account, row.campaign ?? row.class]));
  return coordinated.map(({ accounts }) => [...new Set(accounts.map((account) => classes.get(account) ?? "unknown"))]);
}

it("tells which accounts one hand runs where the log holds no text, and that it can't tell what for", async () => {
  const report = await scanned(demo, "demo");
  const groups = await classesOf(report, demo);
  expect(groups).toContainEqual(["c-lectern"]);
  for (const classes of groups) expect(classes).toHaveLength(1);
  const found = report.coordinated[groups.findIndex((classes) => classes[0] === "c-lectern")]!;
  expect(found.verdicts.coordinated).toBeGreaterThan(0.99);
  expect(found.verdicts.extractive).toBe(0.49);
  expect(found.evidence.filter(({ against }) => !against).map(({ signal }) => signal)).toEqual(
    expect.arrayContaining(["continuation", "regularity"]),
  );
  expect(found.evidence).toContainEqual(
    expect.objectContaining({
      signal: "intent",
      strength: 0,
      against: true,
      summary: expect.stringContaining("can't be told"),
    }),
  );
  expect(report.missing.map(({ family }) => family)).toEqual(["partition", "twins", "intent"]);
  const explained = await records(join(folder, "demo-report", "explanations.ndjson"), (line) =>
    explanationSchema.parse(line),
  );
  const told = new Map(explained.map(({ account, candidate }) => [account, candidate]));
  expect(new Set(found.accounts.map((account) => told.get(account)))).toEqual(new Set([found.id]));
  const text = renderSummary(report, { outDir: "out", terminal: { width: 100, paint: createPaint(false) } });
  expect(text).toContain("Without messages no campaign can be told");
  expect(text).toContain("of accounts run by one hand");
  const page = await readFile(join(folder, "demo-report", "report.html"), "utf8");
  expect(page).toContain("what they ask for can&#39;t be told");

  await backwards(join(demo, "exchanges-000.ndjson"));
  expect({ ...(await scanned(demo, "backwards")), generated: "" }).toEqual({ ...report, generated: "" });
});

it("does so by an access log alone", async () => {
  const log = join(folder, "envoy");
  await mkdir(log);
  const lines = await records(join(demo, "exchanges-000.ndjson"), (value) => accessLine(exchangeSchema.parse(value)));
  await writeFile(join(log, "access.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const report = await scanned(log, "envoy");
  expect(report.source.formats).toEqual(["envoy"]);
  const groups = await classesOf(report, demo);
  expect(groups).toContainEqual(["c-lectern"]);
  for (const classes of groups) expect(classes).toHaveLength(1);
  expect(report.missing.map(({ family }) => family)).toEqual(["partition", "twins", "intent", "infrastructure"]);
});

it.each(["look-alikes", "honest-only"] as const)("takes nobody for one hand who is not in %s", async (scenario) => {
  const world = await untold(scenario, 12, 0.15);
  const people = new Set(["office", "university", "hackathon", "family", "casual", "developer", "open-source-client"]);
  const groups = await classesOf(await scanned(world, scenario), world);
  expect(groups.flat().filter((name) => people.has(name))).toEqual([]);
});

const accessLine = ({ time, id, account, ip, user_agent, model, usage, status }: Exchange) => ({
  start_time: time,
  response_code: status ?? 0,
  "x-request-id": id,
  "x-client-id": account,
  "x-forwarded-for": ip ?? null,
  "user-agent": user_agent ?? null,
  "gen_ai.request.model": model,
  "gen_ai.usage.input_tokens": usage?.input ?? null,
  "gen_ai.usage.output_tokens": usage?.output ?? null,
  "gen_ai.provider.name": "default/openai/route/aigw/rule/0/ref/0",
  method: "POST",
  "x-envoy-origin-path": "/v1/chat/completions",
});
