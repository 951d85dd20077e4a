import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import type { Random } from "../../kit/random.ts";
import { judgeInheritance } from "./inheritance.ts";
import type { Tenure } from "./inheritance.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
const startMs = Date.UTC(2026, 0, 5);

const tenure = (firstMs: number, lastMs: number, organization = ""): Tenure => ({
  firstMs,
  lastMs,
  harvestTasks: [100, 100],
  facts: { createdMs: null, organization, emailDomain: "", emailShape: "", verified: null, declaredUse: "" },
});

/** Who is there from the first day to the last, so that the work has a span. */
const stayers = [tenure(startMs, startMs + 28 * dayMs), tenure(startMs, startMs + 28 * dayMs)];

/** Slots whose accounts are banned after some days each and replaced within so many hours. */
function replaced(random: Random, hours: number, organization = ""): Tenure[] {
  return Array.from({ length: 4 }, () => {
    const held: Tenure[] = [];
    for (let from = startMs + random.next() * dayMs; from < startMs + 27 * dayMs;) {
      const until = Math.min(from + (3 + 6 * random.next()) * dayMs, startMs + 28 * dayMs);
      held.push(tenure(from, until, organization));
      from = until + hours * hourMs * (0.5 + random.next());
    }
    return held;
  }).flat();
}

/** Customers who come and go as they like, on workdays from nine to five. */
function customers(random: Random, count: number): Tenure[] {
  const workday = (): number => {
    const day = Math.floor(random.next() * 20);
    return startMs + (Math.floor(day / 5) * 7 + (day % 5)) * dayMs + (9 + 8 * random.next()) * hourMs;
  };
  return Array.from({ length: count }, () => {
    const [first, last] = [workday(), workday()].sort((a, b) => a - b);
    return tenure(first!, last! + hourMs);
  });
}

describe("inheritance", () => {
  it("shows where new accounts begin within hours after others fell silent", () => {
    const found = judgeInheritance([...stayers, ...replaced(seededRandom(1), 2)])!;
    expect(found.logE).toBeGreaterThan(3);
    expect(found.prompt).toBe(found.beginnings);
  });

  it("does not show where they begin when they like", () => {
    const found = judgeInheritance([...stayers, ...replaced(seededRandom(1), 120)])!;
    expect(found.logE).toBeLessThan(0.5);
  });

  it("is no sign in one customer, who changes his accounts openly", () => {
    const found = judgeInheritance([...stayers, ...replaced(seededRandom(1), 2, "Acme")])!;
    expect(found.logE).toBeLessThan(0.5);
  });

  it("takes accounts that begin on one day for one beginning, as at a launch after somebody left", () => {
    const leaver = tenure(startMs, startMs + 8 * dayMs);
    const launch = (accounts: number): Tenure[] =>
      Array.from({ length: accounts }, (_, i) => tenure(startMs + 9 * dayMs + i * 1.2 * hourMs, startMs + 28 * dayMs));
    const logE = (accounts: number): number => judgeInheritance([...stayers, leaver, ...launch(accounts)])!.logE;
    expect(logE(1)).toBeGreaterThan(0);
    expect(logE(12)).toBeLessThan(1.3);
  });

  it("looks at two months at most, whatever a clock says", () => {
    const stray = tenure(Date.UTC(2015, 0, 1), startMs + 28 * dayMs);
    const found = judgeInheritance([stray, ...stayers, ...replaced(seededRandom(1), 2)])!;
    expect(found.logE).toBeGreaterThan(2);
  });

  it.each([
    ["nobody fell silent", stayers.concat(tenure(startMs + 3 * dayMs, startMs + 28 * dayMs))],
    ["nobody began later", stayers.concat(tenure(startMs, startMs + 3 * dayMs))],
  ])("says nothing where %s", (_case, members) => {
    expect(judgeInheritance(members)).toBeNull();
  });

  it("has an expectation of at most one among customers who come and go", () => {
    const random = seededRandom(5);
    const found = Array.from({ length: 1500 }, () => judgeInheritance([...stayers, ...customers(random, 15)]));
    const values = found.map((each) => 10 ** (each?.logE ?? 0));
    expect(values.reduce((a, b) => a + b, 0) / values.length).toBeLessThan(1);
    expect(values.filter((value) => value >= 20).length / values.length).toBeLessThan(1 / 20);
  });
});
