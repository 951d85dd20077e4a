import { field } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper } from "./dialect.ts";
import { isEmpty, replaced, withRecord, withRecords, without } from "./json-change.ts";

const thinkingBlocks: ReadonlySet<unknown> = new Set(["thinking", "redacted_thinking"]);

/**
 * Anthropic's `/v1/messages` (docs.claude.com/en/api/messages). It has neither samples nor log probabilities.
 *
 * While thinking is on, a turn that used a tool must be sent back with the thinking before it. A client that never saw it can't,
 * so thinking is turned off in the request, and with it all that may stand in a request only while it is on.
 */
export const anthropicMessages: Dialect = {
  name: "anthropic-messages",
  kind: "call",
  stripper(withhold): Stripper {
    if (!withhold.reasoning) return { request: (body) => body, answer: (body) => body, event: (event) => event };
    return { request: withoutThinking, answer: withoutThinkingBlocks, event: createEventStripper() };
  },
};

/**
 * Anthropic's `/v1/messages/batches` (docs.claude.com/en/api/creating-message-batches): many requests at once.
 */
export const anthropicBatches: Dialect = {
  name: "anthropic-batches",
  kind: "batch",
  stripper: (withhold): Stripper => ({
    request: (body) =>
      withhold.reasoning
        ? withRecords(body, "requests", (request) => withRecord(request, "params", withoutThinking))
        : body,
    answer: (body) => body,
    event: (event) => event,
  }),
};

/** `/v1/messages/batches/{id}/results`: a line for each request, which may have been asked for before anything was decided. */
export const anthropicResults: Dialect = {
  name: "anthropic-results",
  kind: "lines",
  stripper: (withhold): Stripper => ({
    request: (body) => body,
    answer: (line) =>
      withhold.reasoning
        ? withRecord(line, "result", (result) => withRecord(result, "message", withoutThinkingBlocks))
        : line,
    event: (event) => event,
  }),
};

function withoutThinking(body: JsonRecord): JsonRecord {
  if (!Object.hasOwn(body, "thinking")) return body;
  const kept = withRecords(without(body, "thinking"), "messages", (message) => {
    const stripped = withoutThinkingBlocks(message);
    // The thinking of a last assistant message is refused; an empty message before the last is refused too.
    return isEmpty(field(stripped, "content")) ? message : stripped;
  });
  return withRecord(kept, "context_management", (management) =>
    withRecords(management, "edits", (edit) => (clearsThinking(edit) ? null : edit)),
  );
}

/** `clear_thinking_20251015` and its successors. */
function clearsThinking(edit: JsonRecord): boolean {
  const type = field(edit, "type");
  return typeof type === "string" && type.startsWith("clear_thinking_");
}

function withoutThinkingBlocks(message: JsonRecord): JsonRecord {
  return withRecords(message, "content", (block) => (isThinking(block) ? null : block));
}

const isThinking = (block: unknown): boolean => thinkingBlocks.has(field(block, "type"));

/**
 * Leaves out the events of thinking blocks (docs.claude.com/en/docs/build-with-claude/streaming), and numbers the blocks after
 * them anew: clients put a block where its index says.
 */
function createEventStripper(): Stripper["event"] {
  const hidden = new Set<number>();
  return (event) => {
    const index = field(event, "index");
    if (typeof index !== "number") return withRecord(event, "message", withoutThinkingBlocks);
    if (isThinking(field(event, "content_block"))) hidden.add(index);
    return hidden.has(index) ? null : replaced(event, "index", index - hiddenBefore(index));
  };

  function hiddenBefore(index: number): number {
    return [...hidden].filter((other) => other < index).length;
  }
}
