import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { seededRandom } from "../../kit/random.ts";
import type { AccountScore, Campaign } from "../../model/report.ts";
import type { Truth } from "../../model/truth.ts";
import { type Answer, scoreAnswer } from "./score.ts";

const distiller = (account: string, campaign: string): Truth => ({ account, label: "distiller", campaign, class: "x" });
const honest = (account: string, name = "casual"): Truth => ({ account, label: "honest", class: name });
const flag = (account: string, score = 0.9): AccountScore => ({
  account,
  score,
  campaign: null,
  action: "throttle",
  reasons: [],
});
const predicted = (id: string, accounts: string[], without: Campaign["without"] = []): Answer["campaigns"][number] => ({
  id,
  accounts,
  without,
});

const truth: readonly Truth[] = [
  ...["a1", "a2", "a3"].map((account) => distiller(account, "a")),
  ...["b1", "b2"].map((account) => distiller(account, "b")),
  ...["h1", "h2", "h3", "h4"].map((account) => honest(account)),
  honest("g1", "gateway"),
];

describe("a score", () => {
  it("is full for the perfect answer", () => {
    const score = scoreAnswer(truth, {
      scores: ["a1", "a2", "a3", "b1", "b2"].map((account) => flag(account)),
      campaigns: [predicted("1", ["a1", "a2", "a3"]), predicted("2", ["b1", "b2"])],
    });
    expect(score).toMatchObject({
      recall: 1,
      precision: 1,
      falsePositiveRate: 0,
      bcubed: { precision: 1, recall: 1 },
      overMerging: { predicted: 2, merged: 0, withHonest: 0, split: 0 },
    });
    expect(score.recallAtFalsePositiveRate.get(1e-4)).toBe(1);
  });

  it("is null where there is nothing to share", () => {
    const score = scoreAnswer([honest("h1")], { scores: [], campaigns: [] });
    expect(score).toMatchObject({ recall: null, precision: null, bcubed: { precision: null, recall: null } });
  });

  it("counts what is merged, mixed and split", () => {
    const { overMerging, bcubed } = scoreAnswer(truth, {
      scores: [],
      campaigns: [predicted("1", ["a1", "b1"]), predicted("2", ["a2", "h1"])],
    });
    expect(overMerging).toEqual({ predicted: 2, merged: 1, withHonest: 1, split: 1 });
    // a1, b1 and a2 find themselves in halves; h1 earns nothing.
    expect(bcubed.precision).toBeCloseTo(1.5 / 4);
    expect(bcubed.recall).toBeCloseTo((1 / 3 + 1 / 3 + 1 / 2) / 5);
  });

  it("does not count an account that is only observed as flagged, and counts classes apart", () => {
    const score = scoreAnswer(truth, {
      scores: [flag("g1"), { ...flag("a1"), action: "observe" }],
      campaigns: [],
    });
    expect(score.recall).toBe(0);
    expect(score.honest).toEqual(
      new Map([
        ["casual", { accounts: 4, flagged: 0 }],
        ["gateway", { accounts: 1, flagged: 1 }],
      ]),
    );
  });

  it("lets the campaigns go that do not stand without a family", () => {
    const { recallWithout } = scoreAnswer(truth, {
      scores: ["a1", "a2", "a3", "b1", "b2"].map((account) => flag(account)),
      campaigns: [
        predicted("1", ["a1", "a2", "a3"], [{ family: "twins", confidence: 0.2, convicted: false }]),
        predicted("2", ["b1", "b2"], [{ family: "twins", confidence: 0.9, convicted: true }]),
      ],
    });
    expect(recallWithout.twins).toBeCloseTo(2 / 5);
    expect(recallWithout.partition).toBe(1);
  });
});

const SCORER = fileURLToPath(new URL("../../../../shared/eval/score.mjs", import.meta.url));

/** The fields that both name; the scorer's maps are objects. */
const scorerOutput = z.object({
  accounts: z.number(),
  distillers: z.number(),
  flagged: z.number(),
  recall: z.number().nullable(),
  precision: z.number().nullable(),
  false_positive_rate: z.number(),
  false_positives_by_class: z.record(z.string(), z.object({ accounts: z.number(), flagged: z.number() })),
  recall_at_fpr: z.record(z.string(), z.number()),
  bcubed: z.object({ precision: z.number().nullable(), recall: z.number().nullable() }),
  campaigns: z.record(z.string(), z.object({ accounts: z.number(), flagged: z.number() })),
});

describe.skipIf(!existsSync(SCORER))("the practice worlds' scorer (skipped where ../shared is absent)", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stillwatch-score-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each([1, 2, 3, 4, 5])("agrees on random answer %i", async (seed) => {
    const { labels, answer } = randomAnswer(seed);
    const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    await writeFile(join(folder, "truth.ndjson"), lines(labels));
    await writeFile(join(folder, "accounts.ndjson"), lines(answer.scores));
    await writeFile(join(folder, "report.json"), JSON.stringify({ campaigns: answer.campaigns }));
    const { stdout } = await promisify(execFile)(process.execPath, [SCORER, folder, folder]);
    const theirs = scorerOutput.parse(JSON.parse(stdout));
    const ours = scoreAnswer(labels, answer);
    expect(Object.fromEntries(ours.honest)).toEqual(theirs.false_positives_by_class);
    expect(Object.fromEntries(ours.campaigns)).toEqual(theirs.campaigns);
    for (const [rate, recall] of ours.recallAtFalsePositiveRate)
      expect(recall).toBeCloseTo(theirs.recall_at_fpr[String(rate)] ?? Number.NaN, 12);
    expect(ours.bcubed.precision).toBeCloseTo(theirs.bcubed.precision ?? Number.NaN, 12);
    expect(ours.bcubed.recall).toBeCloseTo(theirs.bcubed.recall ?? Number.NaN, 12);
    expect([ours.accounts, ours.distillers, ours.flagged]).toEqual([
      theirs.accounts,
      theirs.distillers,
      theirs.flagged,
    ]);
    expect([ours.recall, ours.precision, ours.falsePositiveRate]).toEqual([
      theirs.recall,
      theirs.precision,
      theirs.false_positive_rate,
    ]);
  });
});

/** Several hundred accounts, mostly judged rightly. */
function randomAnswer(seed: number): { labels: Truth[]; answer: Answer } {
  const random = seededRandom(`answer/${seed}`);
  const labels = Array.from({ length: 400 }, (_, i): Truth => {
    const account = `acc-${i}`;
    return random.chance(0.2)
      ? distiller(account, random.pick(["a", "b", "c"]))
      : honest(account, random.pick(["casual", "gateway", "relay"]));
  });
  const clusters = new Map<string, string[]>();
  const scores: AccountScore[] = [];
  for (const { account, campaign } of labels) {
    if (!random.chance(campaign === undefined ? 0.1 : 0.8)) continue;
    const id = random.chance(0.9) && campaign !== undefined ? campaign : random.pick(["a", "b", "x"]);
    const action = random.chance(0.8) ? "throttle" : "observe";
    scores.push({ ...flag(account, random.next()), campaign: id, action });
    clusters.set(id, [...(clusters.get(id) ?? []), account]);
  }
  return { labels, answer: { scores, campaigns: [...clusters].map(([id, accounts]) => predicted(id, accounts)) } };
}
