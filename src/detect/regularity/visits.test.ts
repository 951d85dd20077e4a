import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import type { Random } from "../../kit/random.ts";
import { withoutClocks } from "./clock.ts";
import { rotationLogE } from "./rotation.ts";

/** A visit of an account, in minutes. */
interface Visit {
  readonly account: number;
  readonly from: number;
  readonly to: number;
}

const day = 1440;

function ordered(visits: readonly Visit[]): { order: number[]; spans: { startedMs: number; endedMs: number }[] } {
  const sorted = visits.toSorted((a, b) => a.from - b.from);
  return {
    order: sorted.map(({ account }) => account),
    spans: sorted.map(({ from, to }) => ({ startedMs: 60_000 * from, endedMs: 60_000 * to })),
  };
}

const logEOf = (visits: readonly Visit[]): number => {
  const { order, spans } = ordered(visits);
  return rotationLogE(order, spans) ?? 0;
};

/** What lies within ten minutes is one visit, as where visits are told. */
function joined(requests: readonly { account: number; at: number }[]): Visit[] {
  const last = new Map<number, { account: number; from: number; to: number }>();
  const visits: { account: number; from: number; to: number }[] = [];
  for (const { account, at } of requests.toSorted((a, b) => a.at - b.at)) {
    const open = last.get(account);
    if (open && at - open.to <= 10) open.to = at;
    else {
      const visit = { account, from: at, to: at };
      visits.push(visit);
      last.set(account, visit);
    }
  }
  return visits;
}

const seeds = (count: number, name: string): Random[] =>
  Array.from({ length: count }, (_, i) => seededRandom(`${name}/${i}`));

/** One queue: conversations of some minutes, several at once, each at the account that has been free for longest, or nearly so. */
function queue(random: Random, accounts: number, conversations: number): Visit[] {
  const free = Array.from({ length: accounts }, (_, account) => ({ account, since: 0 }));
  let at = 0;
  const requests: { account: number; at: number }[] = [];
  for (let i = 0; i < conversations; i++) {
    at += random.exponential(4);
    const next = free.splice(Math.min(Math.floor(random.exponential(1)), free.length - 1), 1)[0]!;
    const length = random.exponential(8);
    for (let minute = 0; minute <= length; minute += 1) requests.push({ account: next.account, at: at + minute });
    free.push({ ...next, since: at + length });
  }
  return joined(requests);
}

/** People who come and go as they like, each with a load and hours of their own. */
function people(random: Random, accounts: number, days: number): Visit[] {
  const requests = Array.from({ length: accounts }, (_, account) => {
    const [load, hour] = [10 * Math.exp(0.8 * random.normal()), 8 + 8 * random.next()];
    return Array.from({ length: Math.ceil(load * days) }, () => ({
      account,
      at: day * random.integer(0, days - 1) + 60 * (hour + 2.5 * random.normal()),
    }));
  }).flat();
  return joined(requests);
}

/** The null to the letter, but for the pause by which visits are told. */
function poisson(random: Random, accounts: number, days: number, daily: number): Visit[] {
  return joined(
    Array.from({ length: accounts * days * daily }, () => ({
      account: random.integer(0, accounts - 1),
      at: day * days * random.next(),
    })),
  );
}

describe("a rotation of visits", () => {
  it("is seen where several conversations go on at once", () => {
    for (const random of seeds(10, "queue")) expect(logEOf(queue(random, 12, 400))).toBeGreaterThan(6);
  });

  it("is not taken for one where people come and go", () => {
    for (const random of seeds(20, "people")) expect(logEOf(people(random, 12, 10))).toBeLessThan(1);
  });

  it("is not made of the pause by which visits are told", () => {
    for (const daily of [10, 40, 150, 400, 1000])
      for (const random of seeds(5, `poisson/${daily}`)) {
        const { order, spans } = ordered(poisson(random, 6, 5, daily));
        expect(rotationLogE(order, spans)).toBeLessThan(1);
      }
    // Where most of the time passes in pauses, the same visits would look like a rotation of tasks.
    expect(rotationLogE(ordered(poisson(seededRandom("dense"), 6, 5, 150)).order)).toBeGreaterThan(6);
  });
});

/** Jobs of strangers that one service runs, each at its minute of the hour and some seconds, or so long after the last. */
function jobs(random: Random, accounts: number, hours: number): Visit[] {
  return Array.from({ length: accounts }, (_, account) => {
    const [minute, every] = [60 * random.next(), account % 3 === 0 ? 60.7 : 60];
    return Array.from({ length: hours }, (_hour, hour) => {
      const from = minute + every * hour + 0.3 * random.next();
      return { account, from, to: from + 0.2 };
    });
  }).flat();
}

describe("who runs by the clock", () => {
  it("comes in turn, and is in no rotation for it", () => {
    for (const random of seeds(10, "jobs")) {
      const { order, spans } = ordered(jobs(random, 15, 48));
      expect(rotationLogE(order)).toBeGreaterThan(6);
      expect(withoutClocks(order, spans)).toEqual([]);
      expect(rotationLogE(order, spans)).toBeNull();
    }
  });

  it("is neither a queue's account nor a person", () => {
    for (const random of seeds(10, "no clock"))
      for (const visits of [queue(random, 12, 400), people(random, 12, 10)]) {
        const { order, spans } = ordered(visits);
        expect(withoutClocks(order, spans).length).toBeGreaterThan(0.9 * order.length);
      }
  });

  it("is not told by a few visits", () => {
    const { order, spans } = ordered(jobs(seededRandom(1), 8, 5));
    expect(withoutClocks(order, spans)).toHaveLength(40);
  });
});
