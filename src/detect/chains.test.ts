import { describe, expect, it } from "vitest";
import { seededRandom } from "../kit/random.ts";
import { sql } from "../store/sql.ts";
import { buildChains } from "./chains.ts";
import { some, vocabulary, withDetectLog } from "./log.case.ts";
import type { Asked } from "./log.case.ts";

const random = seededRandom("chains");
const words = vocabulary("chains", 4000);
const characters = Array.from({ length: 2000 }, (_, i) => String.fromCodePoint(0x4e00 + 7 * i));

const sentence = (): string => some(words, 9, random).join(" ");
const text = (): string => `${sentence()}. ${sentence()}? ${sentence()}.`;
const chinese = (): string => Array.from({ length: 3 }, () => `${some(characters, 18, random).join("")}。`).join("");

/** One item's way: what is asked and answered first, and what is asked with it afterwards. */
type Way = (first: string, second: string) => Asked[];

/** An answer is asked for at one account, and `put` sets it into a prompt at the other ten minutes later. */
const put =
  (
    write: (answer: string, question: string) => string,
    answered: () => string = text,
    next: Partial<Asked> = {},
  ): Way =>
  (first, second) => {
    const [question, answer] = [text(), answered()];
    return [
      { account: first, text: question, response: answer, usage: { output: 300 } },
      { account: second, text: write(answer, question), minute: 10, usage: { output: 300 }, ...next },
    ];
  };

const alone = (answer: string): string => answer;

const cases: readonly (readonly [name: string, way: Way, isChain: boolean])[] = [
  ["asked as it came", put(alone), true],
  ["asked as it came, at the same account", (first) => put(alone)(first, first), true],
  ["after a word", put((answer) => `Make this harder.\nGiven: ${answer}\nHarder:`), true],
  ["between tags", put((answer) => `Make this harder.\n<task>${answer}</task>`), true],
  [
    "in other case and spacing",
    put((answer) => `Make\tthis\tharder.\n${answer.toUpperCase().replaceAll(" ", "  ")}`),
    true,
  ],
  ["in Chinese", put((answer) => `请把任务改得更难：${answer}`, chinese), true],
  [
    "graded beside its question",
    put((answer, question) => `Grade it.\nQuestion: ${question}\nAnswer: ${answer}`),
    true,
  ],
  [
    "for a title",
    put((answer, question) => `A title for: ${question} ${answer}`, text, { usage: { output: 12 } }),
    false,
  ],
  ["answered at unknown length", put(alone, text, { usage: {} }), false],
  ["before it was answered", put(alone, text, { minute: -10 }), false],
  ["at the moment in which it was answered", put(alone, text, { minute: 0 }), false],
  ["in other words", put(() => text()), false],
  ["by a word only", put((answer) => `What does ${answer.split(" ")[0]} mean?`), false],
  [
    "a text that was corrected, and is corrected again",
    (first, second) => {
      const draft = text();
      return [
        { account: first, text: `Correct: ${draft}`, response: draft, usage: { output: 300 } },
        { account: second, text: `Correct again: ${draft}`, minute: 10, usage: { output: 300 } },
      ];
    },
    false,
  ],
  [
    "a text that somebody asked about before",
    (first, second) => {
      const known = text();
      return [
        { account: "reader", text: `Translate: ${known}`, minute: -60, usage: { output: 300 } },
        { account: first, text: text(), response: known, usage: { output: 300 } },
        { account: second, text: known, minute: 10, usage: { output: 300 } },
      ];
    },
    false,
  ],
  [
    "a turn of phrase that many answers hold",
    (first, second) => {
      const phrase = text();
      return [
        ...Array.from({ length: 4 }, () => ({
          account: first,
          text: text(),
          response: phrase,
          usage: { output: 300 },
        })),
        { account: second, text: phrase, minute: 10, usage: { output: 300 } },
      ];
    },
    false,
  ],
  [
    "an answer that goes around",
    (first, second) => {
      const answer = text();
      return [
        { account: first, text: text(), response: answer, usage: { output: 300 } },
        ...Array.from({ length: 9 }, () => ({
          account: second,
          text: `${answer} ${text()}`,
          minute: 10,
          usage: { output: 300 },
        })),
      ];
    },
    false,
  ],
  [
    "a conversation sent as one message",
    (first) => {
      const [question, answer] = [text(), text()];
      const asked = `A conversation of two people.\nPerson: ${question}`;
      return [
        { account: first, text: asked, response: answer, usage: { output: 300 } },
        { account: first, text: `${asked}\nModel: ${answer}\nPerson: ${text()}`, minute: 10, usage: { output: 300 } },
      ];
    },
    false,
  ],
  [
    "the turns of a conversation",
    (first) => {
      const [question, answer] = [text(), text()];
      const messages = [
        { role: "user" as const, content: question },
        { role: "assistant" as const, content: answer },
        { role: "user" as const, content: text() },
      ];
      return [
        { account: first, text: question, response: answer, usage: { output: 300 } },
        { account: first, text: "", messages, minute: 10, usage: { output: 300 } },
      ];
    },
    false,
  ],
  [
    "rounds under one template",
    (first, second) => {
      let task = text();
      return [first, second, first].map((account, round) => {
        const asked = `Write a harder variant of the task.\nNothing but the task.\n${task}`;
        task = text();
        return { account, text: asked, response: task, minute: 10 * round, usage: { output: 300 } };
      });
    },
    true,
  ],
];

/** So many that half of their passages are enough to see each case in. */
const items = 8;

describe("a chain", () => {
  it("leads from an answer to the task that begins with it, and nowhere else", async () => {
    const asked = cases.flatMap(([, way], i) =>
      Array.from({ length: items }, () => way(`${i}-first`, `${i}-second`)).flat(),
    );
    await withDetectLog({ asked }, async ({ store }) => {
      await buildChains(store);
      const rows = await store.rows<{ asker: string; taker: string; chains: number }>(sql`
        SELECT askers.account AS asker, takers.account AS taker, toUInt32(count()) AS chains FROM detect_chain
        INNER JOIN detect_account AS askers ON askers.account_index = from_index
        INNER JOIN detect_account AS takers ON takers.account_index = to_index
        GROUP BY asker, taker`);
      const ways = new Set(rows.map(({ asker, taker }) => `${asker.split("-")[0]} ${taker.split("-")[0]}`));
      cases.forEach(([name, , expected], i) => expect(ways.has(`${i} ${i}`), name).toBe(expected));
      expect(ways.size).toBe(cases.filter(([, , expected]) => expected).length);
      // Every answer of which a passage is kept.
      const [answered] = await store.rows<{ tasks: number }>(sql`
        SELECT count() AS tasks FROM detect_task INNER JOIN detect_account USING account_index
        WHERE answered AND account = '0-first'`);
      expect(rows.find(({ asker }) => asker === "0-first")?.chains).toBe(answered?.tasks);
      expect(answered?.tasks).toBeGreaterThan(items / 2);
    });
  });
});
