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
function tasks(name: PipelineName, count: number): { task: Task; calls: Call[] }[] {
  const random = seededRandom(name);
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
