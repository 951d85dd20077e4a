import { expect, it } from "vitest";
import { pageOf, wordsOn } from "./table.ts";
import type { Row, WorldResult } from "./table.ts";

const stillwatch: Row = {
  method: "Stillwatch",
  tunedFor: [],
  recall: 0.9,
  falsePositiveRate: 0,
  honestFlagged: 0,
  bcubedPrecision: 1,
  bcubedRecall: 0.8,
  seconds: 1,
};
const rival: Row = { ...stillwatch, method: "rival", tunedFor: ["F1"] };
const world = (row: Row): WorldResult => ({
  world: "world",
  exchanges: 1_000,
  accounts: 10,
  distillers: 5,
  stillwatch,
  rivals: [row],
});

it("says in words where a rival is better, and at what price", () => {
  expect(wordsOn(world({ ...rival, recall: 0.95, falsePositiveRate: 0.02 }))).toBe(
    "- world:\n  - **rival (F1)** is ahead in part: recall 0.950 against 0.900; but false-positive rate 2.00 % against 0.00 %.",
  );
  expect(wordsOn(world({ ...rival, recall: 0.95 }))).toContain("beats Stillwatch outright");
});

it("takes neither a draw nor silence for a merit", () => {
  const none = "- world: no rival is ahead in any measure.";
  expect(wordsOn(world(rival))).toBe(none);
  const loud = { ...stillwatch, falsePositiveRate: 0.01, honestFlagged: 1 };
  const silent = { ...rival, recall: 0, bcubedPrecision: null, bcubedRecall: 0 };
  expect(wordsOn({ ...world(silent), stillwatch: loud })).toBe(none);
});

it("has a row for every method on every world, and the reasons for what is missing", () => {
  const page = pageOf({ tunedOn: ["a", "b"], methods: [], worlds: [world(rival)], skipped: ["no such folder"] });
  expect(page.match(/^\| .*\| 0\.900 /gm)).toHaveLength(2);
  expect(page).toContain("no such folder.");
});
