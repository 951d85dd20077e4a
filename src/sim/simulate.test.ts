import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { accountFactsSchema } from "../model/account.ts";
import { exchangeSchema } from "../model/exchange.ts";
import { modelReleaseSchema } from "../model/model-release.ts";
import { type Truth, truthSchema } from "../model/truth.ts";
import { SCENARIO_NAMES, type ScenarioName } from "./scenario.ts";
import { simulateWorld } from "./simulate.ts";

const strictExchange = exchangeSchema.strict();
type Exchange = z.infer<typeof strictExchange>;

interface WorldFolder {
  readonly exchanges: readonly Exchange[];
  readonly truth: ReadonlyMap<string, Truth>;
  readonly facts: readonly z.infer<typeof accountFactsSchema>[];
}

async function rows<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const text = await readFile(path, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => schema.parse(JSON.parse(line)));
}

async function readWorld(folder: string): Promise<WorldFolder> {
  const exchanges: Exchange[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    if (!name.startsWith("exchanges-")) continue;
    for (const row of await rows(join(folder, name), strictExchange)) exchanges.push(row);
  }
  await rows(join(folder, "models.ndjson"), modelReleaseSchema);
  const truth = await rows(join(folder, "truth.ndjson"), truthSchema);
  return {
    exchanges,
    truth: new Map(truth.map((row) => [row.account, row])),
    facts: await rows(join(folder, "accounts.ndjson"), accountFactsSchema.strict()),
  };
}

async function digest(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).toSorted()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest("hex");
}

function promptOf(exchange: Exchange): string {
  const messages = exchange.messages ?? [];
  return messages.length === 1 ? (messages[0]?.content ?? "") : "";
}

let root: string;
let demo: WorldFolder;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-sim-"));
  await simulateWorld({ out: join(root, "demo"), scenario: "demo", seed: 7, scale: 0.5 });
  demo = await readWorld(join(root, "demo"));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Two days of a small world: enough for every class and every campaign to show itself. */
async function simulate(name: string, scenario: ScenarioName, scale: number, seed = 1, corpus?: string) {
  const out = join(root, name);
  const result = await simulateWorld({ out, scenario, seed, scale, corpus, days: 2 });
  return { out, result };
}

describe("a simulated world", () => {
  it("writes the same bytes for the same seed, and others for another", async () => {
    const one = await simulate("one", "demo", 0.03);
    const two = await simulate("two", "demo", 0.03);
    const other = await simulate("other", "demo", 0.03, 2);
    expect(await digest(one.out)).toBe(await digest(two.out));
    expect(await digest(one.out)).not.toBe(await digest(other.out));
  });

  it("is in order of time, without a repeated id", () => {
    const times = demo.exchanges.map((exchange) => String(exchange.time));
    expect(times).toEqual(times.toSorted());
    expect(new Set(demo.exchanges.map((exchange) => exchange.id)).size).toBe(demo.exchanges.length);
  });

  it("labels exactly the accounts of the log, and knows facts of nobody else", () => {
    const senders = new Set(demo.exchanges.map((exchange) => exchange.account));
    expect([...demo.truth.keys()].toSorted()).toEqual([...senders].toSorted());
    expect(demo.facts.every((facts) => senders.has(facts.account))).toBe(true);
    expect(demo.facts.length).toBeGreaterThan(0.93 * senders.size);
  });

  it.each(SCENARIO_NAMES)("runs the scenario %s, with campaigns where it promises them", async (scenario) => {
    const { out, result } = await simulate(`scenario-${scenario}`, scenario, scenario === "bench" ? 0.001 : 0.01);
    const world = await readWorld(out);
    expect(world.exchanges.length).toBe(result.exchanges);
    expect(world.truth.size).toBe(result.accounts);
    const honest = scenario === "honest-only" || scenario === "relay" || scenario === "look-alikes";
    expect(result.campaigns > 0).toBe(!honest);
    expect(result.distillers > 0).toBe(!honest);
  });

  it("refuses a folder with content, and replaces only a world when told to", async () => {
    const { out } = await simulate("refused", "demo", 0.02);
    await writeFile(join(out, "notes.txt"), "mine");
    await expect(simulate("refused", "demo", 0.02)).rejects.toThrow(/not empty/);
    await simulateWorld({ out, scenario: "demo", seed: 1, scale: 0.02, force: true });
    expect(await readFile(join(out, "notes.txt"), "utf8")).toBe("mine");
  });

  it.each([{ scale: 0 }, { scale: Number.NaN }, { scale: 1, days: 0 }, { scale: 1, days: 1.5 }])(
    "refuses %o",
    async (options) => {
      await expect(simulateWorld({ out: join(root, "never"), scenario: "demo", seed: 1, ...options })).rejects.toThrow(
        /out of range/,
      );
    },
  );
});

