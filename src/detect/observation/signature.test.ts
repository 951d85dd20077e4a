import { describe, expect, it } from "vitest";
import { ownLog, ownModel, strangerLog, tradeLog, workModel } from "../candidates/trades.case.ts";
import { seededRandom } from "../../kit/random.ts";
import { accountNames, some, vocabulary, withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";
import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { writeHarvest } from "./signature.ts";

interface Share {
  readonly candidate: number;
  readonly model: string;
  readonly tasks: number;
  readonly accounts: number;
  readonly streams: number;
  readonly halves: number;
}

/** The tasks of each candidate's harvest, by what they really are. */
const harvests = (store: Store): Promise<Share[]> =>
  store.rows(sql`
    SELECT candidate, toString(model) AS model, toUInt32(count()) AS tasks, toUInt32(uniqExact(account_index)) AS accounts,
      toUInt32(uniqExact(stream)) AS streams, toUInt32(uniqExact(half)) AS halves
    FROM (SELECT candidate, stream, arrayJoin(tasks) AS task_index FROM detect_harvest) AS harvest INNER JOIN detect_task USING task_index
    GROUP BY candidate, model ORDER BY candidate, model`);

const tasksOf = (rows: readonly Share[], candidate: number, model: string): number =>
  rows.find((row) => row.candidate === candidate && row.model === model)?.tasks ?? 0;

describe("a harvest told by words", () => {
  const smith = { name: "smith", accounts: 8, tasks: 40, ownTasks: 40 };
  const weaver = { name: "weaver", accounts: 8, tasks: 40 };
  const all = 8 * 40;
  // Words that the smiths are fond of in their own tasks, and others use at times: two of them make no work of a task.
  const fond = vocabulary("fond", 4);
  const random = seededRandom("fond");
  const smiths = tradeLog(smith).map((exchange) =>
    exchange.model === ownModel
      ? { ...exchange, text: `${exchange.text} ${some(fond, 2, random).join(" ")}` }
      : exchange,
  );
  const strangers = strangerLog("stranger", 40, 20).map((exchange, i) =>
    i % 100 === 0 ? { ...exchange, text: `${exchange.text} ${fond.join(" ")}` } : exchange,
  );
  const asked = [...smiths, ...tradeLog(weaver), ...strangers];

  it("holds the common work on both halves, each candidate's own, and leaves the members' other tasks out", () =>
    withDetectLog({ asked }, async ({ store, indexOf }) => {
      const [members, weavers, unrelated] = ["smith", "weaver", "stranger"].map((name) =>
        accountNames(name, 8).map(indexOf),
      );
      await writeHarvest(store, [
        { id: 0, source: "habits", accounts: members ?? [] },
        { id: 1, source: "resumptions", accounts: weavers ?? [] },
        // One who stands in two, and has none of the second one's work.
        { id: 2, source: "habits", accounts: [...(weavers ?? []), members?.[0] ?? Number.NaN] },
        { id: 3, source: "habits", accounts: unrelated ?? [] },
      ]);
      const rows = await harvests(store);
      for (const candidate of [0, 1, 2]) {
        expect(tasksOf(rows, candidate, workModel)).toBeGreaterThan(0.95 * all);
        expect(tasksOf(rows, candidate, workModel)).toBeLessThanOrEqual(1.02 * all);
        expect(tasksOf(rows, candidate, ownModel)).toBeLessThan(0.05 * all);
      }
      expect(rows.filter(({ model }) => model === workModel).map(({ halves }) => halves)).toEqual([2, 2, 2]);
      expect(tasksOf(rows, 3, ownModel)).toBeLessThan(0.1 * 160);
    }));
});

describe("a harvest told by lines", () => {
  const fill = (accounts: readonly string[], subject: string): Asked[] =>
    accounts.flatMap((account, a) =>
      Array.from({ length: 20 }, (_, i) => ({
        account,
        text: `You are given one ${subject} of the collection.\n${"abcdefgh"[a % 8]}${i} why is it so\nAnswer in a single line about the ${subject}.`,
        model: workModel,
        minute: 30 * i + a,
      })),
    );
  const riddlers = accountNames("riddler", 6);
  const poets = accountNames("poet", 6);
  const asked = [
    ...fill(riddlers, "riddle"),
    ...riddlers.flatMap((account) => ownLog(account, 15, seededRandom(account))),
    // What the poets use, everybody does.
    ...fill([...poets, ...accountNames("crowd", 40)], "poem"),
  ];

  it("is the tasks that carry a line which is the members' own, and no others", () =>
    withDetectLog({ asked }, async ({ store, indexOf }) => {
      await writeHarvest(store, [
        { id: 4, source: "templates", accounts: riddlers.map(indexOf) },
        { id: 9, source: "templates", accounts: poets.map(indexOf) },
      ]);
      expect(await harvests(store)).toEqual([
        { candidate: 4, model: workModel, tasks: 120, accounts: 6, streams: 1, halves: 2 },
      ]);
    }));
});
