import { asList, field, isRecord } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper, Withhold } from "./dialect.ts";
import { isEmpty, replaced, withRecord, withRecords, without } from "./json-change.ts";

/** What compatible servers ask for traces with: OpenAI, OpenRouter, Groq. */
const reasoningRequests = ["reasoning_effort", "reasoning", "include_reasoning", "reasoning_format"];
/** Where they put them: DeepSeek and vLLM, OpenRouter and Groq, OpenRouter, LiteLLM. */
const reasoningAnswers = ["reasoning_content", "reasoning", "reasoning_details", "thinking_blocks"];
/** Parts of a content that are traces (Mistral). */
const reasoningParts: ReadonlySet<unknown> = new Set(["thinking", "reasoning"]);
/** Efforts that ask for no reasoning: taking them out would turn it on. */
const restfulEfforts: ReadonlySet<unknown> = new Set(["none", "minimal"]);

/** `/v1/chat/completions` of OpenAI (platform.openai.com/docs/api-reference/chat) and of those who speak as it does. */
export const openaiChat: Dialect = {
  name: "openai-chat",
  kind: "call",
  stripper: (withhold): Stripper => ({
    request: (body) => strippedRequest(body, withhold),
    answer: (body) => withRecords(body, "choices", (choice, at) => strippedChoice(choice, at, withhold)),
    event: (event) => strippedChunk(event, withhold),
  }),
};

function strippedRequest(body: JsonRecord, withhold: Withhold): JsonRecord {
  let kept = body;
  if (withhold.samples) kept = without(kept, "n");
  if (withhold.logprobs) kept = without(kept, "logprobs", "top_logprobs");
  if (withhold.reasoning) {
    const isRestful = restfulEfforts.has(field(body, "reasoning_effort"));
    kept = without(kept, ...reasoningRequests.filter((name) => !(isRestful && name === "reasoning_effort")));
  }
  return kept;
}

/** The first choice is the answer; the others are samples. */
function strippedChoice(choice: JsonRecord, at: number, withhold: Withhold): JsonRecord | null {
  if (withhold.samples && (field(choice, "index") ?? at) !== 0) return null;
  const kept = withhold.logprobs ? replaced(choice, "logprobs", null) : choice;
  if (!withhold.reasoning) return kept;
  return withRecord(withRecord(kept, "message", withoutTraces), "delta", withoutTraces);
}

function withoutTraces(message: JsonRecord): JsonRecord {
  return withRecords(without(message, ...reasoningAnswers), "content", (part) =>
    reasoningParts.has(field(part, "type")) ? null : part,
  );
}

function strippedChunk(chunk: JsonRecord, withhold: Withhold): JsonRecord | null {
  const kept = withRecords(chunk, "choices", (choice, at) => {
    const stripped = strippedChoice(choice, at, withhold);
    return stripped !== choice && isIdle(stripped) ? null : stripped;
  });
  // OpenAI counts the tokens in a last chunk that has no choices of its own.
  const isLeft = kept === chunk || asList(field(kept, "choices")).length > 0 || field(kept, "usage") !== undefined;
  return isLeft ? kept : null;
}

/** Whether a choice of a chunk says nothing any more. */
function isIdle(choice: JsonRecord | null): boolean {
  if (choice === null) return true;
  const delta = field(choice, "delta");
  const isSilent = isRecord(delta) && Object.values(delta).every((value) => value === null || isEmpty(value));
  return isSilent && field(choice, "finish_reason") === undefined;
}
