import { asList, field, firstField, isRecord } from "../json-value.ts";
import { contentText, isToolResult, toolResultText } from "./content.ts";

/** A message as found: the validation decides about roles that nobody knows. */
export interface MessageCandidate {
  readonly role: unknown;
  readonly content: string;
}

export interface Conversation {
  readonly system: string | undefined;
  readonly messages: readonly MessageCandidate[] | undefined;
}

const roles: ReadonlyMap<string, string> = new Map([
  ["user", "user"],
  ["human", "user"],
  ["assistant", "assistant"],
  ["model", "assistant"],
  ["ai", "assistant"],
  ["tool", "tool"],
  ["function", "tool"],
  ["ipython", "tool"],
  ["system", "system"],
  ["developer", "system"],
]);

/**
 * A vendor's messages as the world's. System messages before the first other one become the system prompt, after
 * `system` if that is there too. What a user message carries back from tools becomes a message of the role `tool`.
 * `messages` is undefined where there are none.
 */
export function conversationOf(list: unknown, system?: unknown): Conversation {
  const found = asList(list).flatMap(messagesOf);
  const firstOther = found.findIndex((message) => message.role !== "system");
  const leading = found.slice(0, firstOther < 0 ? found.length : firstOther);
  const messages = found.slice(leading.length);
  const instructions = [contentText(system), ...leading.map((message) => message.content)];
  const text = instructions.filter((part) => part !== "").join("\n");
  return { system: text === "" ? undefined : text, messages: messages.length === 0 ? undefined : messages };
}

/** One text as a conversation of one user message; none where it is blank. */
export function promptConversation(prompt: string, system?: unknown): Conversation {
  return conversationOf(prompt.trim() === "" ? [] : [{ role: "user", content: prompt }], system);
}

function messagesOf(item: unknown): readonly MessageCandidate[] {
  if (typeof item === "string") return [{ role: "user", content: item }];
  if (!isRecord(item)) return [];
  if (isToolResult(item)) return [{ role: "tool", content: toolResultText([item]) }];
  const role = roleOf(item);
  if (role === undefined) return [];
  const content = firstField(item, "content", "parts");
  const text = contentText(content);
  const answered = toolResultText(content);
  if (answered === "") return [{ role, content: text }];
  const answer = { role: "tool", content: answered };
  return text === "" || role === "tool" ? [answer] : [answer, { role, content: text }];
}

/** Undefined for items of the OpenAI responses API that are no messages, such as a reasoning item or a function call. */
function roleOf(item: unknown): unknown {
  const role = field(item, "role");
  if (typeof role === "string") return roles.get(role.toLowerCase()) ?? role;
  if (role !== undefined) return role;
  const type = field(item, "type");
  return type === undefined || type === "message" ? "user" : undefined;
}
