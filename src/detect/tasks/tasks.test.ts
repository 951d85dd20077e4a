import { describe, expect, it } from "vitest";
import { sql } from "../../store/sql.ts";
import { withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";

const text = "Name three rivers of the north and say where they rise.";
const sampled: readonly Asked[] = [
  { account: "one", text, minute: 0, model: "zinnia-1", params: { temperature: 1 } },
  { account: "one", text, minute: 5, model: "aster-3-mini", params: { temperature: 0 } },
  { account: "one", text, minute: 9, model: "meridian-2", params: {} },
];
const taskOf = (asked: readonly Asked[]) =>
  withDetectLog({ asked }, ({ store }) =>
    store.rows<{ model: string; params: number; exchanges: number }>(
      sql`SELECT model, params, exchanges FROM detect_task`,
    ),
  );

describe("a task", () => {
  it("is one of repeated samples, and shows the first one's model and parameters wherever that stands in the log", async () => {
    const [task, ...others] = await taskOf(sampled);
    expect(others).toEqual([]);
    expect(task).toMatchObject({ model: "zinnia-1", exchanges: 3 });
    const [alone] = await taskOf(sampled.slice(0, 1));
    expect(task?.params).toBe(alone?.params);
    expect(await taskOf(sampled.toReversed())).toEqual([task]);
  });
});

describe("whether somebody replied", () => {
  const questions = ["Name three rivers of the north.", "How tall does a spruce grow?", "Why do geese fly in a wedge?"];
  /** How many of an account's tasks, each a question that is answered, something is said to the answer of which a person replied in. */
  const replied = async (saying: (i: number) => string, tools: string[] = [], frame = "") => {
    const asked = questions.flatMap((question, i): Asked[] => {
      const opening = { role: "user", content: question + frame } as const;
      const reply = { role: "user", content: saying(i) + frame } as const;
      const request = { account: "one", text: "", minute: i, tools };
      const answer = { role: "assistant", content: "It depends." } as const;
      return [
        { ...request, messages: [opening] },
        { ...request, messages: [opening, answer, reply] },
      ];
    });
    const rows = await withDetectLog({ asked }, ({ store }) =>
      store.rows<{ replied: number }>(sql`SELECT toUInt32(countIf(replied)) AS replied FROM detect_task`),
    );
    return rows[0]?.replied;
  };
  const tails = ["and where it ends", "of all its cousins", "without getting tired"];

  it("is told of replies that an account gives once", async () => {
    expect(await replied((i) => `${["Say more", "Go into it", "Explain it"][i]} ${tails[i]}`)).toBe(3);
    expect(await replied((i) => (i < 2 ? "Go on." : "That can't be right, try again."))).toBe(1);
  });

  it("is told of replies that a client frames as it frames all that its users say", async () =>
    expect(await replied((i) => `Then what ${tails[i]}?`, [], " (sent from the help desk of Harbour Ltd)")).toBe(3));

  it("is told of replies without words, such as pictures", async () => expect(await replied(() => "")).toBe(3));

  it("is not told of what a script says after each answer, whatever it fills in", async () => {
    const check = "The checker has looked at your answer and says:";
    expect(await replied((i) => `${check} ${tails[i]}`)).toBe(0);
    expect(await replied((i) => `${tails[i]} (${check})`)).toBe(0);
    expect(await replied((i) => `${check} ${tails[i]}`, ["search"])).toBe(0);
  });
});
