import { describe, expect, it } from "vitest";
import { leadsWithinLimits } from "./candidates.ts";
import type { Lead } from "./lead.ts";

const lead = (source: string, i: number): Lead => ({
  id: `indicator--${i}`,
  source,
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
