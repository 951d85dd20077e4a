import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import type { Random } from "../../kit/random.ts";
import { rotationLogE } from "./rotation.ts";

const seeds = (count: number, name: string): Random[] =>
  Array.from({ length: count }, (_, i) => seededRandom(`${name}/${i}`));

/** Each task goes to the account that was not used for longest, or to one of the next few; now and then an account is replaced. */
function rotation(random: Random, accounts: number, tasks: number, slack: number, replacedEvery = Infinity): number[] {
  const queue = Array.from({ length: accounts }, (_, i) => i);
  let next = accounts;
  return Array.from({ length: tasks }, (_, i) => {
    const at = Math.min(Math.floor(random.exponential(slack)), queue.length - 1);
    const account = queue[at]!;
    queue.splice(at, 1);
    queue.push((i + 1) % replacedEvery === 0 ? next++ : account);
    return account;
  });
}

/** Every next task falls to an account in proportion to its load, whoever came before: the null to the letter. */
function independent(random: Random, accounts: number, tasks: number, loadSpread: number): number[] {
  const loads = Array.from({ length: accounts }, () => Math.exp(loadSpread * random.normal()));
  const total = loads.reduce((sum, load) => sum + load, 0);
  return Array.from({ length: tasks }, () => {
    let at = random.next() * total;
    let account = 0;
    while (account < accounts - 1 && at >= loads[account]!) at -= loads[account++]!;
    return account;
  });
}

/** Customers who sit down once a day at an hour of their own and ask several things in a row. */
function bursts(random: Random, accounts: number, days: number): number[] {
  const starts = Array.from({ length: accounts }, (_, account) => {
    const hour = 24 * random.next();
    const appetite = 3 * Math.exp(0.7 * random.normal());
    return Array.from({ length: days }, (_day, day) =>
      Array.from({ length: Math.floor(random.exponential(appetite)) }, () => ({
        account,
        hours: 24 * day + hour + random.normal(),
      })),
    ).flat();
  }).flat();
  return starts.sort((a, b) => a.hours - b.hours).map(({ account }) => account);
}

const logsOf = (orders: readonly (readonly number[])[]): number[] =>
  orders.map((order) => rotationLogE(order) ?? Number.NaN);

describe("rotation", () => {
  it("is seen in a strict round robin", () => {
    const order = Array.from({ length: 60 }, (_, i) => i % 6);
    expect(rotationLogE(order)).toBeGreaterThan(6);
  });

  it("does not depend on what the accounts are called", () => {
    const order = rotation(seededRandom(1), 7, 80, 1);
    const renamed = order.map((account) => 1000 - 13 * account);
    expect(rotationLogE(renamed)).toBeCloseTo(rotationLogE(order) ?? Number.NaN, 9);
  });

  it("is seen where the longest unused account is only likely to be next", () => {
    const orders = seeds(20, "noisy").map((random) => rotation(random, 12, 200, 2));
    for (const logE of logsOf(orders)) expect(logE).toBeGreaterThan(6);
  });

  it("is seen where accounts are banned and replaced all the time", () => {
    const orders = seeds(20, "replaced").map((random) => rotation(random, 8, 250, 1, 20));
    expect(new Set(orders[0]).size).toBeGreaterThan(16);
    for (const logE of logsOf(orders)) expect(logE).toBeGreaterThan(6);
  });

  it.each([
    ["equal", 0],
    ["unequal", 1],
    ["very unequal", 1.5],
  ])("is not seen in independent accounts with %s loads", (name, loadSpread) => {
    const orders = seeds(40, `independent/${name}`).map((random) => independent(random, 10, 200, loadSpread));
    for (const logE of logsOf(orders)) expect(logE).toBeLessThan(1);
  });

  it("is not seen where independent accounts come and go", () => {
    const orders = seeds(40, "turnover").map((random) =>
      Array.from({ length: 300 }, (_, i) => Math.floor(i / 30) + random.integer(0, 7)),
    );
    for (const logE of logsOf(orders)) expect(logE).toBeLessThan(1);
  });

  it("is contradicted by customers with hours of their own who ask several things in a row", () => {
    const orders = seeds(40, "bursts").map((random) => bursts(random, 12, 15));
    for (const logE of logsOf(orders)) expect(logE).toBeLessThan(-6);
  });

  it("keeps its word as an e-value: under the null its mean is about one at most", () => {
    // With little to look at it is one nearly, which is where too generous a bet would show.
    for (const [accounts, tasks, loadSpread] of [
      [5, 14, 0],
      [5, 14, 1],
      [10, 14, 0.5],
      [10, 40, 1],
    ] as const) {
      const logs = logsOf(
        seeds(1500, `null/${accounts}/${tasks}/${loadSpread}`).map((random) =>
          independent(random, accounts, tasks, loadSpread),
        ),
      ).filter((logE) => !Number.isNaN(logE));
      expect(logs.length).toBeGreaterThan(500);
      expect(logs.reduce((sum, logE) => sum + 10 ** logE, 0) / logs.length).toBeLessThan(1.25);
      // Markov's inequality holds with room to spare.
      expect(logs.filter((logE) => logE >= 1).length / logs.length).toBeLessThan(0.03);
    }
  });

  it("can't be told among fewer than four accounts", () => {
    const roundRobin = (accounts: number) => Array.from({ length: 90 }, (_, i) => i % accounts);
    expect(rotationLogE([])).toBeNull();
    expect(rotationLogE(roundRobin(1))).toBeNull();
    expect(rotationLogE(roundRobin(3))).toBeNull();
    expect(rotationLogE(roundRobin(4))).toBeGreaterThan(6);
  });

  it("says nothing of accounts that come once each", () => {
    expect(rotationLogE([0, 1, 2, 3, 4, 5, 6])).toBeCloseTo(0, 9);
  });
});
