import { expect, it } from "vitest";
import { HELD_OUT_PIPELINES } from "../../sim/pipeline/phrases.ts";
import { SCENARIOS } from "../../sim/scenario.ts";
import { CURVES, PLAN_DEFAULT, PLAN_NAMES, planBeds, planInjections } from "./plan.ts";

it("names curves, points and scenarios without a double", () => {
  expect(new Set(PLAN_NAMES).size).toBe(PLAN_NAMES.length);
  expect(PLAN_DEFAULT.every((name) => PLAN_NAMES.includes(name))).toBe(true);
  for (const { points } of CURVES) {
    expect(new Set(points.map(({ label }) => label)).size).toBe(points.length);
    for (const { campaigns } of points) expect(new Set(campaigns.map(({ id }) => id)).size).toBe(campaigns.length);
  }
});

it("runs every curve on every scale of the background, and scenarios with their own campaigns", () => {
  const beds = planBeds({ names: ["ladder", "jitter", "disclosed", "relay"], scales: [1, 10], quick: false });
  expect(beds.map(({ scenario, scale, curves }) => [scenario.name, scale, curves.map(({ name }) => name)])).toEqual([
    ["evaluation", 1, ["ladder", "jitter"]],
    ["evaluation", 10, ["ladder", "jitter"]],
    ["disclosed", 1, ["disclosed"]],
    ["disclosed", 10, ["disclosed"]],
    ["relay", 1, []],
    ["relay", 10, []],
  ]);
});

it("climbs only the ladder in more traffic where time is short", () => {
  const beds = planBeds({ names: ["ladder", "jitter", "disclosed"], scales: [1, 10], quick: true });
  expect(beds.map(({ scenario, scale, curves }) => [scenario.name, scale, curves.map(({ name }) => name)])).toEqual([
    ["evaluation", 1, ["ladder", "jitter"]],
    ["evaluation", 10, ["ladder"]],
    ["disclosed", 0.25, ["disclosed"]],
  ]);
});

it("keeps the ends of every curve when it is quick", () => {
  const ends = (quick: boolean): (string | undefined)[][] =>
    planInjections(PLAN_DEFAULT, quick)
      .filter(({ name }) => name !== "ladder-waiting")
      .map(({ points }) => [points[0]?.label, points.at(-1)?.label]);
  expect(ends(true).map(([, last]) => last)).toEqual(ends(false).map(([, last]) => last));
  const points = (quick: boolean): number =>
    planInjections(PLAN_DEFAULT, quick).reduce((sum, curve) => sum + curve.points.length, 0);
  expect(points(true)).toBeLessThan(points(false));
});

it("climbs to every step with a target when it is quick, with the pipelines that are held out", () => {
  const [ladder] = planInjections(["ladder-held-out"], true);
  expect(ladder?.points.map(({ label }) => label)).toEqual(["0", "2", "3", "4", "5"]);
  for (const { campaigns } of ladder!.points)
    expect(campaigns.flatMap(({ pipelines }) => pipelines.map(([name]) => name))).toEqual(HELD_OUT_PIPELINES);
});

it("tries each pipeline alone, and says which are held out", () => {
  const labels = CURVES.find(({ name }) => name === "pipelines")!.points.map(({ label }) => label);
  expect(labels.filter((label) => label.endsWith("(held out)"))).toEqual(
    HELD_OUT_PIPELINES.map((name) => `${name} (held out)`),
  );
  expect(labels).toEqual(expect.arrayContaining(["reasoning", "dialogue", "preference"]));
});

it("keeps the total while it spreads a campaign over more accounts", () => {
  const totals = CURVES.find(({ name }) => name === "spread")!.points.map(({ campaigns: [spec] }) =>
    Math.round(spec!.accounts * spec!.exchangesPerAccountDay * (14 - spec!.startDay)),
  );
  for (const total of totals) expect(Math.abs(total / totals[0]! - 1)).toBeLessThan(0.02);
});

it("leaves the simulator's scenarios as they are", () => {
  const [bed] = planBeds({ names: ["disclosed"], scales: [1], quick: false });
  expect(bed?.curves[0]?.points[0]?.campaigns).toEqual(SCENARIOS.find(({ name }) => name === "disclosed")?.campaigns);
});
