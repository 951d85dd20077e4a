import { asList, field } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper, Withhold } from "./dialect.ts";
import { withoutThoughts } from "./gemini-thinking.ts";
import { withRecord, withRecords, without } from "./json-change.ts";
import { openaiFiles } from "./openai-files.ts";

/**
 * Gemini's `generateContent` and `streamGenerateContent` (ai.google.dev/api/generate-content). Requests may be written in
 * camelCase and in snake_case, as protobuf's JSON allows.
 */
export const geminiGenerate: Dialect = {
  name: "gemini-generate",
  kind: "call",
  stripper: (withhold): Stripper => ({
    request: (body) => strippedRequest(body, withhold),
    answer: (body) => strippedAnswer(body, withhold),
    event: (event) => strippedEvent(event, withhold),
  }),
};

/**
 * Gemini's `batchGenerateContent` with its requests in it, and its batches, which hold the results once they are there
 * (ai.google.dev/api/batch-api). A batch whose requests are in a file is refused: files go to an address of their own, where nobody
 * could strip them. So is one by OpenAI's client (ai.google.dev/gemini-api/docs/openai), which names such a file; OpenAI's own files
 * are named otherwise.
 */
export const geminiBatches: Dialect = {
  name: "gemini-batches",
  kind: "batch",
  isOutOfSight(body) {
    const file = field(body, "input_file_id");
    if (typeof file === "string" && file.startsWith("files/")) return true;
    const configs = ["inputConfig", "input_config"].map((name) => field(field(body, "batch"), name));
    return configs.some((config) => ["fileName", "file_name"].some((name) => field(config, name) !== undefined));
  },
  stripper: (withhold): Stripper => ({
    request: (body) =>
      withRecord(body, "batch", (batch) => {
        const change = (config: JsonRecord): JsonRecord => strippedInput(config, withhold);
        return withRecord(withRecord(batch, "inputConfig", change), "input_config", change);
      }),
    answer: (body) =>
      withRecords(strippedBatch(body, withhold), "operations", (operation) => strippedBatch(operation, withhold)),
    event: (event) => event,
  }),
};

/** The file that a batch leaves its results in: a line for each, with the key of its request, or as OpenAI's where its client asked. */
export const geminiResults: Dialect = {
  name: "gemini-results",
  kind: "lines",
  stripper: (withhold): Stripper => ({
    request: (body) => body,
    answer: (line) => openaiFiles.stripper(withhold).answer(strippedResult(strippedAnswer(line, withhold), withhold)),
    event: (event) => event,
  }),
};

/**
 * Google's `/batch`: a form of whole HTTP requests. It is no record, and so refused under degrade: nothing in it would be stripped.
 */
export const googleBatch: Dialect = {
  name: "google-batch",
  kind: "batch",
  stripper: (): Stripper => ({ request: (body) => body, answer: (body) => body, event: (event) => event }),
};

function strippedInput(config: JsonRecord, withhold: Withhold): JsonRecord {
  return withRecord(config, "requests", (list) =>
    withRecords(list, "requests", (item) => withRecord(item, "request", (body) => strippedRequest(body, withhold))),
  );
}

/** What a batch gave stands in its operation twice: in `metadata.output`, and, once it is done, in `response`. */
function strippedBatch(operation: JsonRecord, withhold: Withhold): JsonRecord {
  const change = (output: JsonRecord): JsonRecord =>
    withRecord(output, "inlinedResponses", (list) =>
      withRecords(list, "inlinedResponses", (item) => strippedResult(item, withhold)),
    );
  const kept = withRecord(operation, "metadata", (metadata) => withRecord(metadata, "output", change));
  return withRecord(kept, "response", change);
}

const strippedResult = (item: JsonRecord, withhold: Withhold): JsonRecord =>
  withRecord(item, "response", (answer) => strippedAnswer(answer, withhold));

function strippedRequest(body: JsonRecord, withhold: Withhold): JsonRecord {
  const change = (config: JsonRecord): JsonRecord => strippedConfig(config, withhold);
  return withRecord(withRecord(body, "generationConfig", change), "generation_config", change);
}

function strippedConfig(config: JsonRecord, withhold: Withhold): JsonRecord {
  let kept = config;
  if (withhold.samples) kept = without(kept, "candidateCount", "candidate_count");
  if (withhold.logprobs) kept = without(kept, "responseLogprobs", "response_logprobs", "logprobs");
  return withhold.reasoning ? withoutThoughts(kept) : kept;
}

const strippedAnswer = (body: JsonRecord, withhold: Withhold): JsonRecord =>
  withRecords(body, "candidates", (candidate, at) => strippedCandidate(candidate, at, withhold));

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
