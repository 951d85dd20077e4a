import fc from "fast-check";
import { expect, test } from "vitest";
import { standing } from "../standing.case.ts";
import { ownSummary } from "./own-summary.ts";

test("the customer reads of the own traffic only", () => {
  expect(ownSummary(standing()).sentences).toEqual([
    "Your account sent tens of requests a day.",
    "Most of them, hundreds of tasks in all, asked for material of the kind in question.",
    "What they asked for could teach another model: reasoning.",
  ]);
});

test("nothing of others, no score and no evidence is in it", () => {
  const one = standing();
  const other = standing({
    score: 0.6,
    joined: "later",
    reasons: ["something else"],
    campaign: {
      ...one.campaign,
      id: "c2",
      accounts: 9_000,
      confidence: 0.8,
      verdicts: { coordinated: 0.7, extractive: 0.8, unauthorised: 0.6 },
      families: { infrastructure: 4 },
    },
    carriers: [{ kind: "tls", value: "t13d", members: 1, strangers: 0 }],
  });
  expect(ownSummary(other)).toEqual(ownSummary(one));
});

test("asking again after a little more traffic tells nothing new: there are few answers", () => {
  const answers = new Set<string>();
  fc.assert(
    fc.property(
      fc.nat(5_000_000),
      fc.nat(5_000_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (daily, tasks, share) => {
        answers.add(ownSummary(standing({ exchanges_per_day: daily, harvest: { tasks, share } })).sentences.join(" "));
      },
    ),
    { numRuns: 5_000 },
  );
  expect(answers.size).toBeLessThanOrEqual(5 * 5 * 4);
});
