import { asList, field } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper, Withhold } from "./dialect.ts";
import { withRecord, withRecords, without } from "./json-change.ts";

/**
 * Gemini's `generateContent` and `streamGenerateContent` (ai.google.dev/api/generate-content). Requests may be written in
 * camelCase and in snake_case, as protobuf's JSON allows.
 */
export const geminiGenerate: Dialect = {
  name: "gemini-generate",
  stripper: (withhold): Stripper => ({
    request: (body) => strippedRequest(body, withhold),
    answer: (body) => withRecords(body, "candidates", (candidate, at) => strippedCandidate(candidate, at, withhold)),
    event: (event) => strippedEvent(event, withhold),
  }),
};

/**
 * Gemini's `batchGenerateContent` (ai.google.dev/api/batch-api) with its requests in it. Their results are fetched much later, by an
 * operation's name; what was not asked for is not in them.
 */
export const geminiBatches: Dialect = {
  name: "gemini-batches",
  stripper: (withhold): Stripper => ({
    request: (body) =>
      withRecord(body, "batch", (batch) => {
        const change = (config: JsonRecord): JsonRecord => strippedBatch(config, withhold);
        return withRecord(withRecord(batch, "inputConfig", change), "input_config", change);
      }),
    answer: (body) => body,
    event: (event) => event,
  }),
};

function strippedBatch(config: JsonRecord, withhold: Withhold): JsonRecord {
  return withRecord(config, "requests", (list) =>
    withRecords(list, "requests", (item) => withRecord(item, "request", (body) => strippedRequest(body, withhold))),
  );
}

function strippedRequest(body: JsonRecord, withhold: Withhold): JsonRecord {
  const change = (config: JsonRecord): JsonRecord => strippedConfig(config, withhold);
  return withRecord(withRecord(body, "generationConfig", change), "generation_config", change);
}

function strippedConfig(config: JsonRecord, withhold: Withhold): JsonRecord {
  let kept = config;
  if (withhold.samples) kept = without(kept, "candidateCount", "candidate_count");
  if (withhold.logprobs) kept = without(kept, "responseLogprobs", "response_logprobs", "logprobs");
  if (!withhold.reasoning) return kept;
  // Some models always think; how much they do is the customer's to say, and to pay.
  const silent = (thinking: JsonRecord): JsonRecord => without(thinking, "includeThoughts", "include_thoughts");
  return withRecord(withRecord(kept, "thinkingConfig", silent), "thinking_config", silent);
}

function strippedCandidate(candidate: JsonRecord, at: number, withhold: Withhold): JsonRecord | null {
  if (withhold.samples && (field(candidate, "index") ?? at) !== 0) return null;
  const kept = withhold.logprobs ? without(candidate, "logprobsResult", "avgLogprobs") : candidate;
  if (!withhold.reasoning) return kept;
  return withRecord(kept, "content", (content) => withRecords(content, "parts", strippedPart));
}

/** The signature of a function call stays: Gemini 3 refuses the call's answer without it. It can't be read. */
function strippedPart(part: JsonRecord): JsonRecord | null {
  if (field(part, "thought") === true) return null;
  return Object.hasOwn(part, "functionCall") ? part : without(part, "thoughtSignature");
}

function strippedEvent(event: JsonRecord, withhold: Withhold): JsonRecord | null {
  const kept = withRecords(event, "candidates", (candidate, at) => {
    const stripped = strippedCandidate(candidate, at, withhold);
    return stripped !== candidate && isIdle(stripped) ? null : stripped;
  });
  // Each piece counts the tokens so far; the last, which says why it ended, is always sent.
  return kept === event || asList(field(kept, "candidates")).length > 0 ? kept : null;
}

/** Whether a candidate of a piece says nothing any more. */
function isIdle(candidate: JsonRecord | null): boolean {
  if (candidate === null) return true;
  const isSilent = asList(field(field(candidate, "content"), "parts")).length === 0;
  return isSilent && field(candidate, "finishReason") === undefined;
}
