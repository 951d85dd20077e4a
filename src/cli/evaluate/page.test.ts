import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { attribute, byTag, elementsOf, textOf } from "../../../test/fixtures/report/dom.ts";
import { CURVE, EVALUATION, trialOf } from "./evaluation.case.ts";
import { renderEvaluationPage } from "./page.ts";
import { summarise } from "./summary.ts";

const HOSTILE = `</script><img src=x onerror="alert(1)">`;
const settings = { command: HOSTILE, source: "simulated" } as const;
const page = renderEvaluationPage(summarise([CURVE], EVALUATION), settings);

it("loads nothing, runs nothing but its own script, and shows what it is given as text", () => {
  const elements = elementsOf(page);
  expect(byTag(elements, "img")).toEqual([]);
  expect(byTag(elements, "script")).toHaveLength(1);
  expect(page.match(/(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
  const meta = byTag(elements, "meta").find((element) => attribute(element, "http-equiv") !== null);
  const [style] = byTag(elements, "style");
  const hash = createHash("sha256").update(textOf(style!)).digest("base64");
  expect(attribute(meta!, "content")).toContain(`'sha256-${hash}'`);
});

it("draws a chart for each background, with every point and the line between them", () => {
  const charts = byTag(elementsOf(page), "svg").filter((svg) => attribute(svg, "role") === "img");
  expect(charts).toHaveLength(2);
  const [chart] = charts;
  expect(textOf(chart!)).toContain("5: recall 30 %");
  expect(page.match(/class="mark-recall"/g)).toHaveLength(4);
  expect(page.match(/class="line line-recall"/g)).toHaveLength(2);
});

it("joins no lines where the points have no order, and copes with a single one", () => {
  const curve = { ...CURVE, ordered: false, points: CURVE.points.slice(0, 1) };
  const alone = { trials: [trialOf("ladder", "0", 0)], honest: [] };
  const single = renderEvaluationPage(summarise([curve], alone), settings);
  expect(single).not.toContain('class="line line-recall"');
  expect(single).not.toContain("NaN");
});
