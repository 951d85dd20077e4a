import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import { groupCase, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { Observation } from "../observation/observation.ts";
import { outliersOf } from "./outliers.ts";

/** Puts all tasks of one member into one template. */
function withLoner(group: Observation, position: number): Observation {
  const alone = (rows: readonly (readonly number[])[]) =>
    rows.map((row, i) => (i === position ? row.map((_, column) => (column === 0 ? 40 : 0)) : row));
  const { stream } = group.features;
  return {
    ...group,
    features: { ...group.features, stream: { ...stream, halves: [alone(stream.halves[0]), alone(stream.halves[1])] } },
  };
}

describe("outliers", () => {
  const nulls = learnNulls(honestGroups(31));
  const group = groupCase(queueGroup, seededRandom(1));

  it("are customers who use one of the campaign's templates only", () => {
    expect(outliersOf(withLoner(group, 7), nulls)).toEqual([7]);
  });

  it("are none where all draw from one queue", () => {
    expect(outliersOf(group, nulls)).toEqual([]);
  });

  it("are not those whom a rare payment or a resumed request ties to the others", () => {
    const token = { kind: "payment" as const, token: "pm_1", members: [3, 7], accounts: 2 };
    expect(outliersOf({ ...withLoner(group, 7), tokens: [token] }, nulls)).toEqual([]);
    const resumed = withLoner(group, 7).members.map((member, i) => (i === 7 ? { ...member, ties: [3] } : member));
    expect(outliersOf({ ...withLoner(group, 7), members: resumed }, nulls)).toEqual([]);
  });
});
