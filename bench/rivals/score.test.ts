import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { z } from "zod";
import { seededRandom } from "../../src/kit/random.ts";
import type { Truth } from "../../src/model/truth.ts";
import { score } from "./score.ts";
import type { Answer } from "./score.ts";

const distiller = (account: string, campaign: string): Truth => ({
  account,
  label: "distiller",
  campaign,
  class: "campaign",
});
const honest = (account: string): Truth => ({ account, label: "honest", class: "casual" });

it("counts accounts, and groups by B-cubed", () => {
  const truth = [distiller("a", "1"), distiller("b", "1"), distiller("c", "2"), honest("d"), honest("e")];
  const clusters = new Map(["a", "b", "d"].map((account) => [account, "x"]));
  expect(score(truth, { flagged: new Set(["a", "b", "d"]), clusters })).toEqual({
    recall: 2 / 3,
    falsePositiveRate: 1 / 2,
    honestFlagged: 1,
    // Of three in the group, two see two of their own; the honest one earns nothing.
    bcubedPrecision: 4 / 9,
    // Two see their whole campaign, the third nobody.
    bcubedRecall: 2 / 3,
  });
});

it("has no figure where there is nothing to divide by", () => {
  expect(score([honest("a")], { flagged: new Set(), clusters: new Map() })).toEqual({
    recall: null,
    falsePositiveRate: 0,
    honestFlagged: 0,
    bcubedPrecision: null,
    bcubedRecall: null,
  });
});

const judge = fileURLToPath(new URL("../../../shared/eval/score.mjs", import.meta.url));
const missing = existsSync(judge) ? "" : " (skipped: the project's scorer is not on this machine)";

const judged = z.object({
  recall: z.number(),
  false_positive_rate: z.number(),
  bcubed: z.object({ precision: z.number(), recall: z.number() }),
});

it.skipIf(missing !== "")(`agrees with the scorer that the project is judged by${missing}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-score-"));
  try {
    for (const seed of [1, 2, 3]) {
      const { truth, answer } = drawn(seed);
      await writeAnswer(folder, truth, answer);
      const { stdout } = await promisify(execFile)(process.execPath, [judge, folder, folder]);
      const theirs = judged.parse(JSON.parse(stdout));
      const ours = score(truth, answer);
      expect(ours.recall).toBeCloseTo(theirs.recall, 12);
      expect(ours.falsePositiveRate).toBeCloseTo(theirs.false_positive_rate, 12);
      expect(ours.bcubedPrecision).toBeCloseTo(theirs.bcubed.precision, 12);
      expect(ours.bcubedRecall).toBeCloseTo(theirs.bcubed.recall, 12);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Labels and an answer that has nothing to do with them. */
function drawn(seed: number): { truth: Truth[]; answer: Answer } {
  const random = seededRandom(seed);
  const truth = Array.from({ length: 200 }, (_, i) =>
    random.chance(0.3) ? distiller(`a${i}`, `c${random.integer(1, 3)}`) : honest(`a${i}`),
  );
  const grouped = truth.filter(() => random.chance(0.4)).map(({ account }) => account);
  return {
    truth,
    answer: {
      flagged: new Set(grouped.filter(() => random.chance(0.9))),
      clusters: new Map(grouped.map((account) => [account, `g${random.integer(1, 5)}`])),
    },
  };
}

/** As the detector's own output folder and the world's labels, in one folder. */
async function writeAnswer(folder: string, truth: readonly Truth[], { flagged, clusters }: Answer): Promise<void> {
  const lines = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");
  await writeFile(join(folder, "truth.ndjson"), lines(truth));
  await writeFile(
    join(folder, "accounts.ndjson"),
    lines([...flagged].map((account) => ({ account, score: 1, action: "challenge" }))),
  );
  const campaigns = [...new Set(clusters.values())].map((id) => ({
    id,
    accounts: [...clusters].flatMap(([account, cluster]) => (cluster === id ? [account] : [])),
  }));
  await writeFile(join(folder, "report.json"), JSON.stringify({ campaigns }));
}
