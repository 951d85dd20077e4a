import { field, isRecord } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper, Withhold } from "./dialect.ts";
import { isEmpty, replaced, withRecord, withRecords, without } from "./json-change.ts";

const reasoningInclude = "reasoning.encrypted_content";
const logprobsInclude = "message.output_text.logprobs";
/** `response.reasoning_text.delta`, `response.reasoning_summary_part.added` and so on. */
const reasoningEvent = /^response\.reasoning_/;

/** OpenAI's `/v1/responses` (platform.openai.com/docs/api-reference/responses). It has no samples. */
export const openaiResponses: Dialect = {
  name: "openai-responses",
  kind: "call",
  stripper: (withhold): Stripper => ({
    request: (body) => strippedRequest(body, withhold),
    answer: (body) => strippedResponse(body, withhold),
    event: (event) => strippedEvent(event, withhold),
  }),
};

/**
 * What went into a response, and what is in a conversation: `/v1/responses/{id}/input_items`, `/v1/conversations/{id}/items`. Among it
 * are items of earlier answers, as they were given then.
 */
export const openaiItems: Dialect = {
  name: "openai-items",
  kind: "batch",
  stripper: (withhold): Stripper => ({
    request: (body) => body,
    answer: (body) => withRecords(strippedItem(body, withhold), "data", (item) => strippedItem(item, withhold)),
    event: (event) => event,
  }),
};

function strippedRequest(body: JsonRecord, withhold: Withhold): JsonRecord {
  let kept = body;
  if (withhold.logprobs) kept = withoutIncluded(without(kept, "top_logprobs"), logprobsInclude);
  if (!withhold.reasoning) return kept;
  kept = withRecord(withoutIncluded(kept, reasoningInclude), "reasoning", (reasoning) =>
    without(reasoning, "summary", "generate_summary"),
  );
  return kept !== body && isEmpty(field(kept, "reasoning")) ? without(kept, "reasoning") : kept;
}

function withoutIncluded(body: JsonRecord, name: string): JsonRecord {
  const include = field(body, "include");
  if (!Array.isArray(include) || !include.includes(name)) return body;
  const left = include.filter((other) => other !== name);
  return left.length === 0 ? without(body, "include") : replaced(body, "include", left);
}

function strippedResponse(response: JsonRecord, withhold: Withhold): JsonRecord {
  return withRecords(response, "output", (item) => strippedItem(item, withhold));
}

/**
 * A reasoning item stays, emptied: a function call that is sent back without the reasoning item before it is refused, and tools
 * would stop working.
 */
function strippedItem(item: JsonRecord, withhold: Withhold): JsonRecord {
  switch (field(item, "type")) {
    case "reasoning":
      return withhold.reasoning ? emptied(without(item, "encrypted_content", "content"), "summary") : item;
    case "message":
      return withRecords(item, "content", (part) => strippedPart(part, withhold));
    default:
      return item;
  }
}

const strippedPart = (part: JsonRecord, withhold: Withhold): JsonRecord =>
  withhold.logprobs ? emptied(part, "logprobs") : part;

/** The record with an empty list in a field that holds a list. */
function emptied(record: JsonRecord, name: string): JsonRecord {
  const list = field(record, name);
  return Array.isArray(list) && list.length > 0 ? replaced(record, name, []) : record;
}

/** The events' `sequence_number`s keep the gaps of what is not sent; clients use them to resume, not to count. */
function strippedEvent(event: JsonRecord, withhold: Withhold): JsonRecord | null {
  const type = field(event, "type");
  if (withhold.reasoning && typeof type === "string" && reasoningEvent.test(type)) return null;
  let kept = withRecord(event, "response", (response) => strippedResponse(response, withhold));
  kept = withRecord(kept, "item", (item) => strippedItem(item, withhold));
  kept = withRecord(kept, "part", (part) => strippedPart(part, withhold));
  const isTrace = isRecord(kept["part"]) && kept["part"]["type"] === "reasoning_text";
  if (withhold.reasoning && isTrace) return null;
  return strippedPart(kept, withhold);
}
