import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportedSignalsSchema } from "../src/model/campaign-signals.ts";
import { accountScoreSchema } from "../src/model/report.ts";
import type { Report } from "../src/model/report.ts";
import { truthSchema } from "../src/model/truth.ts";
import type { Truth } from "../src/model/truth.ts";
import { simulateWorld } from "../src/sim/simulate.ts";
import type { ScenarioName } from "../src/sim/scenario.ts";
import { backwards, records, scanLog } from "./scan.case.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-scan-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly report: Report;
  readonly recall: number;
  /** Honest accounts acted on, by class. */
  readonly falselyFlagged: Readonly<Record<string, number>>;
  /** The true campaigns that each reported one holds accounts of. */
  readonly purity: readonly string[][];
  /** Accounts told as one hand's and let go, and all accounts, by class. */
  readonly letGo: Readonly<Record<string, number>>;
  readonly accounts: Readonly<Record<string, number>>;
}

async function scanWorld(world: string, name: string): Promise<Outcome> {
  const out = join(folder, `${name}-report`);
  const report = await scanLog(world, out, true);
  const truth = new Map<string, Truth>();
  for (const entry of await records(join(world, "truth.ndjson"), (value) => truthSchema.parse(value)))
    truth.set(entry.account, entry);
  const scores = await records(join(out, "accounts.ndjson"), (value) => accountScoreSchema.parse(value));
  const flagged = new Set(scores.filter((score) => score.action !== "observe").map((score) => score.account));
  const countByClass = (accounts: Iterable<string>): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const account of new Set(accounts)) {
      const kind = truth.get(account)?.class ?? "campaign";
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  };
  const distillers = [...truth.values()].filter((entry) => entry.label === "distiller");
  return {
    report,
    recall: distillers.filter((entry) => flagged.has(entry.account)).length / Math.max(distillers.length, 1),
    falselyFlagged: countByClass([...flagged].filter((account) => truth.get(account)?.label === "honest")),
    letGo: countByClass(report.coordinated.flatMap(({ accounts }) => accounts)),
    accounts: countByClass(truth.keys()),
    purity: report.campaigns.map((campaign) => [
      ...new Set(campaign.accounts.map((account) => truth.get(account)?.campaign ?? "honest")),
    ]),
  };
}

async function simulated(scenario: ScenarioName, seed: number, scale: number): Promise<string> {
  const out = join(folder, `${scenario}-${seed}`);
  await simulateWorld({ out, scenario, seed, scale });
  return out;
}

describe("a scan of simulated worlds", () => {
  it("finds the campaigns, whole and apart, and flags nobody else", async () => {
    const outcome = await scanWorld(await simulated("small", 11, 0.6), "small");
    expect(outcome.recall).toBeGreaterThanOrEqual(0.95);
    expect(outcome.falselyFlagged).toEqual({});
    for (const campaigns of outcome.purity) expect(campaigns).toHaveLength(1);
    expect(outcome.report.totals.campaigns).toBe(outcome.report.campaigns.length);
    const signals = await records(join(folder, "small-report/signals.ndjson"), (value) =>
      reportedSignalsSchema.parse(value),
    );
    expect(signals.map(({ campaign }) => campaign)).toEqual(outcome.report.campaigns.map(({ id }) => id));
    for (const { fingerprints, pieces } of signals) expect(fingerprints.length + pieces.length).toBeGreaterThan(0);
  });

  it("says where a campaign's answers become its prompts, and convicts nobody who takes one into a new conversation", async () => {
    const outcome = await scanWorld(await simulated("chains", 15, 0.5), "chains");
    expect(outcome.recall).toBeGreaterThanOrEqual(0.95);
    expect(outcome.falselyFlagged).toEqual({});
    const said = outcome.report.campaigns.map(({ evidence }) => evidence.map(({ summary }) => summary).join("\n"));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /answers of the model come back as the material of new prompts in [3-9]\d% of the shared tasks \(2% expected\), \d+% of these from one account of the group to another/,
    );
  });

  it.each(["honest-only", "look-alikes"] as const)("finds no campaign in %s", async (scenario) => {
    const outcome = await scanWorld(await simulated(scenario, 12, 0.3), scenario);
    expect(outcome.report.campaigns).toEqual([]);
    expect(outcome.falselyFlagged).toEqual({});
  });

  it("tells that one hand runs a relay's accounts, that they extract nothing, and of no stranger the same", async () => {
    const { report, falselyFlagged, letGo, accounts } = await scanWorld(await simulated("relay", 77, 0.3), "relay");
    expect(report.campaigns).toEqual([]);
    expect(falselyFlagged).toEqual({});
    expect(letGo["relay"]).toBeGreaterThan(0.5 * accounts["relay"]!);
    expect(["gateway", "relay"]).toEqual(expect.arrayContaining(Object.keys(letGo)));
    for (const { verdicts } of report.coordinated) {
      expect(verdicts.coordinated).toBeGreaterThanOrEqual(0.5);
      expect(verdicts.extractive).toBeLessThan(0.1);
    }
  });

  it("flags nobody falsely without accounts' facts", async () => {
    const world = await simulated("look-alikes", 13, 0.3);
    await rm(join(world, "accounts.ndjson"));
    expect((await scanWorld(world, "look-alikes-blind")).falselyFlagged).toEqual({});
  });

  it("gives the same report for the same exchanges, whatever their order in the log", async () => {
    const world = await simulated("small", 14, 0.15);
    const first = await scanWorld(world, "as-it-came");
    await backwards(join(world, "exchanges-000.ndjson"));
    const second = await scanWorld(world, "backwards");
    expect({ ...second.report, generated: "" }).toEqual({ ...first.report, generated: "" });
    for (const name of ["accounts.ndjson", "explanations.ndjson", "signals.ndjson"]) {
      const text = (run: string) => readFile(join(folder, `${run}-report`, name), "utf8");
      expect(await text("backwards")).toBe(await text("as-it-came"));
    }
  });
});

const practice = fileURLToPath(new URL("../../shared/worlds/", import.meta.url));
const missing = existsSync(practice) ? undefined : "the practice worlds are not on this machine";

describe.skipIf(missing !== undefined)(
  `a scan of the practice worlds${missing ? ` (skipped: ${missing})` : ""}`,
  () => {
    it("reads the small one", async () => {
      const out = join(folder, "practice-report");
      const report = await scanLog(join(practice, "small"), out);
      expect(
        report.campaigns.map((campaign) => campaign.accounts.length).reduce((a, b) => a + b, 0),
      ).toBeGreaterThanOrEqual(0.95 * 105);
    });

    it("convicts nobody in the honest one", async () => {
      const report = await scanLog(join(practice, "honest-only"), join(folder, "practice-honest-report"));
      expect(report.totals.exchanges).toBeGreaterThan(200_000);
      expect(report.campaigns).toEqual([]);
    });
  },
);
