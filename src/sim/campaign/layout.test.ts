import { expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { drawPipeline } from "../pipeline/pipeline.ts";
import type { Call, Task } from "../traffic/task.ts";
import { contentOf, utterance } from "../traffic/wire.ts";
import { emptyWorld } from "../world.case.ts";
import { layOut } from "./layout.ts";

const pipeline = drawPipeline(emptyWorld(1), seededRandom(1), "persona-questions", "en");
const answer = { text: "an answer", output: 3, reasoning: 0, finish: "stop" };

function laid(layout: "prompt" | "system", call: Omit<Call, "answer">, system?: string): Call {
  const task: Task = { frame: { model: "m", system }, gapMs: () => 0, next: () => ({ ...call, answer }) };
  return layOut(layout)(pipeline, task).next()!;
}

it("puts an item behind the system prompt that its call has, be it the task's or one of its own", () => {
  const messages = [utterance("user", "the item")];
  expect(laid("prompt", { messages }, "of the task")).toEqual({ messages, answer });
  expect(laid("system", { messages }, "of the task").system).toBe("of the task\n\nthe item");
  expect(laid("system", { system: "its own", messages }, "of the task").system).toBe("its own\n\nthe item");
  expect(laid("system", { messages }).system).toBe("the item");
  expect(laid("system", { messages }).messages.map(contentOf)).toEqual(["Begin."]);
});
