import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { accountNames, some, vocabulary, withDetectLog } from "../log.case.ts";
import type { Asked, LogFacts } from "../log.case.ts";
import { noHandovers } from "./handovers.ts";
import type { Handovers } from "./handovers.ts";
import { buildInfrastructure } from "./infrastructure-tokens.ts";
import { Observer } from "./observe.ts";

const random = seededRandom("handovers");
const subjects = vocabulary("handovers", 9000);

interface Queue {
  readonly name: string;
  /** From the refusal to the rewording; null: nobody asks it again. */
  readonly minutes: number | null;
  /** What an item is about, in words of its own. */
  readonly subjectWords?: number;
  /** Share of them that the rewording keeps. */
  readonly kept?: number;
  readonly organization?: string;
  readonly status?: number;
}

const accountsPerQueue = 5;
const itemsPerQueue = 80;

/** Each account words the one template in its own way round, so that no request comes again word for word. */
const wordings = ["please explain", "kindly describe", "carefully outline", "briefly discuss", "now summarise"];

function asks({ name, minutes, subjectWords = 10, kept = 0.8, status = 429 }: Queue): Asked[] {
  const accounts = accountNames(name, accountsPerQueue);
  const put = (account: string, about: readonly string[]): string =>
    `Assignment for the ${name} desk follows.\n${wordings[accounts.indexOf(account)]}: ${about.join(" ")}\nThe ${name} desk thanks you.`;
  return Array.from({ length: itemsPerQueue }, (_, i) => {
    const about = Array.from({ length: subjectWords }, () => random.pick(subjects));
    const [from, to] = some(accounts, 2, random);
    const minute = 1000 + 1000 * i;
    const refused = { account: from!, text: put(from!, about), minute, status };
    if (minutes === null) return [refused];
    const keeps = Math.round(kept * subjectWords);
    const others = Array.from({ length: subjectWords - keeps }, () => random.pick(subjects));
    const again = [...some(about, keeps, random), ...others];
    return [refused, { account: to!, text: put(to!, again), minute: minute + minutes }];
  }).flat();
}

const queues: readonly Queue[] = [
  { name: "quick", minutes: 20 },
  { name: "slow", minutes: 200 },
  { name: "early", minutes: -20 },
  { name: "never", minutes: null },
  { name: "next-day", minutes: 600 },
  { name: "faint", minutes: 20, kept: 0.1 },
  { name: "terse", minutes: 20, subjectWords: 3, kept: 1 },
  { name: "open", minutes: 20, organization: "Harbour Ltd" },
  { name: "served", minutes: 20, status: 200 },
];

describe("handovers in other words", () => {
  it("are refused tasks that resemble another member's soon afterwards, and chance is what resembles one from before", async () => {
    const facts: LogFacts[] = queues.flatMap(({ name, organization }) =>
      organization === undefined
        ? []
        : accountNames(name, accountsPerQueue).map((account) => ({ account, organization })),
    );
    const strangers = accountNames("stranger", 20).flatMap((account) =>
      Array.from({ length: 6 }, (_, i) => ({ account, text: some(subjects, 10, random).join(" "), minute: 50 * i })),
    );
    await withDetectLog({ asked: [...queues.flatMap(asks), ...strangers], facts }, async ({ store, indexOf }) => {
      const candidates = queues.map(({ name }, id) => ({
        id,
        source: "templates" as const,
        accounts: accountNames(name, accountsPerQueue).map(indexOf),
      }));
      await buildInfrastructure(store);
      const found = await new Observer(store, []).observe(candidates);
      const of = (name: string): Handovers =>
        found.find(({ candidate }) => queues[candidate.id]?.name === name)?.handovers ?? noHandovers;

      // A quarter of the items: the refused task and its rewording both belong to the judging half.
      expect(of("quick").prompt.after).toBeGreaterThan(10);
      expect(of("quick").late.after).toBe(of("quick").prompt.after);
      expect([of("quick").prompt.before, of("quick").late.before]).toEqual([0, 0]);

      expect(of("slow").prompt).toEqual({ after: 0, before: 0 });
      expect(of("slow").late.after).toBeGreaterThan(10);
      expect(of("slow").late.before).toBe(0);

      expect(of("early").prompt.before).toBeGreaterThan(10);
      expect(of("early").prompt.after).toBe(0);

      for (const name of ["never", "next-day", "faint", "terse", "open", "served"])
        expect(of(name), name).toEqual(noHandovers);
    });
  });
});
