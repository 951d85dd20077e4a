import { describe, expect, it } from "vitest";
import { sql } from "../../store/sql.ts";
import { withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";

const user = (content: string) => ({ role: "user" as const, content });
const assistant = (content: string) => ({ role: "assistant" as const, content });
const questions = ["How deep is a fjord?", "Why does ice float?", "Who drew the first map?", "When do storks leave?"];

interface Found {
  readonly account: string;
  readonly tasks: number;
  readonly items: number;
  readonly sketches: number;
  readonly replied: number;
}

/** What each account's requests come to: tasks, items, sketches, and whether somebody replied in one. */
const found = (asked: readonly Asked[]): Promise<Found[]> =>
  withDetectLog({ asked }, ({ store }) =>
    store.rows<Found>(sql`
      SELECT account, toUInt32(count()) AS tasks, toUInt32(uniqExact(item)) AS items, toUInt32(max(sketches)) AS sketches,
        max(replied) AS replied
      FROM detect_task INNER JOIN detect_account USING account_index
      LEFT JOIN (SELECT account_index, count() AS sketches FROM detect_sketch GROUP BY account_index) AS sketched USING account_index
      GROUP BY account ORDER BY account`),
  );

describe("where examples stand before the prompt", () => {
  const examples = [user("How high is a dune?"), assistant("Up to 500 metres."), user("What eats moss?")];
  const after = (account: string, question: string, i: number): Asked => ({
    account,
    text: "",
    minute: i,
    messages: [...examples, assistant("Reindeer."), user(question)],
  });

  it("makes a task of each prompt, and the item is the prompt, at whatever account", async () => {
    const one = await found(questions.map((question, i) => after("one", question, i)));
    expect(one).toMatchObject([{ tasks: 4, items: 4, replied: 0 }]);
    const items = await withDetectLog(
      { asked: ["one", "two"].flatMap((account) => questions.map((question, i) => after(account, question, i))) },
      ({ store }) => store.rows<{ items: number }>(sql`SELECT toUInt32(uniqExact(item)) AS items FROM detect_task`),
    );
    expect(items).toEqual([{ items: 4 }]);
  });

  it("a question that is put in other words a few times is a conversation still", async () => {
    const reworded = questions.slice(1).map((question, i) => after("one", question, i));
    expect(await found(reworded)).toMatchObject([{ tasks: 1, items: 1, replied: 1 }]);
  });

  it("every prompt is sketched", async () => {
    const many = Array.from({ length: 80 }, (_, i) =>
      after("one", `What is the name of river ${"i".repeat(i + 1)}?`, i),
    );
    expect(await found(many)).toMatchObject([{ tasks: 80, items: 80, sketches: 80 }]);
  });
});

describe("where the item stands in the system prompt", () => {
  const opened = (account: string, system: string, i: number): Asked => ({
    account,
    system,
    text: "Begin.",
    minute: i,
  });

  it("each system prompt is an item, and not the word to begin", async () => {
    expect(await found(questions.map((question, i) => opened("one", question, i)))).toMatchObject([
      { tasks: 4, items: 4, sketches: 4 },
    ]);
  });

  it.each([
    ["an empty message", [user("")]],
    ["no message", []],
  ])("is so as well with %s", async (_, messages) => {
    const asked = questions.map((question, i) => ({ ...opened("one", question, i), messages }));
    expect(await found(asked)).toMatchObject([{ tasks: 4, items: 4, sketches: 4 }]);
  });

  it("a question under two system prompts is one item", async () => {
    expect(await found(questions.slice(2).map((question, i) => opened("one", question, i)))).toMatchObject([
      { tasks: 2, items: 1 },
    ]);
  });

  it("is told at each account by itself", async () => {
    const alone = questions.map((question, i) => opened(`user-${i}`, question, i));
    const rows = await found([...questions.map((question, i) => opened("one", question, i)), ...alone]);
    expect(rows.map(({ account, items }) => [account, items])).toEqual([
      ["one", 4],
      ...alone.map(({ account }) => [account, 1]),
    ]);
  });
});

it("a conversation that began before the log does is told by its shortest turn", async () => {
  const turns = Array.from({ length: 12 }, (_, i) => ({
    account: "one",
    text: "",
    minute: i,
    messages: [
      user("Plan my week."),
      ...Array.from({ length: i + 1 }, (_turn, turn) => [
        assistant(`Done ${turn}.`),
        user(`And on day ${turn}?`),
      ]).flat(),
    ],
  }));
  expect(await found(turns)).toMatchObject([{ tasks: 1, sketches: 1 }]);
  expect(await found(turns.toReversed())).toEqual(await found(turns));
});

it("a history that was cut where it began is no task, and no item that accounts have in common", async () => {
  const cut = ["one", "two"].map((account, i) => ({
    account,
    system: "You work through tools.",
    text: "",
    minute: i,
    messages: [assistant(`Opening file ${i}.`), { role: "tool" as const, content: "It is empty." }],
  }));
  const whole = { account: "one", system: "You work through tools.", text: "Mend the test.", minute: 5 };
  expect(await found([...cut, whole])).toMatchObject([{ account: "one", tasks: 1, items: 1 }]);
});
