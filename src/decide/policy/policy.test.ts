import { expect, test } from "vitest";
import { holds } from "./condition.ts";
import type { Condition } from "./condition.ts";
import { stepAt } from "./policy.ts";
import type { Rule } from "./policy.ts";
import { situationOf } from "./situation.ts";
import { standing } from "../standing.case.ts";

const nowMs = Date.UTC(2026, 7, 31);
const facts = {
  account: "a",
  created: "2026-08-01T00:00:00Z",
  plan: "build",
  declared_use: "research",
  verified: false,
};
const known = situationOf(standing(), facts, nowMs);
const unknown = situationOf(standing(), null, nowMs);

test.each<[Condition, boolean]>([
  [{}, true],
  [{ status: "released" }, false],
  [{ joined: "convicted" }, true],
  [{ joined: "later" }, false],
  [{ confidence: { "at-least": 0.95 } }, true],
  [{ confidence: { below: 0.95 } }, false],
  [{ extractive: { "at-least": 0.5, below: 0.9 } }, false],
  [{ accounts: { "at-least": 40, below: 41 } }, true],
  [{ families: { "at-least": 2, strength: 3 } }, true],
  [{ families: { "at-least": 2, strength: 3.1 } }, false],
  [{ families: { "at-least": 1, strength: 1, among: ["intent", "infrastructure"] } }, false],
  [{ capabilities: ["coding", "reasoning"] }, true],
  [{ capabilities: ["coding"] }, false],
  [{ "harvest-tasks": { "at-least": 100 }, "harvest-share": { "at-least": 0.8 } }, true],
  [{ "tenure-days": { "at-least": 30, below: 31 } }, true],
  [{ plan: ["free"] }, false],
  [{ plan: ["free", "build"], "declared-use": ["research"], verified: false }, true],
])("%j", (condition, expected) => {
  expect(holds(condition, known)).toBe(expected);
});

test.each<Condition>([
  { plan: ["build"] },
  { "declared-use": ["research"] },
  { verified: false },
  { verified: true },
  { "tenure-days": { below: 10_000 } },
])("what is not known about an account fits no condition: %j", (condition) => {
  expect(holds(condition, unknown)).toBe(false);
});

test("a rule that asks for nothing is about members, and another may be about those who were let go", () => {
  const released = situationOf(standing({ status: "released" }), null, nowMs);
  expect(holds({}, released)).toBe(false);
  expect(holds({ status: "released", score: { "at-least": 0.9 } }, released)).toBe(true);
});

test("the hardest step that is due is taken", () => {
  const step = (afterMs: number, action: "observe" | "challenge" | "block") =>
    ({ afterMs, ttlMs: 1, action, parameters: {} }) as const;
  const rule: Rule = {
    id: "r",
    title: "t",
    when: {},
    category: "manual-review",
    scope: "account",
    canaryPercent: 100,
    steps: [step(0, "observe"), step(10, "challenge"), step(20, "block")],
  };
  expect([-5, 0, 9, 10, 19, 20, 1e9].map((ms) => stepAt(rule, ms).action)).toEqual([
    "observe",
    "observe",
    "observe",
    "challenge",
    "challenge",
    "block",
    "block",
  ]);
});
