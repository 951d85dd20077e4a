import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { accountNames, some, vocabulary, withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";
import { loadBesides } from "../observation/besides.ts";
import type { CountTable } from "../observation/count-table.ts";
import { writeHarvest } from "../observation/signature.ts";
import { isLeftToWords } from "./pool.ts";

const accounts = accountNames("member", 10);
const tasksOfWork = 20;

/** Each account does the work by one template, and asks for other things in words of one of the vocabularies. */
function log(besides: number, vocabularyOf: (account: number, random: ReturnType<typeof seededRandom>) => string[]) {
  const random = seededRandom("pool");
  const question = (words: readonly string[]): string => some(words, 8, random).join(" ");
  const anything = vocabulary("anything", 400);
  return accounts.flatMap((account, a): Asked[] => [
    ...Array.from({ length: tasksOfWork }, (_, i) => ({
      account,
      text: `You are given one riddle of the collection.\n${question(anything)}\nAnswer in a single line about the riddle.`,
      minute: 60 * i + a,
    })),
    ...Array.from({ length: besides }, (_, i) => ({
      account,
      text: question(vocabularyOf(a, random)),
      minute: 60 * i + 30 + a,
    })),
  ]);
}

const lookAt = (
  asked: readonly Asked[],
  source: Candidate["source"],
  unattendedTasks = tasksOfWork,
): Promise<CountTable | null> =>
  withDetectLog({ asked }, async ({ store, indexOf }) => {
    const candidate = { id: 0, source, accounts: accounts.map(indexOf).sort((a, b) => a - b) };
    await writeHarvest(store, [candidate]);
    const tasks = asked.length / accounts.length;
    const harvestTasks = [tasksOfWork / 2, tasksOfWork / 2] as const;
    return loadBesides(
      store,
      candidate,
      candidate.accounts.map((index) => ({ index, tasks, harvestTasks, unattendedTasks })),
    );
  });

const candidate: Candidate = { id: 0, source: "templates", accounts: [] };
const isLeft = (besides: CountTable | null): boolean =>
  isLeftToWords({ candidate, handedOver: { shared: 0, besides: 0 }, besides });

describe("what accounts do besides their shared work", () => {
  const subjects = Array.from({ length: 40 }, (_, i) => vocabulary(`subject ${i}`, 30));
  const owns = accounts.map((_, a) => subjects[a]!);

  it("is one pot where each asks for anything at all: a relay's customers are behind all of them", async () => {
    const besides = await lookAt(
      log(20, (_, random) => random.pick(subjects)),
      "templates",
    );
    expect(besides?.halves.flat().filter((row) => row.some((uses) => uses > 0))).toHaveLength(2 * accounts.length);
    expect(isLeft(besides)).toBe(true);
  });

  it("is none where nothing can be told of it, such as where all of it is without words", () => {
    const none = accounts.map(() => [0, 0]);
    expect(isLeft({ columns: 2, halves: [none, none] })).toBe(false);
    expect(isLeft({ columns: 2, halves: [accounts.map(() => [9, 9]), none] })).toBe(false);
  });

  it("is none where each account goes its own way, as campaigns do that hide among a stranger's traffic", async () =>
    expect(
      isLeft(
        await lookAt(
          log(20, (account) => owns[account]!),
          "templates",
        ),
      ),
    ).toBe(false));

  it("is not looked at where it is little, or can't be told, or people answer back anyway", async () => {
    expect(
      await lookAt(
        log(4, (_, random) => random.pick(subjects)),
        "templates",
      ),
    ).toBeNull();
    expect(
      await lookAt(
        log(20, (_, random) => random.pick(subjects)),
        "habits",
      ),
    ).toBeNull();
    const pot = log(20, (_, random) => random.pick(subjects));
    expect(await lookAt(pot, "templates", 0.8 * tasksOfWork)).toBeNull();
    expect(isLeft(null)).toBe(false);
  });

  it("is not what the work is about", async () => {
    const besides = await lookAt(
      log(20, (account) => owns[account]!),
      "templates",
    );
    const uses = besides?.halves.flat(2).reduce((sum, count) => sum + count, 0) ?? 0;
    // Of twenty requests with eight words each, some of which share one of 64 topics.
    expect(uses).toBeLessThanOrEqual(accounts.length * 20 * 8);
    expect(uses).toBeGreaterThan(accounts.length * 20 * 4);
  });
});
