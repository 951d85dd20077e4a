import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { groupCase, honestGroup, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { GroupCase } from "../observation/observation.case.ts";
import { FEATURE_KINDS } from "../observation/count-table.ts";
import type { Observation } from "../observation/observation.ts";
import { concentrationsAbove, concentrationsBelow, fitConcentration, learnNulls, meanShares } from "./nulls.ts";

const groups = (count: number, group: GroupCase): Observation[] =>
  Array.from({ length: count }, (_, i) => groupCase(group, seededRandom(`nulls/${i}`)));

/** Neighbours among the concentrations that are tried are about three times each other. */
const gridStep = 3.2;

const ordinary = honestGroups(4, 30);
const learnt = await learnNulls(ordinary);

describe("nulls", () => {
  it("come near to how alike the members of ordinary groups are", () => {
    // The made-up groups have a concentration of 6 in all features, and loads that spread by one.
    for (const kind of ["stream", "model", "params", "output", "hour"] as const) {
      expect(learnt.concentration[kind]).toBeGreaterThanOrEqual(6 / gridStep);
      expect(learnt.concentration[kind]).toBeLessThanOrEqual(6 * gridStep);
    }
    expect(learnt.loadSpread).toBeGreaterThan(0.7);
    expect(learnt.loadSpread).toBeLessThan(1.3);
  });

  it("follow a log whose customers differ more", async () => {
    const wide = await learnNulls(groups(30, { accounts: 20, tasks: 60, likeness: 2, loadSpread: 1 }));
    for (const kind of ["stream", "model", "params"] as const)
      expect(wide.concentration[kind]).toBeLessThan(learnt.concentration[kind]);
  });

  it("are priors where there is nothing to learn from", async () => {
    const prior = await learnNulls([]);
    expect(await learnNulls(groups(10, { ...queueGroup, accounts: 3 }))).toEqual(prior);
    expect((await learnNulls(groups(10, { ...queueGroup, tasks: 2, loadSpread: 0 }))).concentration).toEqual(
      prior.concentration,
    );
    expect(prior.loadSpread).toBeCloseTo(0.9, 12);
  });

  it("give groups with little data little say", async () => {
    const small: GroupCase = { accounts: 5, tasks: 4, likeness: 2000, loadSpread: 0 };
    const withSmall = await learnNulls([...ordinary, ...groups(30, small)]);
    expect(withSmall.concentration).toEqual(learnt.concentration);
    // As many groups with more to tell do move it.
    const withLarge = await learnNulls([
      ...ordinary,
      ...groups(45, { ...small, accounts: 20, tasks: 60, likeness: 25 }),
    ]);
    expect(withLarge.concentration.stream).toBeGreaterThan(learnt.concentration.stream);
  });

  it("are not bent by one huge tight group among ordinary ones", async () => {
    const small = groups(30, { accounts: 8, tasks: 24, likeness: 6, loadSpread: 1 });
    const huge = groupCase({ ...queueGroup, accounts: 600, tasks: 100 }, seededRandom(9));
    const straight = await learnNulls(small);
    const bent = await learnNulls([...small, huge]);
    for (const kind of FEATURE_KINDS) {
      expect(bent.concentration[kind] / straight.concentration[kind]).toBeLessThan(gridStep);
      expect(straight.concentration[kind] / bent.concentration[kind]).toBeLessThan(gridStep);
    }
    expect(Math.abs(bent.loadSpread - straight.loadSpread)).toBeLessThan(0.2);
  });

  it("stay near the prior in a log full of one attacker", async () => {
    const prior = await learnNulls([]);
    const flooded = await learnNulls(groups(40, { ...queueGroup, accounts: 12, tasks: 40 }));
    for (const kind of FEATURE_KINDS)
      expect(flooded.concentration[kind]).toBeLessThanOrEqual(8 * gridStep * prior.concentration[kind]);
    expect(flooded.loadSpread).toBeGreaterThanOrEqual(0.5);
  });
});

describe("concentrations", () => {
  it("above and below an ordinary one are clearly so, and never the same", () => {
    for (const value of [0.8, 3, 7.5, 100, 700]) {
      const above = concentrationsAbove(value);
      const below = concentrationsBelow(value);
      expect(above.length).toBeGreaterThan(0);
      expect(below.length).toBeGreaterThan(0);
      expect(Math.min(...above)).toBeGreaterThanOrEqual(2 * value);
      expect(Math.max(...below)).toBeLessThanOrEqual(value / 2);
      // Nothing that could be is left out: the next one is not far.
      expect(Math.min(...above)).toBeLessThanOrEqual(2 * gridStep * value);
      expect(Math.max(...below)).toBeGreaterThanOrEqual(value / (2 * gridStep));
    }
  });

  it("are none where an ordinary one is at the end of the scale", () => {
    expect(concentrationsAbove(1e6)).toEqual([]);
    expect(concentrationsBelow(0.1)).toEqual([]);
  });

  it("are fitted to what the counts were drawn with", () => {
    for (const likeness of [1, 8, 60]) {
      const drawn = groupCase({ accounts: 60, tasks: 200, likeness, loadSpread: 0 }, seededRandom(`fit/${likeness}`));
      const { stream } = drawn.features;
      const fitted = fitConcentration(stream.halves[1], meanShares(stream, 0)) ?? Number.NaN;
      expect(fitted / likeness).toBeGreaterThan(1 / gridStep);
      expect(fitted / likeness).toBeLessThan(gridStep);
    }
  });

  it("can't be fitted where nobody has two tasks, or there is one value only", () => {
    const once = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? [1, 0] : [0, 1]));
    expect(fitConcentration(once, [0.5, 0.5])).toBeNull();
    expect(fitConcentration([[9], [9], [9], [9]], [1])).toBeNull();
  });

  it("rise with how alike ordinary groups are, beyond the reach of the prior as well", async () => {
    const streamOf = async (likeness: number): Promise<number> =>
      (await learnNulls(groups(30, { ...honestGroup, tasks: 100, likeness }))).concentration.stream;
    expect(await streamOf(200)).toBeGreaterThanOrEqual(await streamOf(20));
  });
});
