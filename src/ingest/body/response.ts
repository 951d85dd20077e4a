import { finishOf } from "../finish.ts";
import { asList, field, firstField, firstText, maybeJson, maybeNumber, nonBlank } from "../json-value.ts";
import { contentText } from "./content.ts";

/** What a response body tells. Usage in tokens. */
export interface ResponseFields {
  readonly id: string | undefined;
  readonly model: string | undefined;
  /** When the model answered, epoch seconds as OpenAI's APIs write it. */
  readonly createdSeconds: unknown;
  readonly response: string | undefined;
  readonly finish: unknown;
  readonly usage: { readonly input: unknown; readonly output: unknown; readonly reasoning: unknown };
}

/**
 * Reads a response body of the APIs that `requestFields` names, as an object or as JSON text, whole or as the list of its
 * stream's events; a plain text is the answer. Of several choices the first counts.
 */
export function responseFields(body: unknown): ResponseFields {
  const answer = maybeJson(body);
  if (Array.isArray(answer)) return streamFields(answer);
  return {
    id: idIn(answer),
    model: firstText(field(answer, "model"), field(answer, "modelVersion")),
    createdSeconds: firstField(answer, "created", "created_at"),
    response: answerText(answer),
    finish: finishOf(finishIn(answer)),
    usage: usageIn(answer),
  };
}

/** Google calls it `responseId`. */
function idIn(answer: unknown): string | undefined {
  return firstText(field(answer, "id"), field(answer, "responseId"));
}

function answerText(answer: unknown): string | undefined {
  if (typeof answer === "string") return nonBlank(answer);
  const choice = firstItem(answer, "choices") ?? firstItem(answer, "candidates") ?? firstItem(answer, "outputs");
  const message = field(field(answer, "output"), "message") ?? field(choice, "message") ?? choice;
  const found =
    firstField(message, "content", "text") ??
    field(firstItem(answer, "results"), "outputText") ??
    firstField(answer, "content", "output", "generation", "completion", "outputText");
  return nonBlank(contentText(found));
}

function finishIn(answer: unknown): unknown {
  const choice =
    firstItem(answer, "choices") ??
    firstItem(answer, "candidates") ??
    firstItem(answer, "outputs") ??
    firstItem(answer, "results");
  const own = firstField(answer, "stop_reason", "stopReason", "finish_reason", "completionReason");
  const incomplete = field(field(answer, "incomplete_details"), "reason");
  const named = firstField(choice, "finish_reason", "finishReason", "stop_reason", "completionReason");
  return named ?? own ?? incomplete ?? (Array.isArray(field(answer, "output")) ? field(answer, "status") : undefined);
}

/** Usage as OpenAI, Anthropic, Converse, Google, Titan and Llama count it. Cached input counts as input. */
function usageIn(answer: unknown): ResponseFields["usage"] {
  const usage = firstField(answer, "usage", "usageMetadata");
  const input = maybeNumber(
    firstField(usage, "prompt_tokens", "input_tokens", "inputTokens", "promptTokenCount") ??
      firstField(answer, "inputTextTokenCount", "prompt_token_count"),
  );
  const output =
    firstField(usage, "completion_tokens", "output_tokens", "outputTokens", "candidatesTokenCount") ??
    field(firstItem(answer, "results"), "tokenCount") ??
    field(answer, "generation_token_count");
  const details = firstField(usage, "completion_tokens_details", "output_tokens_details");
  return {
    input: typeof input === "number" ? input + cachedInput(usage) : input,
    output: maybeNumber(output),
    reasoning: maybeNumber(field(details, "reasoning_tokens") ?? field(usage, "thoughtsTokenCount")),
  };
}

/** Anthropic and Converse count what they cached apart from the input; OpenAI, and who speaks its names, within it. */
function cachedInput(usage: unknown): number {
  if (field(usage, "prompt_tokens") !== undefined) return 0;
  const names = [
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "cacheReadInputTokens",
    "cacheWriteInputTokens",
  ];
  const counts = names.map((name) => maybeNumber(field(usage, name)));
  return counts.reduce<number>((sum, count) => sum + (typeof count === "number" ? count : 0), 0);
}

/**
 * A list of stream events: Anthropic's (docs.claude.com/en/docs/build-with-claude/streaming), OpenAI's chunks, the events of its
 * responses API, or pieces of the shapes above. Later fields win; texts are joined.
 */
function streamFields(all: readonly unknown[]): ResponseFields {
  const events = all.filter(isOfFirstChoice);
  const heads = events.map((event) => firstField(event, "message", "response") ?? event);
  const last = <Value>(values: readonly Value[]): Value | undefined => values.findLast((value) => value !== undefined);
  const usageField = (value: unknown): unknown => firstField(value, "usage", "usageMetadata");
  const usages = heads.map((head, at) => usageIn({ usage: usageField(events[at]) ?? usageField(head) }));
  const text = events.map(deltaText).join("");
  return {
    id: last(heads.map(idIn)),
    model: last(heads.map((head) => firstText(field(head, "model"), field(head, "modelVersion")))),
    createdSeconds: last(heads.map((head) => field(head, "created"))),
    response: nonBlank(text),
    finish: last(heads.map((head) => finishOf(finishIn(field(head, "delta")) ?? finishIn(head)))),
    usage: {
      input: usages.find((usage) => usage.input !== undefined)?.input,
      output: last(usages.map((usage) => usage.output)),
      reasoning: last(usages.map((usage) => usage.reasoning)),
    },
  };
}

/** Choices of a stream come in events of their own, each with its number. */
function isOfFirstChoice(event: unknown): boolean {
  const index = field(firstItem(event, "choices") ?? firstItem(event, "candidates"), "index");
  return index === undefined || index === 0;
}

function deltaText(event: unknown): string {
  const delta = field(event, "delta") ?? field(firstItem(event, "choices"), "delta");
  if (field(event, "type") === "response.output_text.delta") return typeof delta === "string" ? delta : "";
  const found = delta === undefined ? undefined : firstField(delta, "text", "content");
  if (typeof found === "string") return found;
  return delta === undefined && field(event, "type") === undefined ? (answerText(event) ?? "") : "";
}

function firstItem(value: unknown, name: string): unknown {
  return asList(field(value, name))[0];
}
