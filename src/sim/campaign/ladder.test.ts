import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { accountFactsSchema } from "../../model/account.ts";
import { exchangeSchema } from "../../model/exchange.ts";
import { truthSchema } from "../../model/truth.ts";
import { CAMPAIGN, SCENARIOS } from "../scenario.ts";
import { simulateWorld } from "../simulate.ts";
import { EVALUATION_BACKGROUND, HELD_OUT_CAMPAIGN } from "../evaluation.ts";
import { HELD_OUT_CLASSES } from "../honest/held-out.ts";
import { LOOK_ALIKES } from "../honest/look-alikes.ts";
import { HELD_OUT_PIPELINES } from "../pipeline/phrases.ts";
import type { CampaignSpec } from "./spec.ts";
import { climb, EVASION_LADDER } from "./ladder.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-ladder-"));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** A campaign of eight accounts over four days, alone in its world. */
async function alone(name: string, traits: Partial<CampaignSpec>) {
  const out = join(root, name);
  const spec = { ...CAMPAIGN, accounts: 8, exchangesPerAccountDay: 30, ...traits };
  const scenario = {
    name: "alone",
    title: "",
    description: "",
    days: 4,
    honestAccounts: 0,
    exchangesPerAccount: 1,
    mix: {},
    campaigns: [spec],
  };
  await simulateWorld({ out, scenario, seed: 1, scale: 1 });
  const rows = async <T>(file: string, schema: z.ZodType<T>): Promise<T[]> =>
    (await readFile(join(out, file), "utf8"))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => schema.parse(JSON.parse(line)));
  return {
    exchanges: await rows("exchanges-000.ndjson", exchangeSchema),
    facts: await rows("accounts.ndjson", accountFactsSchema),
    truth: await rows("truth.ndjson", truthSchema),
  };
}

it("climbs step by step, each on top of those below", () => {
  expect(EVASION_LADDER.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(climb(CAMPAIGN, 0)).toMatchObject({ addresses: "few-proxies", phrasing: "campaign", dilution: 0 });
  expect(climb({ ...CAMPAIGN, dilution: 0.9 }, 5)).toMatchObject({
    addresses: "residential",
    reuse: { payment: 0, device: 0, email: 0 },
    phrasing: "account",
    hours: "account",
    variation: 1,
    dilution: 0.5,
  });
  expect(() => climb(CAMPAIGN, 9)).toThrow(/no step 9/);
});

it("shares payments at the foot of the ladder and none at its top", async () => {
  const payments = async (step: number): Promise<number> => {
    const { facts } = await alone(`step-${step}`, climb(CAMPAIGN, step));
    const known = facts.flatMap(({ payment }) => payment ?? []);
    return new Set(known).size / known.length;
  };
  expect(await payments(0)).toBeLessThan(0.9);
  expect(await payments(5)).toBe(1);
});

it("asks again on the same account and in other words where it does not resume", async () => {
  const { exchanges } = await alone("waits", { resumes: false, banPerDay: 0.3 });
  const request = ({ system, messages }: (typeof exchanges)[number]): string =>
    `${system}\n${messages?.at(-1)?.content}`;
  const sent = new Map<string, typeof exchanges>();
  for (const exchange of exchanges) sent.set(request(exchange), [...(sent.get(request(exchange)) ?? []), exchange]);
  const refused = exchanges.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(5);
  expect(refused.filter((exchange) => sent.get(request(exchange))!.length > 1)).toEqual([]);
  expect([...sent.values()].filter((same) => new Set(same.map(({ account }) => account)).size > 1)).toEqual([]);
});

it("spreads loads and hours where each account lives its own day", async () => {
  const spread = async (name: string, traits: Partial<CampaignSpec>): Promise<number> => {
    const { exchanges, truth } = await alone(name, traits);
    const loads = truth.map(({ account }) => exchanges.filter((exchange) => exchange.account === account).length);
    const mean = exchanges.length / loads.length;
    return Math.sqrt(loads.reduce((sum, load) => sum + (load - mean) ** 2, 0) / loads.length) / mean;
  };
  const uneven = await spread("uneven", { rotation: "at-will", hours: "account", loadSigma: 0.8 });
  expect(uneven).toBeGreaterThan(1.5 * (await spread("even", {})));
});

it("breaks the rotation's order with jitter, and loses little of the work", async () => {
  const plain = await alone("plain", {});
  const jittered = await alone("jittered", { jitterSeconds: 3_600 });
  expect(jittered.exchanges.length).toBeGreaterThan(0.85 * plain.exchanges.length);
  const times = jittered.exchanges.map(({ time }) => String(time));
  expect(times).toEqual(times.toSorted());
});

it("declares and verifies itself where it is told to", async () => {
  const { facts } = await alone("declared", { declares: true });
  expect(facts.length).toBeGreaterThan(0);
  expect(facts.every((fact) => fact.declared_use === "synthetic-data")).toBe(true);
  expect(new Set(facts.map((fact) => fact.organization)).size).toBe(facts.length);
});

it("keeps what is held out away from the named scenarios, and in the evaluation's background and campaign", () => {
  const { mix: background } = EVALUATION_BACKGROUND;
  for (const name of HELD_OUT_CLASSES) expect(background[name]).toBeGreaterThan(0);
  for (const { name } of LOOK_ALIKES) expect(Object.keys(background)).toContain(name);
  expect(Object.values(background).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  expect(HELD_OUT_CAMPAIGN.pipelines.map(([name]) => name)).toEqual(HELD_OUT_PIPELINES);
  for (const { mix, campaigns } of SCENARIOS) {
    for (const name of HELD_OUT_CLASSES) expect(mix[name]).toBeUndefined();
    for (const spec of campaigns)
      for (const [name] of spec.pipelines) expect(HELD_OUT_PIPELINES.includes(name)).toBe(false);
  }
});
