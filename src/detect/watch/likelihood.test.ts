import { describe, expect, it } from "vitest";
import { isMember, marksLogE } from "./likelihood.ts";
import type { CampaignMarks, Shown } from "./likelihood.ts";

/** A campaign of 50 whose templates some strangers use one of, among 9,950 others. */
const marks: CampaignMarks = {
  members: 50,
  others: 9_950,
  membersByTemplates: [50, 50, 48, 40],
  othersByTemplates: [9_950, 12, 0, 0],
  membersResumed: 30,
  othersResumed: 0,
  membersTraced: 35,
  othersTraced: 1,
};
const nothing: Shown = { templates: 0, resumed: false, traced: null };
const joins = (shown: Partial<Shown>, of = marks): boolean => isMember(of, marksLogE(of, { ...nothing, ...shown }));

describe("a newcomer", () => {
  it("joins by two families of what marks the campaign", () => {
    expect(joins({ templates: 1, traced: "identity" })).toBe(true);
    expect(joins({ templates: 2, resumed: true })).toBe(true);
  });

  it("does not join by its templates alone, nor by what it shares with a member alone", () => {
    expect(joins({ templates: 1 })).toBe(false);
    expect(joins({ templates: 3 })).toBe(false);
    expect(joins({ traced: "identity" })).toBe(false);
  });

  it("does not join by one template and the address of a place where it may have been passed around", () => {
    expect(joins({ templates: 1, traced: "address" })).toBe(false);
    expect(joins({ templates: 2, traced: "address" })).toBe(true);
  });

  it("does not join by marks that strangers have as well", () => {
    const common = { ...marks, othersByTemplates: [9_950, 900, 300, 0], othersTraced: 400 };
    expect(joins({ templates: 1, traced: "identity" }, common)).toBe(false);
  });

  it("does not join by marks that members do not have", () => {
    expect(joins({ templates: 1, resumed: true }, { ...marks, membersResumed: 0, membersByTemplates: [50, 0] })).toBe(
      false,
    );
  });

  it("shows nothing by what it has not shown yet", () => {
    expect(marksLogE(marks, nothing)).toEqual({});
  });

  it("weighs more templates more, and never less than the strangers there are allow", () => {
    const logE = (templates: number): number => marksLogE(marks, { ...nothing, templates }).partition!;
    expect(logE(2)).toBeGreaterThan(logE(1));
    expect(logE(3)).toBeGreaterThan(logE(2));
    expect(logE(1)).toBeLessThan(Math.log10(9_951 / 13));
  });
});
