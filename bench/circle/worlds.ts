import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { accountFactsSchema } from "../../src/model/account.ts";
import { exchangeSchema } from "../../src/model/exchange.ts";
import { truthSchema } from "../../src/model/truth.ts";
import { climb } from "../../src/sim/campaign/ladder.ts";
import { findScenario } from "../../src/sim/scenario.ts";
import { simulateWorld } from "../../src/sim/simulate.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const LABS = ["a", "b", "c"] as const;
export type LabName = (typeof LABS)[number];
export type ByLab<Value> = Readonly<Record<LabName, Value>>;

/** Something for each lab, one after the other, from the first of their names on. */
export async function forEachLab<Value>(make: (name: LabName) => Promise<Value>): Promise<ByLab<Value>> {
  return { a: await make("a"), b: await make("b"), c: await make("c") };
}

/** How large the demonstration is. */
export interface Size {
  readonly seed: number;
  /** Customers of all labs together; each is a customer of one. */
  readonly customers: number;
  /** Accounts that the network has at each lab. */
  readonly network: ByLab<number>;
  /** Of the simulated world. */
  readonly days: number;
  /** The day on which the network comes to the second and the third lab; the first it harvests from the beginning. */
  readonly comesOnDay: number;
  /** Hours from then on until the end. */
  readonly staysHours: number;
}

export interface LabWorld {
  readonly name: LabName;
  /** A world folder, without labels. */
  readonly folder: string;
  /** When its log begins. */
  readonly beginsMs: number;
  readonly honest: ReadonlySet<string>;
  readonly network: ReadonlySet<string>;
  readonly exchanges: number;
}

export interface Worlds {
  readonly labs: ByLab<LabWorld>;
  readonly startMs: number;
  /** When the network comes to the second and the third lab. */
  readonly comesMs: number;
  readonly endMs: number;
}

const lineSchema = z.object({ account: z.string(), time: z.string() });

/** Simulates one network with customers around it, and deals all of them out to the labs: nobody is at two of them. */
export async function makeWorlds(folder: string, size: Size): Promise<Worlds> {
  const demo = findScenario("demo");
  const [campaign] = demo?.campaigns ?? [];
  if (demo === undefined || campaign === undefined) throw new Error("there is no scenario to start from");
  const accounts = LABS.reduce((sum, name) => sum + size.network[name], 0);
  const network = { ...climb(campaign, 1), accounts, exchangesPerAccountDay: 4, startDay: 0, rampHours: 3 };
  const scenario = { ...demo, honestAccounts: size.customers, campaigns: [network] };
  const whole = join(folder, "whole");
  await simulateWorld({ out: whole, scenario, seed: size.seed, scale: 1, days: size.days });
  const truths = (await linesOf(join(whole, "truth.ndjson"))).map((line) => truthSchema.parse(JSON.parse(line)));
  const exchanges = (await linesOfAll(whole)).map((line) => ({ line, ...lineSchema.parse(JSON.parse(line)) }));
  const facts = (await linesOf(join(whole, "accounts.ndjson"))).map((line) => ({
    line,
    account: accountFactsSchema.parse(JSON.parse(line)).account,
  }));
  const models = await readFile(join(whole, "models.ndjson"), "utf8");
  await rm(whole, { recursive: true });
  const startMs = Math.floor(Date.parse(exchanges[0]?.time ?? "") / dayMs) * dayMs;
  const members = truths.flatMap(({ account, label }) => (label === "distiller" ? [account] : [])).sort();
  const customers = truths.flatMap(({ account, label }) => (label === "honest" ? [account] : []));
  const comesMs = startMs + size.comesOnDay * dayMs;
  let dealt = 0;
  const labs = await forEachLab(async (name): Promise<LabWorld> => {
    const ofNetwork = members.slice(dealt, dealt + size.network[name]);
    dealt += ofNetwork.length;
    const honest = customers.filter((_, i) => i % LABS.length === LABS.indexOf(name));
    const mine = new Set([...ofNetwork, ...honest]);
    const beginsMs = name === "a" ? startMs : comesMs;
    const start = new Date(beginsMs).toISOString();
    const here = exchanges.filter(({ account, time }) => mine.has(account) && time >= start);
    const active = new Set(here.map(({ account }) => account));
    const world = join(folder, name);
    await mkdir(world, { recursive: true });
    await writeFile(join(world, "exchanges-000.ndjson"), textOf(here));
    await writeFile(join(world, "accounts.ndjson"), textOf(facts.filter(({ account }) => active.has(account))));
    await writeFile(join(world, "models.ndjson"), models);
    return {
      name,
      folder: world,
      beginsMs,
      honest: new Set(honest.filter((account) => active.has(account))),
      network: new Set(ofNetwork.filter((account) => active.has(account))),
      exchanges: here.length,
    };
  });
  return { labs, startMs, comesMs, endMs: comesMs + size.staysHours * hourMs };
}

const textOf = (list: readonly { readonly line: string }[]): string => list.map(({ line }) => `${line}\n`).join("");

/** What is known of a lab's honest customers and was said by them, for the proof. */
export async function readHonest({ folder, honest }: LabWorld) {
  const exchanges = (await linesOf(join(folder, "exchanges-000.ndjson"))).map((line) =>
    exchangeSchema.parse(JSON.parse(line)),
  );
  const facts = (await linesOf(join(folder, "accounts.ndjson"))).map((line) =>
    accountFactsSchema.parse(JSON.parse(line)),
  );
  return {
    exchanges: exchanges.filter(({ account }) => honest.has(account)),
    facts: facts.filter(({ account }) => honest.has(account)),
  };
}

async function linesOfAll(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith("exchanges-")).sort();
  return (await Promise.all(files.map((file) => linesOf(join(folder, file))))).flat();
}

async function linesOf(path: string): Promise<string[]> {
  const text = (await readFile(path, "utf8")).trim();
  return text === "" ? [] : text.split("\n");
}
