import type { JsonRecord } from "../json-value.ts";
import { asList, field, firstField, isRecord, maybeJson } from "../json-value.ts";

/*
 * Message content in the shapes of the vendors' APIs:
 *   OpenAI chat completions  "text" | [{type: "text", text}]
 *   OpenAI responses         [{type: "input_text" | "output_text", text}]
 *   Anthropic messages       "text" | [{type: "text", text} | {type: "tool_result", content}]
 *   Amazon Bedrock Converse  [{text} | {toolResult: {content: [{text} | {json}]}}]
 *   Google generateContent   parts: [{text} | {functionResponse: {response}}]
 *   OpenTelemetry GenAI      parts: [{type: "text", content} | {type: "tool_call_response", response} | {type: "blob", content}]
 */

/** Parts nest (a tool's result holds parts again); deeper ones are ignored. */
const depthMax = 4;

const toolResultTypes = new Set(["tool_result", "tool_call_response", "function_call_output"]);
/** No words of the message: thoughts, calls, and bytes in base64. */
const hiddenTypes = new Set([
  "thinking",
  "redacted_thinking",
  "reasoning",
  "tool_call",
  "tool_use",
  "function_call",
  "blob",
]);

/** The text in a content, parts joined by newlines; "" where it has none (a picture, a tool call). */
export function contentText(content: unknown, depth = 0): string {
  if (typeof content === "string") return content;
  if (depth > depthMax) return "";
  if (isRecord(content)) return partText(content, depth);
  const texts = asList(content).map((part) => contentText(part, depth + 1));
  return texts.filter((text) => text !== "").join("\n");
}

/** A content that may have been written as JSON: its parts where it holds some; otherwise a text is what was said, JSON or not. */
export function writtenContent(content: unknown): unknown {
  const found = maybeJson(content);
  const isParts = Array.isArray(found) ? found.every((part) => isTyped(part) || isText(part)) : isTyped(found);
  return typeof content === "string" && !isParts ? content : found;
}

const isTyped = (part: unknown): boolean => typeof field(part, "type") === "string";
const isText = (part: unknown): boolean => typeof field(part, "text") === "string";

/** The text that tools answered in a content; "" where none did. */
export function toolResultText(content: unknown): string {
  const texts = asList(content).map((part) => (isRecord(part) ? resultText(part) : ""));
  return texts.filter((text) => text !== "").join("\n");
}

export function isToolResult(part: unknown): boolean {
  if (!isRecord(part)) return false;
  const type = field(part, "type");
  if (typeof type === "string") return toolResultTypes.has(type);
  return field(part, "toolResult") !== undefined || field(part, "functionResponse") !== undefined;
}

function partText(part: JsonRecord, depth: number): string {
  const type = field(part, "type");
  if (typeof type === "string" && (hiddenTypes.has(type) || toolResultTypes.has(type))) return "";
  const text = firstField(part, "text", "content", "parts");
  return typeof text === "object" || typeof text === "string" ? contentText(text, depth + 1) : "";
}

function resultText(part: JsonRecord): string {
  if (!isToolResult(part)) return "";
  const inner = firstField(part, "toolResult", "functionResponse") ?? part;
  const answer = maybeJson(firstField(inner, "content", "response", "result", "output"));
  const text = contentText(answer, 1);
  if (text !== "" || answer === undefined) return text;
  return JSON.stringify(answer);
}
