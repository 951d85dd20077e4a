import { expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import type { Candidate, Source } from "../candidates/candidate.ts";
import { groupCase, queueGroup } from "../observation/observation.case.ts";
import { strongestFirst } from "./strongest-first.ts";
import { judge } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

const observation = groupCase(queueGroup, seededRandom(1));
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const verdict = (source: Source, accounts: readonly number[], logE: number, convicted = true): Verdict => {
  const candidate: Candidate = { id: 0, source, accounts };
  return { ...judge({ observation, findings: [] }, 3), observation: { ...observation, candidate }, logE, convicted };
};
const order = (...verdicts: readonly Verdict[]) =>
  strongestFirst(verdicts).map(
    ({
      observation: {
        candidate: { source, accounts },
      },
    }) => `${source} ${accounts.length}`,
  );

it("has the surest groups first, and users of the same lines last", () => {
  const groups = [
    verdict("lines", range(0, 9), 9),
    verdict("habits", range(20, 24), 4),
    verdict("templates", range(30, 36), 6),
  ];
  expect(order(...groups, verdict("templates", range(40, 43), 12, false))).toEqual([
    "templates 7",
    "habits 5",
    "lines 10",
  ]);
});

it("has a group of words yield to one of templates that holds nearly all of it", () => {
  const words = verdict("habits", [...range(0, 95), ...range(200, 203)], 28);
  expect(order(words, verdict("templates", range(0, 95), 27))).toEqual(["templates 96", "habits 100"]);
  // A piece of it does not stand for it.
  expect(order(words, verdict("templates", range(0, 80), 27))).toEqual(["habits 100", "templates 81"]);
  expect(order(words, verdict("templates", range(0, 95), 2, false))).toEqual(["habits 100"]);
});
