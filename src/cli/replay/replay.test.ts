import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { decisionActionSchema } from "../../model/decision.ts";
import { truthSchema } from "../../model/truth.ts";
import { findScenario } from "../../sim/scenario.ts";
import { simulateWorld } from "../../sim/simulate.ts";
import { findPolicy } from "../online/policy.ts";
import { replay } from "./replay.ts";

const lineSchema = z.strictObject({
  time: z.iso.datetime(),
  account: z.string(),
  action: decisionActionSchema,
  campaign: z.string().nullable(),
  reasons: z.array(z.string()),
});

let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-replay-"));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

it("writes what would have been done to whom from when on, in order of time, and to nobody who harvests nothing", async () => {
  const world = join(root, "world");
  const demo = findScenario("demo")!;
  const campaigns = demo.campaigns
    .slice(0, 2)
    .map((campaign) => ({ ...campaign, exchangesPerAccountDay: 60, startDay: 0 }));
  await simulateWorld({
    out: world,
    scenario: { ...demo, honestAccounts: 500, campaigns },
    seed: 7,
    scale: 1,
    days: 1,
  });
  const out = join(root, "out");
  const terminal = { progress: { update: () => {}, clear: () => {} }, note: () => {} };
  const summary = await replay(
    { log: world, out, format: undefined, facts: undefined, policy: findPolicy("default") },
    terminal,
  );
  const parsed = async <T>(path: string, schema: z.ZodType<T>): Promise<T[]> =>
    (await readFile(path, "utf8"))
      .trim()
      .split("\n")
      .map((line) => schema.parse(JSON.parse(line)));
  const lines = await parsed(join(out, "decisions.ndjson"), lineSchema);
  const honest = new Set(
    (await parsed(join(world, "truth.ndjson"), truthSchema)).flatMap(({ account, label }) =>
      label === "honest" ? account : [],
    ),
  );
  expect(summary).toMatchObject({ campaigns: 2, lines: lines.length });
  expect(lines.map((line) => line.time)).toEqual(lines.map((line) => line.time).toSorted());
  const acted = new Set(lines.flatMap(({ account, action }) => (action === "observe" ? [] : account)));
  expect(acted.size).toBe(summary.affected);
  expect(acted.size).toBeGreaterThan(20);
  expect([...acted].filter((account) => honest.has(account))).toEqual([]);
}, 300_000);
