import { describe, expect, test } from "vitest";
import { sql } from "../../store/sql.ts";
import { goodLine, ndjson, withLog } from "./scratch.case.ts";

interface Sketch {
  readonly system_hash: string;
  readonly tools_hash: string;
  readonly params_hash: string;
  readonly root_hash: string;
  readonly prompt_hash: string;
  readonly prefix_hash: string;
  readonly template: readonly string[];
  readonly words: readonly number[];
  readonly asked: readonly string[];
  readonly answered: readonly string[];
}

/** The sketches of exchanges, in their order. */
function sketches(exchanges: readonly object[]): Promise<Sketch[]> {
  const lines = exchanges.map((exchange, index) => ({ ...goodLine, id: `req_${index}`, ...exchange }));
  return withLog({ "exchanges-0.ndjson": ndjson(lines) }, ({ store }) =>
    store.rows<Sketch>(sql`
      SELECT toString(system_hash) AS system_hash, toString(tools_hash) AS tools_hash, toString(params_hash) AS params_hash,
        toString(root_hash) AS root_hash, toString(prompt_hash) AS prompt_hash, toString(prefix_hash) AS prefix_hash,
        arrayMap(hash -> toString(hash), template) AS template, words,
        arrayMap(hash -> toString(hash), opening_passages) AS asked, arrayMap(hash -> toString(hash), response_passages) AS answered
      FROM exchange ORDER BY line`),
  );
}

const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });
const prompt = (content: string) => ({ messages: [user(content)] });
const shared = (one: Sketch | undefined, other: Sketch | undefined): number =>
  (one?.template ?? []).filter((hash) => other?.template.includes(hash) ?? false).length;

describe("hashes", () => {
  test("of what is missing are 0", async () => {
    const [bare] = await sketches([{ messages: undefined }]);
    expect(bare).toMatchObject({
      system_hash: "0",
      tools_hash: "0",
      root_hash: "0",
      prompt_hash: "0",
      prefix_hash: "0",
      template: [],
      words: [],
      asked: [],
      answered: [],
    });
  });

  test("of prompts agree across case and white space, not across numbers", async () => {
    const [one, other, third] = await sketches([
      prompt("Add  17 and\t4 "),
      prompt("add 17 AND 4"),
      prompt("add 18 and 4"),
    ]);
    expect(other?.prompt_hash).toBe(one?.prompt_hash);
    expect(third?.prompt_hash).not.toBe(one?.prompt_hash);
  });

  test("of prompts agree whichever white space is between their words, but for lines", async () => {
    const [one, ...others] = await sketches(
      [" ", "  ", "\t", "\r", "\f", "\v", "\n"].map((gap) => prompt(`add${gap}17`)),
    );
    expect(others.map(({ prompt_hash }) => prompt_hash === one?.prompt_hash)).toEqual([
      ...Array.from({ length: 5 }, () => true),
      false,
    ]);
  });

  test("of system prompts agree across numbers, of tools across their order", async () => {
    const [one, other] = await sketches([
      { system: "Today is 2026-01-05.", tools: ["search", "open"] },
      { system: "Today is 2026-11-24.", tools: ["open", "search"] },
    ]);
    expect(other?.system_hash).toBe(one?.system_hash);
    expect(other?.tools_hash).toBe(one?.tools_hash);
  });

  test("tell a conversation by its root and a turn by its prefix", async () => {
    const history = [user("Why is the sky blue?"), assistant("Because of scattering.")];
    const [first, second, retried, another] = await sketches([
      { messages: history.slice(0, 1) },
      { messages: [...history, user("And red at dusk?")] },
      { messages: [...history, user("And green at times?")] },
      { messages: [user("Other"), assistant("Because of scattering."), user("And red at dusk?")] },
    ]);
    expect(second?.root_hash).toBe(first?.root_hash);
    expect(first?.prompt_hash).toBe(first?.root_hash);
    expect(second?.prompt_hash).not.toBe(first?.prompt_hash);
    expect(retried?.prefix_hash).toBe(second?.prefix_hash);
    expect(first?.prefix_hash).toBe("0");
    expect(another?.root_hash).not.toBe(second?.root_hash);
    expect(another?.prefix_hash).not.toBe(second?.prefix_hash);
    expect(another?.prompt_hash).toBe(second?.prompt_hash);
  });
});

