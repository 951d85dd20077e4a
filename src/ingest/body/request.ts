import {
  asList,
  field,
  firstField,
  firstText,
  isRecord,
  maybeFlag,
  maybeJson,
  maybeNumber,
  nonBlank,
} from "../json-value.ts";
import { conversationOf, promptConversation } from "./messages.ts";
import type { Conversation, MessageCandidate } from "./messages.ts";

/** What a request body tells. Params as they were sent; absent means not sent. */
export interface RequestFields {
  readonly model: string | undefined;
  readonly system: string | undefined;
  readonly messages: readonly MessageCandidate[] | undefined;
  readonly tools: readonly string[] | undefined;
  readonly params: Readonly<Record<string, unknown>> | undefined;
  readonly endUser: string | undefined;
}

/**
 * Reads a request body of any of these APIs, as an object or as JSON text; a plain text is the prompt.
 *   OpenAI           /v1/chat/completions, /v1/responses, /v1/completions (platform.openai.com/docs/api-reference)
 *   Anthropic        /v1/messages (docs.claude.com/en/api/messages)
 *   Amazon Bedrock   Converse, and InvokeModel of Nova, Titan, Llama, Mistral
 *                    (docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html)
 *   Google           generateContent (ai.google.dev/api/generate-content)
 */
export function requestFields(body: unknown): RequestFields {
  const request = maybeJson(body);
  const conversation = conversationIn(request);
  return {
    ...conversation,
    model: nonBlank(field(request, "model")),
    tools: toolNames(toolsIn(request)),
    params: paramsIn(request),
    endUser: firstText(
      field(request, "safety_identifier"),
      field(request, "user"),
      field(field(request, "metadata"), "user_id"),
    ),
  };
}

/** Where a request body keeps what is asked, if it was recorded. */
const askedNames = ["messages", "input", "contents", "prompt", "inputText", "message"];

/**
 * Reads what a tracing tool keeps as a call's whole input: a request body, a text, or anything else that a framework was given, as the
 * variables of its prompt, which is a prompt as it stands.
 */
export function wholeInput(input: unknown): RequestFields {
  const request = requestFields(input);
  if (request.system !== undefined || request.messages !== undefined) return request;
  const found = maybeJson(input);
  if (isEmpty(found) || (isRecord(found) && askedNames.some((name) => name in found))) return request;
  return { ...request, ...promptConversation(typeof input === "string" ? input : JSON.stringify(input)) };
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" ? Object.keys(value ?? {}).length === 0 : value === undefined || value === "";

function conversationIn(request: unknown): Conversation {
  if (Array.isArray(request)) return conversationOf(request);
  if (typeof request === "string") return promptConversation(request);
  const system = firstField(request, "system", "instructions", "systemInstruction", "system_instruction");
  const list = maybeJson(firstField(request, "messages", "input", "contents"));
  if (Array.isArray(list)) return conversationOf(list, system);
  const prompt = typeof list === "string" ? list : firstField(request, "prompt", "inputText", "message");
  const texts = asList(prompt).filter((text) => typeof text === "string");
  if (texts.length > 0) return conversationOf(texts, system);
  return typeof prompt === "string" ? promptConversation(prompt, system) : conversationOf([], system);
}

function toolsIn(request: unknown): readonly unknown[] {
  const direct = asList(firstField(request, "tools", "functions"));
  const converse = asList(field(field(request, "toolConfig"), "tools"));
  return [...direct, ...converse].flatMap((tool) => {
    const declarations = firstField(tool, "functionDeclarations", "function_declarations");
    return declarations === undefined ? [tool] : asList(declarations);
  });
}

/** Names of the tools offered, out of their definitions; a built-in tool goes by its type. Undefined where none are. */
export function toolNames(definitions: readonly unknown[]): readonly string[] | undefined {
  const names = definitions.flatMap((definition) => {
    const tool = maybeJson(definition);
    const inner = firstField(tool, "function", "toolSpec") ?? tool;
    const name = firstText(field(inner, "name"), field(tool, "type"), typeof tool === "string" ? tool : undefined);
    return name === undefined ? [] : [name];
  });
  return names.length === 0 ? undefined : names;
}

const maxTokensNames = [
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "maxTokens",
  "maxOutputTokens",
  "max_new_tokens",
  "maxTokenCount",
  "max_gen_len",
  "max_tokens_to_sample",
];

/** Sampling parameters, at the top of a body or in the group where Bedrock and Google put them. */
export function paramsIn(request: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(request)) return undefined;
  const group = firstField(request, "inferenceConfig", "textGenerationConfig", "generationConfig");
  const find = (...names: readonly string[]): unknown =>
    sentParam(firstField(request, ...names) ?? firstField(group, ...names));
  const params = {
    temperature: maybeNumber(find("temperature")),
    top_p: maybeNumber(find("top_p", "topP")),
    n: maybeNumber(find("n", "candidateCount")),
    max_tokens: maybeNumber(find(...maxTokensNames)),
    logprobs: logprobs(find("logprobs", "responseLogprobs")),
    stream: maybeFlag(find("stream")),
    reasoning_effort: sentParam(reasoningEffort(request)),
  };
  return Object.values(params).some((value) => value !== undefined) ? params : undefined;
}

const notSentWords = /^([-+]?inf(inity)?|nan|none|null|not_?given|undefined)$/i;

/** A parameter, undefined where a word stands for one that was not sent: Langfuse's SDK writes `"max_tokens": "Infinity"` then. */
export function sentParam(value: unknown): unknown {
  return typeof value === "string" && notSentWords.test(value.trim()) ? undefined : value;
}

/** The older completions API counts the log probabilities that it wants. */
function logprobs(value: unknown): unknown {
  return typeof value === "number" ? value > 0 : maybeFlag(value);
}

/** Anthropic's extended thinking has no effort unless `output_config` names one: it goes by its type, `enabled`. */
function reasoningEffort(request: unknown): unknown {
  const effort = field(request, "reasoning_effort");
  return (
    // LiteLLM takes the object of OpenAI's responses API there, too.
    (isRecord(effort) ? field(effort, "effort") : effort) ??
    field(field(request, "reasoning"), "effort") ??
    field(field(request, "output_config"), "effort") ??
    field(field(request, "thinking"), "type")
  );
}
