import { expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { type Message, messageSchema } from "../../model/exchange.ts";
import type { Call, Task } from "../traffic/task.ts";
import { emptyWorld } from "../world.case.ts";
import { type PipelineName, PIPELINES } from "./phrases.ts";
import { CALLS_MEAN, drawPipeline, ITEM_KIND } from "./pipeline.ts";
import { workQueue } from "./queue.ts";
import { wordingLanguages } from "./wording.ts";

const world = emptyWorld(7);

/** Tasks of one pipeline, as one campaign would send them. */
function tasks(name: PipelineName, count: number, seed: string = name): { task: Task; calls: Call[] }[] {
  const random = seededRandom(seed);
  const language = random.pick(wordingLanguages(name));
  const pipeline = drawPipeline(world, random, name, language);
  const item = workQueue(world.texts.harvest(ITEM_KIND[name], language, random.fork("items")));
  return Array.from({ length: count }, () => {
    const task = pipeline.task(world, random, { item, model: "meridian-think", params: {}, samples: 1 });
    const calls: Call[] = [];
    for (let call = task.next(); call !== undefined; call = task.next()) calls.push(call);
    return { task, calls };
  });
}

function messagesOf({ messages }: Call): Message[] {
  return messages.map(({ json }) => messageSchema.parse(JSON.parse(json)));
}

it.each(PIPELINES)("%s makes as many calls a task as its campaigns reckon with", (name) => {
  const made = tasks(name, 600).reduce((sum, { calls }) => sum + calls.length, 0) / 600;
  expect(made / CALLS_MEAN[name]).toBeGreaterThan(0.9);
  expect(made / CALLS_MEAN[name]).toBeLessThan(1.1);
});

it("a proof goes back with what the checker said, and the conversation grows", () => {
  const loops = tasks("formal-proof", 100).filter(({ calls }) => calls.length > 1);
  expect(loops.length).toBeGreaterThan(20);
  for (const { calls } of loops) {
    const roles = messagesOf(calls.at(-1)!).map(({ role }) => role);
    expect(roles).toEqual(roles.map((_, i) => (i % 2 === 0 ? "user" : "assistant")));
    expect(messagesOf(calls[1]!)[1]?.content).toBe(calls[0]!.answer.text);
    expect(messagesOf(calls[1]!)[2]?.content).toContain("error");
  }
});

it("a document is asked about in several ways, each alone, and never comes again", () => {
  const bodies = tasks("document-questions", 100).map(({ calls }) => {
    const prompts = calls.map((call) => messagesOf(call).map(({ content }) => content));
    expect(prompts.every((messages) => messages.length === 1)).toBe(true);
    expect(new Set(prompts.flat()).size).toBe(calls.length);
    const paragraphs = prompts.map(([prompt]) => prompt!.split("\n\n"));
    return paragraphs[0]!.filter((line) => line.length > 60 && paragraphs.every((other) => other.includes(line)));
  });
  for (const shared of bodies) expect(shared.length).toBeGreaterThan(2);
  // The instruction aside, two documents hold no paragraph in common.
  const owners = new Map<string, number>();
  for (const shared of bodies) for (const line of shared) owners.set(line, (owners.get(line) ?? 0) + 1);
  expect([...owners.values()].filter((count) => count > 1).length).toBeLessThanOrEqual(1);
});

it("a trace offers functions that differ by task, and answers its calls with made-up results", () => {
  const traces = tasks("function-traces", 60);
  expect(new Set(traces.map(({ task }) => task.frame.tools!.join())).size).toBeGreaterThan(50);
  for (const { calls } of traces) {
    const results = messagesOf(calls.at(-1)!).filter(({ role }) => role === "tool");
    expect(results).toHaveLength(calls.length - 1);
    for (const { content } of results) expect(JSON.parse(content)).toBeTypeOf("object");
    expect(calls.map(({ answer }) => answer.finish)).toEqual(
      calls.map((_, i) => (i < results.length ? "tool_use" : "stop")),
    );
  }
});

it("a persona yields a question, which is asked as it came and without a word of the persona's template", () => {
  const made = tasks("persona-questions", 200);
  const asked = made.filter(({ calls }) => calls.length === 2);
  expect(asked.length).toBeGreaterThan(100);
  const lines = made.map(({ calls }) => words(calls[0]!).split("\n"));
  const template = lines[0]!.filter((line) => line !== "" && lines.every((other) => other.includes(line)));
  expect(template.length).toBeGreaterThan(0);
  expect(new Set(lines.map((said) => said.join("\n"))).size).toBe(made.length);
  for (const { task, calls } of asked) {
    const [first, second] = [calls[0]!, calls[1]!];
    expect(task.frame.system).toBeUndefined();
    expect(second.system).toBeUndefined();
    expect(messagesOf(second)).toEqual([{ role: "user", content: first.answer.text }]);
    for (const line of template) expect(words(second)).not.toContain(line);
  }
  const outputs = (call: number): number => median(asked.map(({ calls }) => calls[call]!.answer.output));
  expect(outputs(1)).toBeGreaterThan(4 * outputs(0));
});

it("a prompt is answered bare, then criticised and revised, in one conversation or by quoting", () => {
  const shapes = Array.from({ length: 12 }, (_, seed) => {
    const made = tasks("critique-revision", 30, `critique/${seed}`);
    const first = made[0]!.calls;
    const converses = messagesOf(first[1]!).length > 1;
    for (const { task, calls } of made) {
      const prompt = messagesOf(calls[0]!)[0]!.content;
      expect(messagesOf(calls[0]!)).toHaveLength(1);
      expect(calls[0]!.system ?? task.frame.system).toBeUndefined();
      expect([3, 5, 7]).toContain(calls.length);
      for (const [index, call] of calls.slice(1).entries()) {
        const before = calls[index]!.answer.text;
        expect(messagesOf(call)).toHaveLength(converses ? 2 * index + 3 : 1);
        const said = messagesOf(call).map(({ content }) => content);
        expect(said.join("\n")).toContain(prompt);
        expect(said.join("\n")).toContain(before);
      }
    }
    expect(new Set(made.map(({ calls }) => words(calls[0]!))).size).toBe(made.length);
    // In a conversation the critic's words quote nothing, so that they come again with each of the few principles.
    const critics = new Set(made.map(({ calls }) => messagesOf(calls[1]!).at(-1)!.content));
    expect(critics.size <= 9).toBe(converses);
    return converses;
  });
  expect(new Set(shapes)).toEqual(new Set([true, false]));
});

it("bare questions come without any other word, and the answers are long", () => {
  const made = tasks("bare-questions", 200);
  const questions = made.map(({ task, calls }) => {
    expect(calls[0]!.system ?? task.frame.system).toBeUndefined();
    const [question, ...more] = messagesOf(calls[0]!);
    expect(more).toEqual([]);
    return question!.content;
  });
  expect(new Set(questions).size).toBe(questions.length);
  const lines = questions.map((question) => new Set(question.split("\n")));
  const everywhere = [...lines[0]!].filter((line) => lines.every((other) => other.has(line)));
  expect(everywhere).toEqual([]);
  expect(median(made.map(({ calls }) => calls[0]!.answer.output))).toBeGreaterThan(3_000);
});

it("a model talks to itself: the visitor is given a situation, and the assistant hears only what the visitor says", () => {
  const swapped = Array.from({ length: 12 }, (_none, seed) => {
    const made = tasks("self-chat", 30, `chat/${seed}`);
    const lines = made.map(({ calls }) => words(calls[0]!).split("\n"));
    const template = lines[0]!.filter((line) => line.length > 10 && lines.every((other) => other.includes(line)));
    expect(template.length).toBeGreaterThan(0);
    for (const { task, calls } of made) {
      expect(task.frame.system).toBeUndefined();
      expect(calls.length).toBeGreaterThanOrEqual(4);
      const said = calls.map(({ answer }) => answer.text);
      for (const call of calls) {
        const roles = messagesOf(call).map(({ role }) => role);
        expect(roles).toEqual(roles.map((_role, i) => (i % 2 === 0 ? "user" : "assistant")));
      }
      const answered = calls.filter((_call, index) => index % 2 === 1);
      for (const [index, call] of answered.entries()) {
        expect(messagesOf(call).map(({ content }) => content)).toEqual(said.slice(0, 2 * index + 1));
        for (const line of template) expect(words(call)).not.toContain(line);
      }
      const visited = calls.filter((_call, index) => index % 2 === 0);
      for (const [index, call] of visited.entries())
        for (const text of said.slice(0, 2 * index)) expect(words(call)).toContain(text);
    }
    // Of some conversations the visitor has the last word, which is no message.
    const ended = made.filter(({ calls }) => calls.length % 2 === 1);
    expect(ended.length).toBeGreaterThan(5);
    expect(new Set(ended.map(({ calls }) => calls.at(-1)!.answer.text)).size).toBe(1);
    const outputs = (parity: number): number =>
      median(
        made.flatMap(({ calls }) => calls.filter((_call, i) => i % 2 === parity).map(({ answer }) => answer.output)),
      );
    expect(outputs(1)).toBeGreaterThan(4 * outputs(0));
    return messagesOf(made[0]!.calls[2]!).length > 1;
  });
  expect(new Set(swapped)).toEqual(new Set([true, false]));
});

it("a page is traced back to a request, the pair is marked, and good pages are written anew, each time with the whole page", () => {
  const made = tasks("backtranslation", 200);
  const pages = new Set<string>();
  for (const { task, calls } of made) {
    const prompts = calls.map((call) => messagesOf(call));
    expect(task.frame.system).toBeUndefined();
    expect(prompts.every((messages) => messages.length === 1)).toBe(true);
    expect(words(calls[0]!).length).toBeGreaterThan(400);
    const paragraphs = prompts[0]![0]!.content.split("\n\n").filter((line) => line.length > 60);
    const shared = paragraphs.filter((line) => prompts.every(([message]) => message!.content.includes(line)));
    expect(shared.length).toBeGreaterThan(2);
    pages.add(shared.join());
    for (const call of calls.slice(1)) expect(words(call)).toContain(calls[0]!.answer.text);
  }
  expect(pages.size).toBe(made.length);
  const counts = [1, 2, 3].map((count) => made.filter(({ calls }) => calls.length === count).length);
  for (const count of counts) expect(count).toBeGreaterThan(15);
  const outputs = (call: number): number => median(made.flatMap(({ calls }) => calls[call]?.answer.output ?? []));
  expect(outputs(2)).toBeGreaterThan(8 * outputs(0));
});

it("questions to databases carry the schema that they are about, and many are about the same one", () => {
  const made = tasks("text-to-sql", 300);
  const tables = made.map(({ calls }) => {
    expect(calls).toHaveLength(1);
    const said = words(calls[0]!);
    const names = [...said.matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(1);
    // The question follows the schema and names one of its tables.
    expect(names.some((name) => said.lastIndexOf(name) > said.lastIndexOf(");"))).toBe(true);
    expect(calls[0]!.answer.text).toContain("```sql");
    return said.slice(said.indexOf("CREATE"), said.lastIndexOf(");"));
  });
  expect(new Set(made.map(({ calls }) => words(calls[0]!))).size).toBe(made.length);
  expect(new Set(tables).size).toBeGreaterThan(80);
  expect(new Set(tables).size).toBeLessThanOrEqual(160);
});

/** The system prompt and the messages of a call, in one. */
function words(call: Call): string {
  return [call.system ?? "", ...messagesOf(call).map(({ content }) => content)].join("\n");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
