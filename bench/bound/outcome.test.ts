import { expect, it } from "vitest";
import { judge } from "../../src/detect/campaigns/verdict.ts";
import type { Finding } from "../../src/detect/family.ts";
import { groupCase } from "../../src/detect/observation/observation.case.ts";
import { seededRandom } from "../../src/kit/random.ts";
import { outcomeAt } from "./outcome.ts";
import type { Group } from "./outcome.ts";

const observation = groupCase({ accounts: 6, tasks: 20, likeness: 1, loadSpread: 1 }, seededRandom(1));

function group(kind: Group["kind"], logEs: Partial<Record<Finding["family"], number>>): Group {
  const findings = (["twins", "infrastructure", "intent"] as const).map((family): Finding => ({
    family,
    logE: logEs[family] ?? 0,
    evidence: [],
  }));
  return { kind, verdict: judge({ observation, findings }, 0) };
}

it("asks more of a lower rate, and the rules on families on top of e-BH", () => {
  const groups = [
    group("hand", { twins: 3, infrastructure: 2, intent: 5 }),
    group("strangers", { infrastructure: 6 }),
    group("mixed", { twins: 1, infrastructure: 1.4 }),
    group("strangers", {}),
  ];
  const strict = outcomeAt(0.01, groups);
  expect(strict.passed).toEqual({ groups: 3, mixed: 1, strangers: 1 });
  expect(strict.coordinated).toEqual({ groups: 2, mixed: 1, strangers: 0 });
  expect(strict.convicted).toEqual({ groups: 1, mixed: 0, strangers: 0 });
  const stricter = outcomeAt(0.001, groups);
  expect(stricter.coordinated).toEqual({ groups: 1, mixed: 0, strangers: 0 });
});

it("keeps a bar for users of the same lines and another for the rest, as a scan does", () => {
  const sure = group("strangers", { infrastructure: 6 });
  const candidate = { ...observation.candidate, source: "lines" as const };
  const ofLines = { ...sure, verdict: { ...sure.verdict, observation: { ...observation, candidate } } };
  const weaker = group("strangers", { infrastructure: 2.3 });
  // One that is sure lowers the bar for the others of its kind only.
  expect(outcomeAt(0.01, [sure, weaker]).passed.groups).toBe(2);
  expect(outcomeAt(0.01, [ofLines, weaker]).passed.groups).toBe(2);
  expect(outcomeAt(0.01, [ofLines, weaker, group("hand", {})]).passed.groups).toBe(1);
});

it("finds nothing where nothing was examined", () => {
  expect(outcomeAt(0.5, []).passed.groups).toBe(0);
});
