import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { fixedSecureRandom } from "../group/secure-random.case.ts";
import { discreteLaplace } from "./discrete-laplace.ts";
import { answerCount } from "./noised-counts.ts";
import type { CountDesk } from "./noised-counts.ts";

describe("discrete Laplace noise", () => {
  it.each([
    [1, 1],
    [1, 3],
    [2, 1],
    [3, 10],
  ])("has the probabilities of epsilon %i/%i", (numerator, denominator) => {
    const random = fixedSecureRandom(`noise ${numerator}/${denominator}`);
    const draws = 5_000;
    const counts = new Map<number, number>();
    for (let i = 0; i < draws; i++) {
      const x = discreteLaplace({ numerator, denominator }, random);
      counts.set(x, (counts.get(x) ?? 0) + 1);
    }
    const q = Math.exp(-numerator / denominator);
    for (let x = -4; x <= 4; x++) {
      const expected = ((1 - q) / (1 + q)) * q ** Math.abs(x);
      const deviation = Math.sqrt(draws * expected * (1 - expected));
      expect(Math.abs((counts.get(x) ?? 0) - draws * expected)).toBeLessThan(5 * deviation);
    }
  });

  it.each([
    [0, 1],
    [1, 0],
    [0.5, 1],
    [1, 1_000_001],
  ])("has no epsilon %d/%d", (numerator, denominator) => {
    expect(() => discreteLaplace({ numerator, denominator }, fixedSecureRandom("none"))).toThrow(RangeError);
  });
});

describe("a count for another member", () => {
  let state: State;
  beforeAll(async () => {
    state = await emptyState();
  });
  afterAll(() => state.close());
  const clock = fixedClock(Date.parse("2026-03-15T00:00:00Z"));
  const desk = (seed: string): CountDesk => ({
    disclosures: state.disclosures,
    random: fixedSecureRandom(seed),
    clock,
  });

  it("is the same however often it is asked for, and by whom, until the month ends", async () => {
    const first = await answerCount(desk("one"), "a", "accounts of campaign 7", 1_000);
    expect(first).toMatchObject({ kind: "count" });
    expect(await answerCount(desk("two"), "a", "accounts of campaign 7", 1_000)).toEqual(first);
    expect(await answerCount(desk("three"), "b", "accounts of campaign 7", 1_100)).toEqual(first);
    const later = { ...desk("four"), clock: fixedClock(Date.parse("2026-04-01T00:00:00Z")) };
    expect(await answerCount(later, "a", "accounts of campaign 7", 2_000)).not.toEqual(first);
  });

  it("is near the true one, not that itself, and never negative", async () => {
    const counts: number[] = [];
    for (let i = 0; i < 20; i++) {
      const answer = await answerCount(desk(`near ${i}`), "c", `question ${i}`, 500);
      counts.push(answer.kind === "count" ? answer.count : Number.NaN);
    }
    expect(counts.every((count) => Math.abs(count - 500) < 200)).toBe(true);
    expect(new Set(counts).size).toBeGreaterThan(10);
    const none = await Promise.all(
      Array.from({ length: 20 }, (_, i) => answerCount(desk(`none ${i}`), "d", `nothing ${i}`, 0)),
    );
    expect(none.every((answer) => answer.kind === "count" && answer.count >= 0)).toBe(true);
  });

  it("is refused once the month's budget is spent", async () => {
    for (let i = 0; i < 20; i++) await answerCount(desk("many"), "e", `many ${i}`, 10);
    expect(await answerCount(desk("many"), "e", "many 20", 10)).toEqual({ kind: "over-budget" });
    expect(await answerCount(desk("many"), "e", "many 3", 10)).toMatchObject({ kind: "count" });
    expect(await state.disclosures.spent("e", "2026-03")).toBe(2_000_000);
  });
});
