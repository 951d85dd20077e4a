import { expect, test } from "vitest";
import { decision } from "../decision.case.ts";
import { blastRadius } from "./blast-radius.ts";
import type { Hit } from "./blast-radius.ts";

const nowMs = Date.UTC(2026, 7, 31);

test("accounts count once, under the hardest action, and who is only observed not at all", () => {
  const hit = (account: string, changes: Parameters<typeof decision>[0], facts: Partial<Hit["facts"]> | null): Hit => ({
    decision: decision({ account, ...changes }),
    facts: facts === null ? null : { account, ...facts },
    exchangesPerDay: 10,
  });
  const hits = [
    hit("a", {}, { organization: "o", plan: "build", verified: true, created: "2025-01-01T00:00:00Z" }),
    hit(
      "a",
      { action: "degrade", scope: { kind: "key", value: "k" } },
      { organization: "o", plan: "build", verified: true, created: "2025-01-01T00:00:00Z" },
    ),
    hit(
      "b",
      { simulated: true, held: "canary" },
      { organization: "o", plan: "build", created: "2026-08-01T00:00:00Z" },
    ),
    hit("c", { simulated: true, held: "waiting" }, null),
    hit("d", { action: "observe" }, { organization: "p" }),
  ];
  expect(blastRadius(hits, nowMs)).toEqual({
    total: {
      accounts: 3,
      organizations: 1,
      exchangesPerDay: 30,
      plans: { build: 2, unknown: 1 },
      verified: 1,
      tenured: 1,
    },
    byAction: {
      throttle: {
        accounts: 2,
        organizations: 1,
        exchangesPerDay: 20,
        plans: { build: 1, unknown: 1 },
        verified: 0,
        tenured: 0,
      },
      degrade: { accounts: 1, organizations: 1, exchangesPerDay: 10, plans: { build: 1 }, verified: 1, tenured: 1 },
    },
    held: { canary: 1, waiting: 1 },
  });
});

test("the many names of plans that a provider may have are cut short", () => {
  const hits = Array.from({ length: 50 }, (_, index): Hit => {
    const account = `a${index}`;
    return { decision: decision({ account }), facts: { account, plan: `plan-${index}` }, exchangesPerDay: 0 };
  });
  const { plans } = blastRadius(hits, nowMs).total;
  expect(Object.keys(plans)).toHaveLength(21);
  expect(plans["others"]).toBe(30);
});

test("nobody", () => {
  expect(blastRadius([], nowMs)).toEqual({
    total: { accounts: 0, organizations: 0, exchangesPerDay: 0, plans: {}, verified: 0, tenured: 0 },
    byAction: {},
    held: {},
  });
});
