import { expect, it } from "vitest";
import type { LogRecord, Outcome } from "./record.ts";
import { eValuesOf, rateOf, summarise } from "./summary.ts";

const none = { groups: 0, mixed: 0, strangers: 0 };
const outcome = (over: Partial<Outcome>): Outcome => ({
  rate: 0.01,
  passed: none,
  coordinated: none,
  convicted: none,
  ...over,
});

it("takes the mean over logs of the false share, with a log in which nothing is found as zero", () => {
  const found = { groups: 4, mixed: 1, strangers: 1 };
  const { coordinated, convicted } = rateOf([outcome({ coordinated: found }), outcome({})], 0.01);
  expect(coordinated.wrong.mean).toBe(0.25);
  expect(coordinated.strangers.mean).toBe(0.125);
  expect(coordinated.groups).toEqual(found);
  expect(convicted.mean).toBe(0);
  expect(convicted.interval.low).toBe(0);
  expect(convicted.interval.high).toBeGreaterThan(0.5);
});

it("counts how often an e-value of strangers is as large as it may rarely be", () => {
  const strangers = [0.5, 1, 2.5, -1].map((logE) => ({ kind: "strangers" as const, logE, coordinated: false }));
  const summary = eValuesOf("strangers", [...strangers, { kind: "hand", logE: 9, coordinated: true }]);
  expect(summary.groups).toBe(4);
  expect(summary.exceedances.map(({ share }) => share)).toEqual([0.5, 0.25, 0, 0]);
});

const partly: LogRecord["candidates"][number] = {
  accounts: 4,
  classes: "relay 3, casual 1",
  kind: "mixed",
  handShare: 0.75,
  source: "templates",
  logE: 5,
  families: { twins: 5 },
  coordinated: true,
  convicted: false,
};

it("compares logs that lack something with the same logs when whole", () => {
  const log = (seed: number, lack: LogRecord["lack"], strangers: number): LogRecord => ({
    world: "w",
    seed,
    large: false,
    lack,
    accounts: 10,
    exchanges: 100,
    campaigns: [],
    candidates: strangers === 0 ? [] : [partly],
    outcomes: [outcome({ coordinated: { groups: 1, mixed: 0, strangers } })],
  });
  const summary = summarise([log(1, "nothing", 0), log(1, "facts", 1), log(2, "nothing", 1)], 0.01);
  expect(summary.logs).toBe(2);
  expect(summary.rates[0]?.coordinated.strangers.mean).toBe(0.5);
  expect(summary.lenience.map(({ wrong }) => wrong.mean)).toEqual([0.5, 0.5, 0, 0]);
  const facts = summary.lacks.find(({ lack }) => lack === "facts");
  expect(facts?.logs).toBe(1);
  expect(facts?.lacking.coordinated.strangers.mean).toBe(1);
  expect(facts?.whole.coordinated.strangers.mean).toBe(0);
});

it("counts of large logs the accounts in campaigns, and nothing else", () => {
  const found = { accounts: 30, classes: "relay 30", kind: "hand" as const, handShare: 1 };
  const log = (large: boolean, lack: LogRecord["lack"], campaigns: LogRecord["campaigns"]): LogRecord => ({
    world: "w",
    seed: 1,
    large,
    lack,
    accounts: large ? 10_000 : 500,
    exchanges: 100,
    campaigns,
    candidates: [partly],
    outcomes: [outcome({})],
  });
  const summary = summarise(
    [log(false, "nothing", []), log(true, "nothing", []), log(true, "facts", [found, found])],
    0.01,
  );
  expect(summary.logs).toBe(1);
  expect(summary.accounts).toBe(500);
  expect(summary.large).toEqual([
    { lack: "nothing", logs: 1, accounts: 10_000, convicted: 0 },
    { lack: "facts", logs: 1, accounts: 10_000, convicted: 60 },
  ]);
  expect(summary.campaigns).toHaveLength(2);
});
