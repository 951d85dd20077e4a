import { expect, it } from "vitest";
import { scoreAnswer } from "../../src/cli/evaluate/score.ts";
import type { Truth } from "../../src/model/truth.ts";
import { answerOf } from "./answer.ts";
import { rowFor } from "./table.ts";

const distiller = (account: string): Truth => ({ account, label: "distiller", campaign: "c", class: "campaign" });
const truth: readonly Truth[] = [
  distiller("a"),
  distiller("b"),
  { account: "c", label: "honest", class: "casual" },
  { account: "d", label: "honest", class: "office" },
];

it("suspects are flagged and clusters are campaigns for the scorer", () => {
  const answer = answerOf(
    new Map([
      ["a", { score: 3, cluster: "x" }],
      ["b", { score: 2, cluster: null }],
      ["c", { score: 2, cluster: "x" }],
    ]),
  );
  const run = { method: "rival", tunedFor: [], seconds: 1 };
  expect(rowFor(run, scoreAnswer(truth, answer))).toEqual({
    ...run,
    recall: 1,
    falsePositiveRate: 1 / 2,
    honestFlagged: 1,
    // One of the two in the group is a distiller, and sees one of two.
    bcubedPrecision: 1 / 4,
    bcubedRecall: 1 / 4,
  });
});
