import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EVALUATION_BACKGROUND, EVALUATION_CAMPAIGN } from "../../sim/evaluation.ts";
import { simulateWorld } from "../../sim/simulate.ts";
import { evaluateLog } from "./evaluate.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-own-log-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("hides campaigns in a log of somebody else's, in its time", async () => {
  const scenario = { ...EVALUATION_BACKGROUND, days: 3, honestAccounts: 80, exchangesPerAccount: 6 };
  await simulateWorld({ out: folder, scenario, seed: 5, scale: 1, startMs: Date.UTC(2024, 0, 10) });
  const accounts = (await readFile(join(folder, "truth.ndjson"), "utf8")).trim().split("\n").length;
  // Labels of the log are not looked at.
  await writeFile(join(folder, "truth.ndjson"), "not for reading");
  const curve = {
    name: "ladder",
    title: "",
    axis: "",
    ordered: true,
    points: [{ label: "0", detail: false, campaigns: [{ ...EVALUATION_CAMPAIGN, accounts: 8, banPerDay: 0 }] }],
  };
  const { trials, honest } = await evaluateLog(folder, [curve], [1], () => {});
  expect(honest).toMatchObject([{ bed: "your log", accounts, classes: [{ name: "your log", accounts }] }]);
  expect(trials).toMatchObject([{ bed: "your log", score: { accounts: accounts + 8, distillers: 8 } }]);
});
