import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profile, space } from "../candidates/profile.case.ts";
import { possibleMembers } from "./joining.ts";

const campaign = { source: "templates" as const, accounts: [0, 1, 2, 3, 4] };
const members = campaign.accounts.map((account) => profile(account, [1, 1, 1, 1, 0], 100));

describe("possible members", () => {
  it("are those who have done little, and are less like the members than they are each other", async () => {
    const little = profile(5, [1, 1, 0, 0, 3], 6);
    const much = profile(6, [1, 1, 0, 0, 3], 60);
    const stranger = profile(7, [0, 0, 0, 0, 1], 6);
    const possible = await possibleMembers([campaign], space(...members, little, much, stranger));
    expect([...possible]).toEqual([[campaign, [5]]]);
  });

  it("are asked about once, by the group that they are most like", async () => {
    const other = { source: "habits" as const, accounts: [10, 11, 12] };
    const theirs = other.accounts.map((account) => profile(account, [0, 0, 1, 1, 1], 100));
    const possible = await possibleMembers(
      [campaign, other],
      space(...members, ...theirs, profile(5, [0, 0, 1, 0, 1], 6)),
    );
    expect([...possible]).toEqual([[other, [5]]]);
  });

  it("are never members of a group, and no more than it has, the most alike first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }), {
          maxLength: 12,
        }),
        async (others) => {
          const newcomers = others.map((weights, i) => profile(20 + i, weights, 5));
          const possible = (await possibleMembers([campaign], space(...members, ...newcomers))).get(campaign) ?? [];
          const likeness = (account: number): number =>
            newcomers[account - 20]!.weights.slice(0, 4).reduce((sum, weight) => sum + weight, 0);
          expect(possible.length).toBeLessThanOrEqual(campaign.accounts.length);
          expect(possible.every((account) => account >= 20)).toBe(true);
          for (const [i, account] of possible.entries())
            expect(likeness(account)).toBeLessThanOrEqual(i === 0 ? Infinity : likeness(possible[i - 1]!) + 1e-6);
        },
      ),
    );
  });
});
