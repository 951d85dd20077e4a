import { asList, field, isRecord } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import { events, json, namedEvent, PIECES, TEXT, THOUGHT } from "./answer.case.ts";
import type { Answer } from "./answer.case.ts";

/*
 * A stand-in for Anthropic's messages, in the shapes of docs.claude.com/en/api/messages and …/build-with-claude/streaming, with the
 * rules of …/build-with-claude/extended-thinking on which blocks may come back when.
 */

const CALL = { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Paris" } };

export function messages(body: JsonRecord): Answer {
  const model = field(body, "model");
  if (model === "limited") return failure(429, "rate_limit_error", "Number of requests exceeded");
  const wrong = broken(body);
  if (wrong !== null) return failure(400, "invalid_request_error", wrong);
  const thinks = field(body, "thinking") !== undefined || model === "generous";
  const blocks = [
    ...(thinks
      ? [
          { type: "thinking", thinking: THOUGHT, signature: "EqQB" },
          { type: "redacted_thinking", data: "EmwK" },
        ]
      : []),
    field(body, "tools") !== undefined && !hasToolResult(body) ? CALL : { type: "text", text: TEXT },
  ];
  const reason = blocks.at(-1) === CALL ? "tool_use" : "end_turn";
  const head = { id: "msg_1", type: "message", role: "assistant", model };
  const usage = { input_tokens: 9, output_tokens: 5 };
  if (field(body, "stream") !== true)
    return json({ ...head, content: blocks, stop_reason: reason, stop_sequence: null, usage });
  return events(
    [
      { type: "message_start", message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage } },
      { type: "ping" },
      ...blocks.flatMap(blockEvents),
      { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 5 } },
      { type: "message_stop" },
    ].map(namedEvent),
  );
}

function blockEvents(block: JsonRecord, index: number): JsonRecord[] {
  const start = (empty: JsonRecord): JsonRecord => ({ type: "content_block_start", index, content_block: empty });
  const delta = (value: JsonRecord): JsonRecord => ({ type: "content_block_delta", index, delta: value });
  const stop = { type: "content_block_stop", index };
  switch (block["type"]) {
    case "thinking":
      return [
        start({ type: "thinking", thinking: "", signature: "" }),
        delta({ type: "thinking_delta", thinking: block["thinking"] }),
        delta({ type: "signature_delta", signature: block["signature"] }),
        stop,
      ];
    case "tool_use": {
      const input = JSON.stringify(block["input"]);
      const pieces = [input.slice(0, 4), input.slice(4)];
      return [
        start({ ...block, input: {} }),
        ...pieces.map((piece) => delta({ type: "input_json_delta", partial_json: piece })),
        stop,
      ];
    }
    case "text":
      return [start({ type: "text", text: "" }), ...PIECES.map((text) => delta({ type: "text_delta", text })), stop];
    default:
      return [start(block), stop];
  }
}

/** What the API refuses, in its own words. */
function broken(body: JsonRecord): string | null {
  const thinks = field(body, "thinking") !== undefined;
  const history = asList(field(body, "messages")).filter(isRecord);
  const last = history.findLast(({ role }) => role === "assistant");
  const types = new Set(asList(field(last, "content")).map((block) => field(block, "type")));
  const edits = asList(field(field(body, "context_management"), "edits"));
  if (thinks && types.has("tool_use") && !types.has("thinking"))
    return "Expected `thinking` or `redacted_thinking`, but found `tool_use`.";
  if (!thinks && last !== undefined && last === history.at(-1) && types.has("thinking"))
    return "When `thinking` is disabled, an `assistant` message in the final position cannot contain `thinking`.";
  if (!thinks && edits.some((edit) => field(edit, "type") === "clear_thinking_20251015"))
    return "`clear_thinking_20251015` strategy requires `thinking` to be enabled";
  return null;
}

function hasToolResult(body: JsonRecord): boolean {
  return asList(field(body, "messages")).some((message) =>
    asList(field(message, "content")).some((block) => field(block, "type") === "tool_result"),
  );
}

const failure = (status: number, type: string, message: string): Answer =>
  json({ type: "error", error: { type, message }, request_id: "req_1" }, status);
