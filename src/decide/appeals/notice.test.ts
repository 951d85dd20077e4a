import { expect, test } from "vitest";
import { DECISION_ACTIONS, REASON_CATEGORIES } from "../../model/decision.ts";
import type { ActionParameters } from "../../model/decision.ts";
import { FAMILIES } from "../../model/report.ts";
import { decision } from "../decision.case.ts";
import { endNoticeOf, isOver, noticeOf } from "./notice.ts";

const url = "https://example.com/appeals/{reference}";
const parameters: ActionParameters = {
  requests_per_minute: 20,
  burst: 10,
  delay_ms: 500,
  withhold: ["reasoning", "samples"],
};

test("the customer reads what happens, why in broad terms, until when, and how to object", () => {
  expect(noticeOf(decision({ id: "7Q2M-X/1" }), url)).toEqual({
    reference: "7Q2M-X/1",
    category: "coordinated-extraction",
    reason: expect.stringContaining("coordinated effort"),
    restriction: "At most 20 requests a minute are answered, 10 at once.",
    since: "2026-08-30T00:00:00.000Z",
    until: "2026-09-02T00:00:00.000Z",
    appeal: {
      url: "https://example.com/appeals/7Q2M-X%2F1",
      until: "2027-03-01T00:00:00.000Z",
      answeredWithinDays: 7,
    },
  });
});

test("what is withheld is named", () => {
  const degraded = decision({ action: "degrade", parameters: { withhold: ["reasoning", "samples"] } });
  expect(noticeOf(degraded, url)?.restriction).toBe(
    "These are not given: reasoning traces, several answers to one request. All else works.",
  );
});

test("nobody is told of what isn't done to him", () => {
  expect(noticeOf(decision({ action: "observe" }), url)).toBeNull();
  expect(noticeOf(decision({ simulated: true, held: "canary" }), url)).toBeNull();
});

test("what the kill switch took out of force is still told to whoever asks for it", () => {
  expect(noticeOf(decision({ simulated: true, held: "suspended" }), url)).toEqual(noticeOf(decision(), url));
});

test("no notice tells which signal fired, of which campaign, or by which rule: it depends on category and action only", () => {
  for (const category of REASON_CATEGORIES)
    for (const action of DECISION_ACTIONS.filter((one) => one !== "observe")) {
      const plain = decision({ category, action, parameters });
      const other = decision({
        category,
        action,
        parameters,
        campaign: "another",
        reasons: ["its loads are as even as if dealt out", "rare payment token"],
        policy: { name: "strict", rule: "newcomer", version: "ffff" },
      });
      const text = JSON.stringify(noticeOf(plain, url));
      expect(JSON.stringify(noticeOf(other, url))).toBe(text);
      for (const word of [...FAMILIES, "c1", "convicted", "default", "disjoint"]) expect(text).not.toContain(word);
    }
});

test("an end is told where nothing takes the place of what has ended", () => {
  const at = "2026-08-31T00:00:00.000Z";
  const ended = endNoticeOf({ decision: decision(), ended: { at, cause: "appeal" } });
  expect(ended).toEqual({
    reference: "d1",
    category: "coordinated-extraction",
    restriction: "At most 20 requests a minute are answered, 10 at once.",
    since: "2026-08-30T00:00:00.000Z",
    ended: at,
    reason: "We were wrong, as an appeal has shown.",
  });
  expect(endNoticeOf({ decision: decision(), ended: null })).toBeNull();
  expect(endNoticeOf({ decision: decision({ action: "observe" }), ended: { at, cause: "expired" } })).toBeNull();
  const causes = ["expired", "replaced", "released", "appeal", "kill-switch", "manual", "retraction"] as const;
  expect(causes.filter((cause) => !isOver(cause))).toEqual(["replaced", "kill-switch"]);
  for (const cause of causes)
    expect(endNoticeOf({ decision: decision(), ended: { at, cause } }) !== null).toBe(isOver(cause));
});