describe("honest customers", () => {
  it("carry skewed loads: one in 160 sends 16 to 52 % of the requests", () => {
    const loads = countBy(
      demo.exchanges.filter((exchange) => demo.truth.get(exchange.account)?.label === "honest").map((e) => e.account),
    );
    const sorted = [...loads.values()].toSorted((a, b) => b - a);
    const top = sorted.slice(0, Math.max(1, Math.round(sorted.length / 160)));
    const share = sum(top) / sum(sorted);
    expect(share).toBeGreaterThan(0.16);
    expect(share).toBeLessThan(0.52);
  });

  it("seldom open with the same words as another account of their class", () => {
    for (const name of ["casual", "developer", "support", "classification"]) {
      const openers = new Map<string, Set<string>>();
      for (const exchange of demo.exchanges) {
        const prompt = promptOf(exchange);
        if (demo.truth.get(exchange.account)?.class !== name || prompt === "") continue;
        openers.set(prompt, (openers.get(prompt) ?? new Set()).add(exchange.account));
      }
      const shared = [...openers.values()].filter((accounts) => accounts.size > 1).length;
      expect(openers.size, name).toBeGreaterThan(20);
      expect(shared / openers.size, name).toBeLessThan(0.01);
    }
  });

  it("differ in keys and addresses unless their class shares them", () => {
    const owners = new Map<string, Set<string>>();
    for (const { account, key, ip } of demo.exchanges) {
      const name = demo.truth.get(account)?.class;
      if (name !== "developer" && name !== "open-source-client") continue;
      for (const token of [key, ip])
        if (token !== undefined) owners.set(token, (owners.get(token) ?? new Set()).add(account));
    }
    const shared = [...owners].filter(([token, accounts]) => accounts.size > 1 && token.startsWith("key-"));
    expect(shared).toEqual([]);
    const sharedShare = [...owners.values()].filter((accounts) => accounts.size > 1).length / owners.size;
    expect(sharedShare).toBeLessThan(0.1);
  });

  it("lack optional fields at realistic rates, and fail now and then", () => {
    const share = (test: (exchange: Exchange) => boolean): number =>
      demo.exchanges.filter(test).length / demo.exchanges.length;
    for (const field of ["ip", "ja4", "user_agent", "key", "response", "end_user"] as const) {
      const present = share((exchange) => exchange[field] !== undefined);
      expect(present, field).toBeGreaterThan(0.03);
      expect(present, field).toBeLessThan(0.99);
    }
    const failed = share((exchange) => exchange.status !== 200);
    expect(failed).toBeGreaterThan(0.008);
    expect(failed).toBeLessThan(0.03);
  });
});

