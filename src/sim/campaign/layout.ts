import { assertNever } from "../../kit/assert.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Call, Task } from "../traffic/task.ts";
import { contentOf, type Utterance, utterance } from "../traffic/wire.ts";

/**
 * Where in a request its item stands: in the one message; in the system prompt, with a word to begin after it; or behind examples that are
 * told as a conversation.
 */
export type Layout = "prompt" | "system" | "examples";

/** Examples before an item. */
const EXAMPLES = 2;
const BEGIN = utterance("user", "Begin.");

/** Lays a pipeline's tasks out. A pipeline's first answers are the examples of its later requests; agents' episodes have none. */
export function layOut(layout: Layout): (pipeline: Pipeline, task: Task) => Task {
  const examples = new Map<Pipeline, Utterance[]>();
  const laid = (pipeline: Pipeline, { frame }: Task, call: Call): Call => {
    const { system = frame.system } = call;
    const [first, ...later] = call.messages;
    if (first === undefined) return call;
    switch (layout) {
      case "prompt":
        return call;
      case "system": {
        const parts = system === undefined ? [] : [system];
        return { ...call, system: [...parts, contentOf(first)].join("\n\n"), messages: [BEGIN, ...later] };
      }
      case "examples": {
        if (later.length > 0) return call;
        const shown = examples.get(pipeline) ?? [];
        examples.set(pipeline, shown);
        if (shown.length === 2 * EXAMPLES) return { ...call, messages: [...shown, first] };
        shown.push(first, utterance("assistant", call.answer.text));
        return call;
      }
      default:
        return assertNever(layout, "layout");
    }
  };
  return (pipeline, task) => ({
    ...task,
    next() {
      const call = task.next();
      return call === undefined ? undefined : laid(pipeline, task, call);
    },
  });
}
