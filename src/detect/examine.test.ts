import { describe, expect, it } from "vitest";
import { seededRandom } from "../kit/random.ts";
import { examine } from "./examine.ts";
import { groupCase, honestGroup, honestGroups } from "./observation/observation.case.ts";
import type { Observation } from "./observation/observation.ts";

/** Groups as alike as a queue's, whose refused requests come again at each other's. */
const tied = Array.from({ length: 20 }, (_, i): Observation => {
  const group = groupCase({ ...honestGroup, likeness: 90 }, seededRandom(`tied/${i}`));
  const members = group.members.map((member) => ({ ...member, account: `tied-${i}-${member.index}` }));
  return { ...group, members: members.map((member) => ({ ...member, refused: 3, resumed: 2 })) };
});
const accountsOf = (groups: readonly Observation[]): string[] =>
  groups.flatMap(({ members }) => members.map(({ account }) => account));

/** How alike groups are taken to be in their answers' length, once these accounts have been cleared. */
async function learnt(cleared: readonly string[], groups = tied): Promise<number> {
  const observations = [...honestGroups(3, 6), ...groups];
  const observer = { observe: () => Promise.resolve(observations) };
  const { nulls } = await examine(observer, [], { intents: [], cleared: new Set(cleared) });
  return nulls.concentration.output;
}

describe("what is ordinary", () => {
  it("is not learnt of groups that something ties together", async () => {
    expect(await learnt([])).toBe(await learnt([], []));
  });

  it("is learnt of them once persons have cleared half of their accounts", async () => {
    const accounts = accountsOf(tied);
    const half = accounts.filter((_, i) => i % 2 === 0);
    expect(await learnt(half)).toBeGreaterThan(await learnt([]));
    expect(await learnt(half)).toBe(await learnt(accounts));
    expect(await learnt(accounts.filter((_, i) => i % 3 === 0))).toBe(await learnt([]));
  });
});