describe("campaigns", () => {
  it("never send an item from two accounts, unless it was resumed after a failure", () => {
    const senders = new Map<string, Set<string>>();
    const failed = new Set<string>();
    for (const exchange of demo.exchanges) {
      const { campaign } = demo.truth.get(exchange.account) ?? {};
      const prompt = promptOf(exchange);
      if (campaign === undefined || prompt === "") continue;
      const item = `${campaign}\n${exchange.system ?? ""}\n${prompt}`;
      senders.set(item, (senders.get(item) ?? new Set()).add(exchange.account));
      if (exchange.status !== 200) failed.add(item);
    }
    const spread = [...senders].filter(([item, accounts]) => accounts.size > 1 && !failed.has(item));
    expect(senders.size).toBeGreaterThan(300);
    // Banned accounts hand over the samples that they still owed, and customers among the cover may repeat themselves.
    expect(spread.length / senders.size).toBeLessThan(0.01);
  });

  it("repeat samples of one prompt on one account", () => {
    const repeats = countBy(
      demo.exchanges
        .filter((exchange) => demo.truth.get(exchange.account)?.campaign === "c-lectern" && exchange.status === 200)
        .map((exchange) => `${exchange.account} ${promptOf(exchange)}`),
    );
    const sampled = [...repeats.values()].filter((count) => count === 3).length;
    expect(sampled).toBeGreaterThan(20);
  });

  it("that chain are asked about earlier answers, at whichever account's turn it is; people seldom are", async () => {
    const { out } = await simulate("chained", "chains", 0.5);
    const world = await readWorld(out);
    const told: { readonly account: string; readonly text: string }[] = [];
    const counts = { harvest: 0, returned: 0, crossed: 0, honest: 0, pasted: 0 };
    for (const exchange of world.exchanges) {
      const { account, response = "" } = exchange;
      const prompt = promptOf(exchange);
      const isHarvest = world.truth.get(account)?.campaign !== undefined;
      const source = told.findLast(({ text }) => prompt.includes(text));
      if (prompt !== "") {
        counts[isHarvest ? "harvest" : "honest"]++;
        if (source !== undefined) counts[isHarvest ? "returned" : "pasted"]++;
        if (source !== undefined && isHarvest && source.account !== account) counts.crossed++;
      }
      if (response.length >= 60) told.push({ account, text: response });
    }
    expect(counts.harvest).toBeGreaterThan(200);
    // An item's samples are asked one after the other, and half of the answers are not in the log.
    expect(counts.returned / counts.harvest).toBeGreaterThan(0.2);
    expect(counts.crossed / counts.returned).toBeGreaterThan(0.4);
    expect(counts.pasted).toBeGreaterThan(5);
    expect(counts.pasted / counts.honest).toBeLessThan(0.05);
  });

  it("spread their load evenly over the members, unlike honest customers", () => {
    const loads = countBy(
      demo.exchanges
        .filter((exchange) => demo.truth.get(exchange.account)?.campaign === "c-lectern")
        .map((e) => e.account),
    );
    const values = [...loads.values()];
    const mean = sum(values) / values.length;
    const spread = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length) / mean;
    expect(spread).toBeLessThan(0.4);
  });
});

describe("a corpus", () => {
  it("gives honest users honest rows and campaigns distill rows, both reworded", async () => {
    const corpus = join(root, "corpus");
    await rm(corpus, { recursive: true, force: true });
    await mkdir(corpus);
    const row = (kind: string, family: string, text: string): string =>
      `${JSON.stringify({ text, kind, family, lang: "en", source: "made up" })}\n`;
    const honest = Array.from({ length: 60 }, (_, i) =>
      row("honest", "letters", `honestmark please help my aunt number ${i} with her ferry ticket`),
    );
    const distill = Array.from({ length: 60 }, (_, i) =>
      row(
        "distill",
        i % 2 === 0 ? "even" : "odd",
        `distillmark derive theorem ${i} about lattices and give every step`,
      ),
    );
    await writeFile(join(corpus, "a.jsonl"), honest.join(""));
    await writeFile(join(corpus, "b.jsonl.gz"), gzipSync(distill.join("")));
    const { out } = await simulate("with-corpus", "demo", 0.03, 1, corpus);
    const world = await readWorld(out);
    const text = (label: string): string =>
      world.exchanges
        .filter((e) => world.truth.get(e.account)?.label === label)
        .map((e) => (e.messages ?? []).map((m) => m.content).join("\n"))
        .join("\n");
    expect(text("honest")).toContain("honestmark");
    expect(text("distiller")).toContain("distillmark");
    const prompts = world.exchanges
      .filter((e) => world.truth.get(e.account)?.class === "casual")
      .map(promptOf)
      .filter((p) => p !== "");
    expect(new Set(prompts).size / prompts.length).toBeGreaterThan(0.9);
  });

  it("must exist, hold rows, and be well formed", async () => {
    const corpus = await mkdtemp(join(root, "bad-corpus-"));
    await expect(simulate("bad-1", "demo", 0.02, 1, join(root, "missing"))).rejects.toThrow(/cannot read the corpus/);
    await expect(simulate("bad-2", "demo", 0.02, 1, corpus)).rejects.toThrow(/holds no rows/);
    await writeFile(join(corpus, "x.jsonl"), '{"text":"a","kind":"honest","family":"f"}\n{"text":\n');
    await expect(simulate("bad-3", "demo", 0.02, 1, corpus)).rejects.toThrow(/x\.jsonl, line 2: not a corpus row/);
    await writeFile(join(corpus, "x.jsonl.gz"), gzipSync("{}\n".repeat(50)).subarray(0, 20));
    await rm(join(corpus, "x.jsonl"));
    await expect(simulate("bad-4", "demo", 0.02, 1, corpus)).rejects.toThrow(/cannot read .*x\.jsonl\.gz/);
  });
});

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
