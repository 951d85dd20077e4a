import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { decisionActionSchema } from "../../model/decision.ts";
import { busyWorld, timeOfLine } from "../../sim/busy-world.case.ts";
import type { BusyWorld } from "../../sim/busy-world.case.ts";
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
let world: BusyWorld;
let whole: Awaited<ReturnType<typeof replayed>>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-replay-"));
  world = await busyWorld(join(root, "world"), 1);
  whole = await replayed(world.folder, join(root, "out"));
}, 300_000);

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** What a replay of a log writes, and what it says. */
async function replayed(log: string, out: string) {
  const terminal = { progress: { update: () => {}, clear: () => {} }, note: () => {} };
  const policy = findPolicy("default");
  const summary = await replay({ log, out, format: undefined, facts: undefined, policy }, terminal);
  const text = await readFile(join(out, "decisions.ndjson"), "utf8");
  const written = text.split("\n").filter((line) => line !== "");
  return { summary, lines: written.map((line) => lineSchema.parse(JSON.parse(line))) };
}

it("writes what would have been done to whom from when on, in order of time, and to nobody who harvests nothing", () => {
  const { summary, lines } = whole;
  expect(summary).toMatchObject({ campaigns: 2, lines: lines.length });
  expect(lines.map((line) => line.time)).toEqual(lines.map((line) => line.time).toSorted());
  const acted = new Set(lines.flatMap(({ account, action }) => (action === "observe" ? [] : account)));
  expect(acted.size).toBe(summary.affected);
  expect(acted.size).toBeGreaterThan(20);
  expect([...acted].filter((account) => world.honest.has(account))).toEqual([]);
});

it("decides the same whatever comes later", async () => {
  const decided = whole.lines.map(({ time }) => Date.parse(time));
  // After half of what was done, at the end of a step.
  const cutMs = decided.toSorted((one, other) => one - other)[Math.floor(decided.length / 2)]!;
  const folder = join(root, "cut");
  await mkdir(folder);
  const before = world.lines.filter((line) => timeOfLine(line) <= cutMs);
  expect(before.length).toBeLessThan(0.9 * world.lines.length);
  await writeFile(join(folder, "exchanges-000.ndjson"), before.join("\n"));
  await writeFile(join(folder, "accounts.ndjson"), world.facts);
  const { lines } = await replayed(folder, join(root, "out-of-cut"));
  const until = ({ time }: { readonly time: string }): boolean => Date.parse(time) <= cutMs;
  expect(lines.filter(until)).toEqual(whole.lines.filter(until));
  expect(whole.lines.every(until)).toBe(false);
}, 300_000);

it("names what it could not read, and refuses a log without exchanges", async () => {
  const folder = join(root, "damaged");
  await mkdir(folder);
  const log = (lines: readonly string[]) => writeFile(join(folder, "exchanges-000.ndjson"), lines.join("\n"));
  await log([world.lines[0]!, "no exchange", world.lines[1]!]);
  const out = join(root, "out-of-damaged");
  expect((await replayed(folder, out)).summary).toMatchObject({ exchanges: 2, rejected: 1, lines: 0 });
  const rejects = (await readFile(join(out, "rejects.ndjson"), "utf8")).trim();
  expect(JSON.parse(rejects)).toMatchObject({ file: join(folder, "exchanges-000.ndjson"), line: 2 });
  await log(["", ""]);
  await expect(replayed(folder, out)).rejects.toThrow("has no exchanges in it");
});
