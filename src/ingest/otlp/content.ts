import { contentText, writtenContent } from "../body/content.ts";
import { conversationOf } from "../body/messages.ts";
import type { Conversation } from "../body/messages.ts";
import { requestFields, toolNames, wholeInput } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { finishOf } from "../finish.ts";
import { asList, field, firstField, isRecord, maybeJson, nonBlank } from "../json-value.ts";
import type { Attributes } from "./any-value.ts";
import { indexedMembers } from "./indexed.ts";
import { messageEvents } from "./names.ts";
import type { NamedEvent } from "./signal.ts";

/** What was said, as far as it was recorded: instrumentations leave content out unless told otherwise. */
export interface Content extends Conversation {
  readonly tools: readonly string[] | undefined;
  readonly response: string | undefined;
  readonly finish: unknown;
}

const nothing: Conversation = { system: undefined, messages: undefined };

/** Content from attributes and events, the first convention that has any winning, input and output apart. */
export function contentOf(attributes: Attributes, events: readonly NamedEvent[]): Content {
  const conversation =
    [currentInput, indexedInput, openInferenceInput, openInferenceValue]
      .map((read) => read(attributes))
      .find(({ system, messages }) => system !== undefined || messages !== undefined) ?? eventInput(events);
  const output =
    [currentOutput, indexedOutput, openInferenceOutput]
      .map((read) => read(attributes))
      .find(({ response, finish }) => response !== undefined || finish !== undefined) ?? eventOutput(events);
  const reasons = asList(maybeJson(attributes.get("gen_ai.response.finish_reasons")));
  return {
    ...conversation,
    ...output,
    finish: finishOf(reasons[0]) ?? output.finish,
    tools: toolsOf(attributes),
  };
}

interface Output {
  readonly response: string | undefined;
  readonly finish: unknown;
}

function currentInput(attributes: Attributes): Conversation {
  const messages = maybeJson(attributes.get("gen_ai.input.messages"));
  return conversationOf(messages, maybeJson(attributes.get("gen_ai.system_instructions")));
}

function currentOutput(attributes: Attributes): Output {
  const [message] = asList(maybeJson(attributes.get("gen_ai.output.messages")));
  return {
    response: nonBlank(contentText(firstField(message, "parts", "content"))),
    finish: finishOf(field(message, "finish_reason")),
  };
}

/** `gen_ai.prompt.N.content`, and Traceloop's older `llm.prompts.N.content`. */
function indexedInput(attributes: Attributes): Conversation {
  const members = [...indexedMembers(attributes, "gen_ai.prompt"), ...indexedMembers(attributes, "llm.prompts")];
  const messages = members
    .filter((member) => member.has("content"))
    .map((member) => ({ role: member.get("role") ?? "user", content: writtenContent(member.get("content")) }));
  return conversationOf(messages);
}

function indexedOutput(attributes: Attributes): Output {
  const [member] = [
    ...indexedMembers(attributes, "gen_ai.completion"),
    ...indexedMembers(attributes, "llm.completions"),
  ];
  return {
    response: nonBlank(contentText(member?.get("content"))),
    finish: finishOf(member?.get("finish_reason")),
  };
}

function openInferenceInput(attributes: Attributes): Conversation {
  return conversationOf(indexedMembers(attributes, "llm.input_messages").map(openInferenceMessage));
}

function openInferenceOutput(attributes: Attributes): Output {
  const [member] = indexedMembers(attributes, "llm.output_messages");
  if (member !== undefined) {
    return { response: nonBlank(contentText(openInferenceMessage(member).content)), finish: undefined };
  }
  const { response, finish } = responseFields(attributes.get("output.value"));
  return { response, finish };
}

function openInferenceMessage(member: Attributes): { readonly role: unknown; readonly content: unknown } {
  const parts = indexedMembers(member, "message.contents").map((part) => part.get("message_content.text"));
  return { role: member.get("message.role") ?? "user", content: member.get("message.content") ?? parts };
}

function openInferenceValue(attributes: Attributes): Conversation {
  const value = attributes.get("input.value");
  if (value === undefined) return nothing;
  const { system, messages } = wholeInput(value);
  return { system, messages };
}

function eventInput(events: readonly NamedEvent[]): Conversation {
  const prompt = events.find((event) => event.name === "gen_ai.content.prompt")?.attributes.get("gen_ai.prompt");
  if (prompt !== undefined) {
    const { system, messages } = requestFields(prompt);
    return { system, messages };
  }
  return conversationOf(
    events.flatMap((event) => {
      const role = messageEvents.get(event.name);
      if (role === undefined || role === "choice") return [];
      const body = eventBody(event);
      return [{ role, content: isRecord(body) ? writtenContent(field(body, "content")) : body }];
    }),
  );
}

function eventOutput(events: readonly NamedEvent[]): Output {
  const completion = events.find((event) => event.name === "gen_ai.content.completion");
  if (completion !== undefined) {
    const [first] = asList(maybeJson(completion.attributes.get("gen_ai.completion")));
    const { response, finish } = responseFields(first ?? completion.attributes.get("gen_ai.completion"));
    return { response, finish };
  }
  const choice = events.find((event) => event.name === "gen_ai.choice");
  const body = choice === undefined ? undefined : eventBody(choice);
  const message = maybeJson(field(body, "message")) ?? body;
  return {
    response: nonBlank(contentText(isRecord(message) ? writtenContent(field(message, "content")) : message)),
    finish: finishOf(field(body, "finish_reason")),
  };
}

/** The body of a message event: a log's body, one attribute with JSON, or the attributes themselves. */
function eventBody(event: NamedEvent): unknown {
  const inOne = maybeJson(event.attributes.get("gen_ai.event.content"));
  return maybeJson(event.body) ?? inOne ?? Object.fromEntries(event.attributes);
}

function toolsOf(attributes: Attributes): readonly string[] | undefined {
  const current = asList(maybeJson(attributes.get("gen_ai.tool.definitions")));
  const openInference = indexedMembers(attributes, "llm.tools").map((tool) => tool.get("tool.json_schema"));
  const traceloop = indexedMembers(attributes, "llm.request.functions").map((tool) => ({ name: tool.get("name") }));
  return toolNames([...current, ...openInference, ...traceloop]);
}