describe("template", () => {
  test("is shared by two fillings of one template of many lines", async () => {
    const fill = (topic: string, count: number): string =>
      `You will be given a question.\nThink step by step.\n\nQuestion ${count}: ${topic}\n\nFinish with the answer in a box.`;
    const [one, other, honest] = await sketches([
      prompt(fill("How do birds navigate?", 7)),
      prompt(fill("What is a monad, in three sentences?", 1234)),
      prompt("could you help me fix my resume for a job at a bakery?"),
    ]);
    // Three fixed lines, the beginning and the end.
    expect(shared(one, other)).toBe(5);
    expect(shared(one, honest)).toBe(0);
  });

  test("of one line is its two ends", async () => {
    const fill = (topic: string): string =>
      `Write a detailed explanation of the following concept: ${topic}. Respond with valid JSON only, no commentary.`;
    const [one, other] = await sketches([prompt(fill("entropy")), prompt(fill("the French revolution"))]);
    expect(shared(one, other)).toBe(2);
  });

  test("tells a line of a system prompt from the same line of a prompt", async () => {
    const line = "Answer with one letter only.";
    const [one, other] = await sketches([{ messages: undefined, system: line }, prompt(line)]);
    expect(shared(one, other)).toBe(0);
  });

  test("holds at most 27 pieces of a long text, from both ends", async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${String.fromCodePoint(0x4e00 + index)} is line of many`);
    const middle = lines.with(2500, "something else entirely");
    const [long, other] = await sketches([
      { system: lines.join("\n"), tools: ["search"], ...prompt(lines.join("\n")) },
      { system: lines.join("\n"), tools: ["search"], ...prompt(middle.join("\n")) },
    ]);
    expect(long?.template).toHaveLength(27);
    expect(shared(long, other)).toBe(27);
    expect(other?.prompt_hash).not.toBe(long?.prompt_hash);
  });
});

describe("words", () => {
  test("are the longer words of a text, in any case and order, each once", async () => {
    const [one, other] = await sketches([
      prompt("The migration of Arctic terns; the Terns!"),
      prompt("terns arctic the of MIGRATION"),
    ]);
    expect(one?.words).toHaveLength(3);
    expect(other?.words).toEqual(one?.words);
  });

  test("are pairs of characters where a script doesn't space its words", async () => {
    const [chinese, longer, thai, russian] = await sketches([
      prompt("\u{673a}\u{5668}\u{5b66}\u{4e60}"),
      prompt("\u{673a}\u{5668}\u{5b66}\u{4e60}\u{6a21}\u{578b}"),
      prompt("\u{0e2a}\u{0e27}\u{0e31}\u{0e2a}\u{0e14}\u{0e35}"),
      prompt("\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{43c}\u{438}\u{440}\u{440}"),
    ]);
    expect(chinese?.words).toHaveLength(3);
    expect(longer?.words).toEqual(expect.arrayContaining([...(chinese?.words ?? [])]));
    expect(thai?.words).toHaveLength(5);
    expect(russian?.words).toHaveLength(2);
  });

  test("of a long text are a sample of 48", async () => {
    const text = Array.from(
      { length: 400 },
      (_, index) => `word${String.fromCodePoint(97 + (index % 26))}${index}`,
    ).join(" ");
    const [long, longer] = await sketches([prompt(text), prompt(`${text} oneMoreWord`)]);
    expect(long?.words).toHaveLength(48);
    expect(long?.words.every((word) => word >= 0 && word < 65_536)).toBe(true);
    // A min-wise sample changes by a word or two when its text does.
    expect(longer?.words.filter((word) => long?.words.includes(word)).length).toBeGreaterThanOrEqual(46);
  });
});

describe("passages", () => {
  const numbered = <One>(count: number, of: (index: number) => One): One[] =>
    Array.from({ length: count }, (_, index) => of(index));
  /** Unlike each other in a number only. */
  const sentences = numbered(160, (index) => `Sentence ${index} of an answer that is long enough`);
  const chinese = numbered(160, (index) => `这是第${index}句足够长的回答`);

  test("of an answer are found again in whatever prompt it is set into", async () => {
    const answer = sentences.slice(0, 40).join(". ");
    const settings = [
      answer,
      `Make it harder.\nGiven: ${answer}\nHarder:`,
      `<task>${answer}</task>`,
      `**Task** ${answer}`,
      `task = """${answer}"""`,
      `| ${answer.toUpperCase()} |`,
    ];
    const [answered, ...asked] = await sketches([{ ...prompt("Hello"), response: answer }, ...settings.map(prompt)]);
    expect(answered?.answered).toHaveLength(3);
    for (const one of asked) expect(one.asked).toEqual(expect.arrayContaining([...(answered?.answered ?? [])]));
  });

  test("end with the sentence in every script, and are told apart by a number", async () => {
    const asked = await sketches([prompt(sentences.join(". ")), prompt(chinese.join("。"))]);
    // One in four of 160, by its hash.
    for (const one of asked) {
      expect(new Set(one.asked).size).toBeGreaterThan(20);
      expect(new Set(one.asked).size).toBeLessThan(60);
    }
  });

  test("are none where a text is short, unknown, or a later turn of a conversation", async () => {
    const long = sentences.join(". ");
    const later = numbered(12, (index) => ({
      messages: [user(`Question ${index}`), assistant("Yes."), user("And then?")],
      response: long,
    }));
    const [short, unknown, ...turns] = await sketches([
      { ...prompt("No. Yes. And so on. It goes on. Thus it is. So be it."), response: "No. Yes. And so on." },
      prompt(long),
      ...later,
    ]);
    expect(short).toMatchObject({ asked: [], answered: [] });
    expect(unknown?.answered).toEqual([]);
    // Of answers to what comes with a history one in four is kept, by what was asked; of what is asked the template always.
    expect(turns.filter(({ answered }) => answered.length > 0).length).toBeLessThan(turns.length);
    expect(turns.every(({ template }) => template.length > 0)).toBe(true);
  });

  test("of a long answer are likely to be kept of a longer prompt that it stands in", async () => {
    const answers = numbered(20, (k) =>
      numbered(20, (index) => `Answer ${k} says in passage ${index} what it says`).join("\n"),
    );
    const around = numbered(20, (index) => `And line ${index} of the prompt stands around it`).join("\n");
    const all = await sketches(
      answers.flatMap((answer) => [{ ...prompt("Hello"), response: answer }, prompt(`${around}\n${answer}`)]),
    );
    const found = answers.filter((_, k) => all[2 * k]?.answered.some((hash) => all[2 * k + 1]?.asked.includes(hash)));
    expect(found.length).toBeGreaterThanOrEqual(19);
  });
});
