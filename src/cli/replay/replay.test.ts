import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { decisionActionSchema } from "../../model/decision.ts";
import { busyWorld } from "../../sim/busy-world.case.ts";
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
  const world = await busyWorld(join(root, "world"), 1);
  const out = join(root, "out");
  const terminal = { progress: { update: () => {}, clear: () => {} }, note: () => {} };
  const summary = await replay(
    { log: world.folder, out, format: undefined, facts: undefined, policy: findPolicy("default") },
    terminal,
  );
  const lines = (await readFile(join(out, "decisions.ndjson"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => lineSchema.parse(JSON.parse(line)));
  expect(summary).toMatchObject({ campaigns: 2, lines: lines.length });
  expect(lines.map((line) => line.time)).toEqual(lines.map((line) => line.time).toSorted());
  const acted = new Set(lines.flatMap(({ account, action }) => (action === "observe" ? [] : account)));
  expect(acted.size).toBe(summary.affected);
  expect(acted.size).toBeGreaterThan(20);
  expect([...acted].filter((account) => world.honest.has(account))).toEqual([]);
}, 300_000);
