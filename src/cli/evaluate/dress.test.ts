import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { EVALUATION_BACKGROUND, EVALUATION_CAMPAIGN } from "../../sim/evaluation.ts";
import { simulateWorld } from "../../sim/simulate.ts";
import { type Dress, dressWorld } from "./dress.ts";

let root: string;
let made: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-dress-"));
  made = join(root, "made");
  const campaigns = [{ ...EVALUATION_CAMPAIGN, accounts: 6 }];
  const scenario = { ...EVALUATION_BACKGROUND, days: 2, honestAccounts: 0, mix: {}, campaigns };
  await simulateWorld({ out: made, scenario, seed: 1, scale: 1 });
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const line = z.looseObject({ id: z.string().optional(), model: z.string().optional() });

async function dressed(name: string, dress: Dress | null) {
  const to = join(root, name);
  await mkdir(to);
  await dressWorld(made, to, dress);
  const text = await readFile(join(to, "exchanges-injected.ndjson"), "utf8");
  const exchanges = text
    .trim()
    .split("\n")
    .map((row) => line.parse(JSON.parse(row)));
  return { files: (await readdir(to)).toSorted(), exchanges };
}

const LOG: Dress = {
  startMs: 0,
  days: 2,
  models: ["ours-small", "ours-large"],
  clients: [{ user_agent: "curl/8", ja4: "", pathway: "api", accounts: 3 }],
  exchangeFields: new Set(["user_agent", "pathway", "messages", "status"]),
  factFields: new Set(),
};

it("only renames exchanges that go into a world of the simulator's own", async () => {
  const { files, exchanges } = await dressed("plain", null);
  expect(files).toEqual(["accounts.ndjson", "exchanges-injected.ndjson"]);
  expect(exchanges.every(({ id, model }) => id!.startsWith("injected-ex-") && model!.startsWith("meridian"))).toBe(
    true,
  );
});

it("takes the models, clients and fields of the log, and gives no facts where it has none", async () => {
  const { files, exchanges } = await dressed("log", LOG);
  expect(files).toEqual(["exchanges-injected.ndjson"]);
  const fields = new Set(exchanges.flatMap((exchange) => Object.keys(exchange)));
  expect([...fields].toSorted()).toEqual(
    ["account", "id", "messages", "model", "pathway", "status", "time", "user_agent"].toSorted(),
  );
  expect(exchanges.every(({ model }) => LOG.models.includes(model!))).toBe(true);
  expect(new Set(exchanges.map((exchange) => exchange["user_agent"]))).toEqual(new Set(["curl/8"]));
});
