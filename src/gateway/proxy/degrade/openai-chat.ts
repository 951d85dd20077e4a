import { asList, field, isRecord } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper, Withhold } from "./dialect.ts";
import { withoutThoughts } from "./gemini-thinking.ts";
import { isEmpty, replaced, withRecord, withRecords, without } from "./json-change.ts";

/** What compatible servers ask for traces with: OpenAI, OpenRouter, Groq. Gemini has `extra_body.google.thinking_config` besides. */
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
    // Stored ones come one by one, and as a list.
    answer: (body) =>
      withRecords(strippedAnswer(body, withhold), "data", (completion) => strippedAnswer(completion, withhold)),
    event: (event) => strippedChunk(event, withhold),
  }),
};

function strippedRequest(body: JsonRecord, withhold: Withhold): JsonRecord {
  let kept = body;
  if (withhold.samples) kept = without(kept, "n");
  if (withhold.logprobs) kept = without(kept, "logprobs", "top_logprobs", "prompt_logprobs");
  if (withhold.reasoning) {
    kept = withRecord(kept, "extra_body", (extra) => withRecord(extra, "google", withoutThoughts));
    const isRestful = restfulEfforts.has(field(body, "reasoning_effort"));
    kept = without(kept, ...reasoningRequests.filter((name) => !(isRestful && name === "reasoning_effort")));
  }
  return kept;
}

/** vLLM puts the log probabilities of the prompt beside the choices. */
function strippedAnswer(body: JsonRecord, withhold: Withhold): JsonRecord {
  const kept = withhold.logprobs ? replaced(body, "prompt_logprobs", null) : body;
  return withRecords(kept, "choices", (choice, at) => strippedChoice(choice, at, withhold));
}

/** The first choice is the answer; the others are samples. */
function strippedChoice(choice: JsonRecord, at: number, withhold: Withhold): JsonRecord | null {
  if (withhold.samples && (field(choice, "index") ?? at) !== 0) return null;
  const kept = withhold.logprobs ? replaced(choice, "logprobs", null) : choice;
  if (!withhold.reasoning) return kept;
  return withRecord(withRecord(kept, "message", withoutTraces), "delta", withoutTraces);
}

function withoutTraces(message: JsonRecord): JsonRecord {
  // LiteLLM says the same again in a record of its own.
  const kept = withRecord(without(message, ...reasoningAnswers), "provider_specific_fields", (fields) =>
    without(fields, ...reasoningAnswers),
  );
  return withRecords(kept, "content", (part) => (reasoningParts.has(field(part, "type")) ? null : part));
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
