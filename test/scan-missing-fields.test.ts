import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exchangeSchema } from "../src/model/exchange.ts";
import type { Exchange } from "../src/model/exchange.ts";
import { accountFactsSchema } from "../src/model/account.ts";
import type { AccountFacts } from "../src/model/account.ts";
import { accountScoreSchema } from "../src/model/report.ts";
import { truthSchema } from "../src/model/truth.ts";
import type { Truth } from "../src/model/truth.ts";
import { simulateWorld } from "../src/sim/simulate.ts";
import { records, scanLog } from "./scan.case.ts";

/** What a log may lack: left out of JSON. The facts are null where there is no file of them. */
interface Absence {
  readonly exchange?: { readonly [Field in keyof Exchange]?: undefined };
  readonly facts?: { readonly [Field in keyof AccountFacts]?: undefined } | null;
}

const noAddress = { ip: undefined, asn: undefined, country: undefined };

/** Where texts are missing is another test's. And the share of the campaigns' accounts that is found all the same, at least. */
const absences: readonly (readonly [name: string, absence: Absence, recallMin: number])[] = [
  ["addresses", { exchange: noAddress, facts: { signup_ip: undefined } }, 0.9],
  ["status codes", { exchange: { status: undefined, finish: undefined } }, 0.6],
  ["token counts", { exchange: { usage: undefined } }, 0.9],
  ["parameters", { exchange: { params: undefined } }, 0.9],
  ["facts of accounts", { facts: null }, 0.6],
  [
    "all but texts",
    {
      exchange: {
        ...noAddress,
        key: undefined,
        pathway: undefined,
        user_agent: undefined,
        ja4: undefined,
        end_user: undefined,
        params: undefined,
        usage: undefined,
        status: undefined,
        finish: undefined,
        response: undefined,
      },
      facts: null,
    },
    0.25,
  ],
];

let folder: string;
let truth: readonly Truth[];
let exchanges: readonly Exchange[];
let facts: readonly AccountFacts[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-missing-test-"));
  const world = join(folder, "world");
  await simulateWorld({ out: world, scenario: "demo", seed: 31, scale: 0.5 });
  truth = await records(join(world, "truth.ndjson"), (value) => truthSchema.parse(value));
  exchanges = await records(join(world, "exchanges-000.ndjson"), (value) => exchangeSchema.parse(value));
  facts = await records(join(world, "accounts.ndjson"), (value) => accountFactsSchema.parse(value));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = (path: string, rows: readonly object[]): Promise<void> =>
  writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

it.each(absences)(
  "flags no honest account where %s are missing, and finds the campaigns that still can be",
  async (name, absence, recallMin) => {
    const log = join(folder, name);
    await mkdir(log);
    await write(
      join(log, "exchanges-000.ndjson"),
      exchanges.map((exchange) => ({ ...exchange, ...absence.exchange })),
    );
    if (absence.facts !== null)
      await write(
        join(log, "accounts.ndjson"),
        facts.map((row) => ({ ...row, ...absence.facts })),
      );
    const out = join(folder, `${name}-report`);
    await scanLog(log, out);
    const scores = await records(join(out, "accounts.ndjson"), (value) => accountScoreSchema.parse(value));
    const flagged = new Set(scores.filter(({ action }) => action !== "observe").map(({ account }) => account));
    const distillers = truth.filter(({ label }) => label === "distiller");
    const found = distillers.filter(({ account }) => flagged.has(account));
    expect(flagged.size - found.length).toBe(0);
    expect(found.length / distillers.length).toBeGreaterThanOrEqual(recallMin);
  },
);
