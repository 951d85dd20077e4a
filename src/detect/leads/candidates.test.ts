import { describe, expect, it } from "vitest";
import { isRestricted, leadsWithinLimits } from "./candidates.ts";
import type { Source } from "../candidates/candidate.ts";
import type { Lead } from "./lead.ts";

const lead = (source: string, i: number): Lead => ({
  id: `indicator--${i}`,
  source,
  permitsActions: true,
  accountsMin: 3,
  pieces: new Set(),
  fingerprints: new Set(),
});
const flood = (source: string, leads: number): Lead[] => Array.from({ length: leads }, (_, i) => lead(source, i));

describe("the leads that are looked into", () => {
  it("are 200 of a member, whatever the others send", () => {
    const within = leadsWithinLimits([...flood("liar", 10_000), ...flood("friend", 3)]);
    expect(within.filter(({ source }) => source === "liar")).toEqual(flood("liar", 200));
    expect(within.filter(({ source }) => source === "friend")).toEqual(flood("friend", 3));
  });

  it("are of 50 members", () => {
    const members = Array.from({ length: 80 }, (_, i) => `member-${i}`);
    const within = leadsWithinLimits([...members, ...members].map(lead));
    expect(new Set(within.map(({ source }) => source))).toEqual(new Set(members.slice(0, 50)));
    expect(within).toHaveLength(100);
  });
});

describe("a group", () => {
  const [open, closed] = [lead("friend", 1), { ...lead("other", 2), permitsActions: false }];
  const leads = { list: [open, closed], pieceDigests: () => [], fingerprintDigests: () => [] };
  const group = (source: Source, ...names: readonly Lead[]) => ({ id: 1, source, accounts: [1, 2, 3], leads: names });

  it("is only looked at where whoever led to it permits no more", () => {
    expect(isRestricted(group("lead-lines", closed), leads)).toBe(true);
    expect(isRestricted(group("lead-traces", closed), leads)).toBe(true);
    expect(isRestricted(group("lead-lines", closed, open), leads)).toBe(false);
    // Gone since, so that nobody permits anything.
    expect(isRestricted(group("lead-lines", lead("friend", 7)), leads)).toBe(true);
  });

  it("that this log led to is nobody's to restrict", () => {
    expect(isRestricted(group("templates", closed), leads)).toBe(false);
    expect(isRestricted({ id: 1, source: "habits", accounts: [1, 2, 3] }, null)).toBe(false);
  });
});
