import fc from "fast-check";
import { expect, test } from "vitest";
import type { Appeal } from "../../model/appeal.ts";
import { decision } from "../decision.case.ts";
import { createTally } from "./transparency.ts";

const dayMs = 86_400_000;
const fromMs = Date.UTC(2026, 6, 1);
const toMs = Date.UTC(2026, 9, 1);
const iso = (ms: number): string => new Date(ms).toISOString();

function appeal(changes: Partial<Appeal>): Appeal {
  return {
    id: "p",
    account: "a",
    campaign: "c1",
    decisions: ["d1"],
    state: "open",
    opened: iso(fromMs),
    deadline: iso(fromMs + 7 * dayMs),
    changed: iso(fromMs),
    reviewer: null,
    answer: null,
    ...changes,
  };
}

const times = (count: number, work: (index: number) => void): void =>
  Array.from({ length: count }).forEach((_, index) => work(index));

test("it counts by action, category, outcome and cohort, in tens", () => {
  const tally = createTally(fromMs, toMs);
  const facts = { account: "a", plan: "build", verified: false, created: "2026-08-20T00:00:00Z" };
  times(104, () => tally.decision(decision(), facts));
  times(14, () => tally.decision(decision({ action: "challenge", category: "undeclared-use" }), null));
  times(50, () => tally.decision(decision({ created: iso(toMs) }), null));
  times(16, (day) => tally.appeal(appeal({ state: "upheld", changed: iso(fromMs + day * dayMs) }), facts));
  times(4, () => tally.appeal(appeal({ state: "rejected", changed: iso(fromMs + 40 * dayMs) }), facts));
  expect(tally.report()).toEqual({
    from: iso(fromMs),
    to: iso(toMs),
    decisions: 120,
    byAction: {
      observe: 0,
      challenge: 10,
      throttle: 100,
      degrade: 0,
      "hold-new-keys": 0,
      tarpit: 0,
      block: 0,
    },
    byCategory: { "coordinated-extraction": 100, "undeclared-use": 10, "manual-review": 0 },
    appeals: { open: 0, "under-review": 0, upheld: 20, rejected: null, withdrawn: 0, expired: 0 },
    daysToAnswer: { median: 9, ninetiethPercentile: 40 },
    cohorts: {
      plan: {
        build: { decisions: 100, appeals: 20, upheld: 20 },
        unknown: { decisions: 10, appeals: 0, upheld: 0 },
      },
      verified: {
        no: { decisions: 100, appeals: 20, upheld: 20 },
        unknown: { decisions: 10, appeals: 0, upheld: 0 },
      },
      tenure: {
        "under 30 days": { decisions: 100, appeals: 20, upheld: 20 },
        unknown: { decisions: 10, appeals: 0, upheld: 0 },
      },
    },
  });
});

test("no count below ten is told, and how long a few answers took isn't either", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), (few) => {
      const tally = createTally(fromMs, toMs);
      times(few, () => tally.decision(decision(), null));
      times(few, () => tally.appeal(appeal({ state: "upheld" }), null));
      const report = tally.report();
      expect(report.decisions).toBeNull();
      expect(report.byAction.throttle).toBeNull();
      expect(report.appeals.upheld).toBeNull();
      expect(report.daysToAnswer).toBeNull();
      expect(report.cohorts.plan["unknown"]).toEqual({ decisions: null, appeals: null, upheld: null });
    }),
  );
});

test("however many names of plans there are, the report stays short", () => {
  const tally = createTally(fromMs, toMs);
  times(1_000, (index) => tally.decision(decision(), { account: "a", plan: `plan-${index}` }));
  const plans = tally.report().cohorts.plan;
  expect(Object.keys(plans)).toHaveLength(21);
  expect(plans["others"]?.decisions).toBe(980);
});
