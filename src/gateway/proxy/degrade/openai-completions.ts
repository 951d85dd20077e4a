import { asList, field } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper, Withhold } from "./dialect.ts";
import { replaced, withRecords, without } from "./json-change.ts";

/** OpenAI's older `/v1/completions` (platform.openai.com/docs/api-reference/completions). It has no reasoning. */
export const openaiCompletions: Dialect = {
  name: "openai-completions",
  kind: "call",
  stripper(withhold): Stripper {
    // One request may carry several prompts, and is owed a choice for each: only what is beyond those are samples.
    let promptsOfRequest = 1;
    const answer = (body: JsonRecord): JsonRecord =>
      withRecords(body, "choices", (choice, at) => {
        const index = field(choice, "index") ?? at;
        if (withhold.samples && typeof index === "number" && index >= promptsOfRequest) return null;
        return withhold.logprobs ? replaced(replaced(choice, "logprobs", null), "prompt_logprobs", null) : choice;
      });
    return {
      request(body) {
        promptsOfRequest = promptCount(field(body, "prompt"));
        return strippedRequest(body, withhold);
      },
      answer,
      event(event) {
        const kept = answer(event);
        const isLeft =
          kept === event || field(kept, "usage") !== undefined || asList(field(kept, "choices")).length > 0;
        return isLeft ? kept : null;
      },
    };
  },
};

function strippedRequest(body: JsonRecord, withhold: Withhold): JsonRecord {
  const single = withhold.samples ? without(body, "n", "best_of") : body;
  if (!withhold.logprobs) return single;
  // The echo of a prompt is harmless by itself; with log probabilities it scores any text that one likes, as vLLM's `prompt_logprobs` do.
  const kept = without(single, "prompt_logprobs");
  return Object.hasOwn(kept, "logprobs") ? without(kept, "logprobs", "echo") : kept;
}

/** A text, a list of tokens, or a list of either. */
function promptCount(prompt: unknown): number {
  return Array.isArray(prompt) && typeof prompt[0] !== "number" ? Math.max(1, prompt.length) : 1;
}
