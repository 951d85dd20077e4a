import { describe, expect, it } from "vitest";
import { decision as aDecision } from "../../decide/decision.case.ts";
import type { Decision, DecisionDelta } from "../../model/decision.ts";
import { standingActions } from "./standing-actions.ts";

const nowMs = Date.UTC(2026, 0, 5);
const degrade = aDecision({ id: "one", account: "a", action: "degrade", campaign: "C" });
const challenge = aDecision({ id: "two", account: "a", action: "challenge", campaign: "C" });
let sequence = 0;
const made = (decision: Decision): DecisionDelta => ({ sequence: ++sequence, kind: "new", decision });
const ended = (decision: Decision): DecisionDelta => ({
  sequence: ++sequence,
  kind: "deleted",
  decision,
  cause: "released",
});
const actionsOf = (steps: readonly (readonly DecisionDelta[])[]): string[] => {
  const actions = standingActions();
  return steps.flatMap((deltas) => actions.follow(deltas, nowMs).map(({ account, action }) => `${account} ${action}`));
};

describe("what is done to an account in sum", () => {
  it("is the hardest of what is in force", () => {
    expect(actionsOf([[made(challenge)], [made(degrade)], [ended(degrade)]])).toEqual([
      "a challenge",
      "a degrade",
      "a challenge",
    ]);
  });

  it("ends with the last decision, and is told once", () => {
    expect(actionsOf([[made(degrade)], [made(degrade)], [ended(degrade)]])).toEqual(["a degrade", "a observe"]);
  });

  it("is nothing where decisions are held, and where one came and went within a step", () => {
    expect(actionsOf([[made({ ...degrade, simulated: true, held: "dry-run" })]])).toEqual([]);
    expect(actionsOf([[made(degrade), ended(degrade)]])).toEqual([]);
  });

  it("says from when on, for which campaign, and why", () => {
    expect(standingActions().follow([made({ ...degrade, reasons: ["because"] })], nowMs)).toEqual([
      { time: "2026-01-05T00:00:00.000Z", account: "a", action: "degrade", campaign: "C", reasons: ["because"] },
    ]);
  });
});
