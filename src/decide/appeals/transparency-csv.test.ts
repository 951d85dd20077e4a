import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { decision } from "../decision.case.ts";
import { createTally } from "./transparency.ts";
import { transparencyCsv } from "./transparency-csv.ts";

const fromMs = Date.UTC(2026, 7, 1);
const toMs = Date.UTC(2026, 8, 1);

test("a report is a table that other programs read, without counts of fewer than ten", () => {
  const tally = createTally(fromMs, toMs);
  for (let count = 0; count < 20; count++) tally.decision(decision(), { account: "a", plan: 'pro "x", new' });
  for (let count = 0; count < 3; count++) tally.decision(decision({ action: "block" }), { account: "b", plan: "=1+1" });
  const rows: unknown = parse(transparencyCsv(tally.report()));
  expect(rows).toEqual(
    expect.arrayContaining([
      ["section", "name", "measure", "value"],
      ["period", "", "from", "2026-08-01T00:00:00.000Z"],
      ["decisions", "all", "count", "20"],
      ["action", "throttle", "count", "20"],
      ["action", "block", "count", "<10"],
      ["action", "tarpit", "count", "0"],
      ["days to answer", "", "median", ""],
      ["plan", 'pro "x", new', "decisions", "20"],
      ["plan", "'=1+1", "decisions", "<10"],
    ]),
  );
});
