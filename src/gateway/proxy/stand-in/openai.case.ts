import { asList, field, isRecord } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import { dataEvent, events, json, namedEvent, PIECES, TEXT, THOUGHT } from "./answer.case.ts";
import type { Answer } from "./answer.case.ts";

/*
 * Stand-ins for OpenAI's endpoints, in the shapes of platform.openai.com/docs/api-reference.
 */

const CALL = { name: "weather", arguments: '{"city":"Paris"}' };
const LOGPROBS = { content: [{ token: "Par", logprob: -0.1, bytes: [80], top_logprobs: [] }], refusal: null };
const USAGE = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 };

export function chat(body: JsonRecord): Answer {
  const model = field(body, "model");
  if (model === "limited") return limited();
  const isGenerous = model === "generous";
  const samples = isGenerous ? 3 : Number(field(body, "n") ?? 1);
  const logprobs = isGenerous || field(body, "logprobs") === true ? LOGPROBS : null;
  const thinks = isGenerous || field(body, "reasoning_effort") !== undefined;
  const usesTool = field(body, "tools") !== undefined;
  const head = { id: "chatcmpl-1", created: 1_700_000_000, model };
  const finish = usesTool ? "tool_calls" : "stop";
  const indices = Array.from({ length: samples }, (_, index) => index);
  if (field(body, "stream") !== true) {
    const message = {
      role: "assistant",
      content: usesTool ? null : TEXT,
      ...(thinks ? { reasoning_content: THOUGHT } : {}),
      ...(usesTool ? { tool_calls: [{ id: "call_1", type: "function", function: CALL }] } : {}),
    };
    const choices = indices.map((index) => ({ index, message, logprobs, finish_reason: finish }));
    return json({ ...head, object: "chat.completion", choices, usage: USAGE });
  }
  const chunk = (index: number, delta: object, finishReason: string | null = null): string =>
    dataEvent({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index, delta, logprobs: finishReason === null ? logprobs : null, finish_reason: finishReason }],
    });
  const deltas: object[] = usesTool ? callDeltas() : PIECES.map((content) => ({ content }));
  return events([
    ...indices.map((index) => chunk(index, { role: "assistant", content: "" })),
    ...(thinks ? indices.map((index) => chunk(index, { reasoning_content: THOUGHT })) : []),
    ...indices.flatMap((index) => [...deltas.map((delta) => chunk(index, delta)), chunk(index, {}, finish)]),
    dataEvent({ ...head, object: "chat.completion.chunk", choices: [], usage: USAGE }),
    "data: [DONE]\n\n",
  ]);
}

function callDeltas(): object[] {
  const call = (rest: object): object => ({ tool_calls: [{ index: 0, ...rest }] });
  return [
    call({ id: "call_1", type: "function", function: { name: CALL.name, arguments: "" } }),
    call({ function: { arguments: CALL.arguments.slice(0, 5) } }),
    call({ function: { arguments: CALL.arguments.slice(5) } }),
  ];
}

export function completions(body: JsonRecord): Answer {
  const prompts = Array.isArray(body["prompt"]) ? body["prompt"].length : 1;
  const samples = Number(field(body, "n") ?? 1);
  const logprobs = field(body, "logprobs") === undefined ? null : { tokens: ["Par"], token_logprobs: [-0.1] };
  const choices = Array.from({ length: prompts * samples }, (_, index) => ({
    index,
    text: TEXT,
    logprobs,
    finish_reason: "stop",
  }));
  return json({ id: "cmpl-1", object: "text_completion", created: 1_700_000_000, model: body["model"], choices });
}

export function responses(body: JsonRecord): Answer {
  if (field(body, "model") === "limited") return limited();
  const include = asList(field(body, "include"));
  const encrypted = include.includes("reasoning.encrypted_content") ? { encrypted_content: "gAAAA" } : {};
  const summary =
    field(field(body, "reasoning"), "summary") === undefined ? [] : [{ type: "summary_text", text: THOUGHT }];
  const logprobs = include.includes("message.output_text.logprobs") ? LOGPROBS.content : [];
  const unasked = field(body, "model") === "generous" ? [{ type: "summary_text", text: THOUGHT }] : summary;
  const reasoning = { id: "rs_1", type: "reasoning", summary: unasked, ...encrypted };
  const part = { type: "output_text", text: TEXT, annotations: [], logprobs };
  const message = { id: "msg_1", type: "message", role: "assistant", status: "completed", content: [part] };
  const call = { id: "fc_1", type: "function_call", call_id: "call_1", status: "completed", ...CALL };
  const said = field(body, "tools") === undefined ? message : call;
  const refusal = orphanedCall(body);
  if (refusal !== null) return refusal;
  const response = (status: string, output: readonly object[]): object => ({
    id: "resp_1",
    object: "response",
    created_at: 1_700_000_000,
    status,
    model: body["model"],
    output,
    usage: status === "completed" ? { input_tokens: 9, output_tokens: 5, total_tokens: 14 } : null,
  });
  const whole = response("completed", [reasoning, said]);
  if (field(body, "stream") !== true) return json(whole);
  const list: JsonRecord[] = [
    { type: "response.created", response: response("in_progress", []) },
    { type: "response.output_item.added", output_index: 0, item: { ...reasoning, summary: [] } },
    ...(unasked.length > 0
      ? [
          {
            type: "response.reasoning_summary_part.added",
            item_id: "rs_1",
            output_index: 0,
            summary_index: 0,
            part: unasked[0],
          },
          {
            type: "response.reasoning_summary_text.delta",
            item_id: "rs_1",
            output_index: 0,
            summary_index: 0,
            delta: THOUGHT,
          },
        ]
      : []),
    { type: "response.output_item.done", output_index: 0, item: reasoning },
    { type: "response.output_item.added", output_index: 1, item: { ...message, content: [] } },
    {
      type: "response.content_part.added",
      item_id: "msg_1",
      output_index: 1,
      content_index: 0,
      part: { ...part, text: "" },
    },
    ...PIECES.map((delta) => ({
      type: "response.output_text.delta",
      item_id: "msg_1",
      output_index: 1,
      content_index: 0,
      delta,
      logprobs,
    })),
    { type: "response.output_item.done", output_index: 1, item: said },
    { type: "response.completed", response: whole },
  ];
  return events(list.map((event, sequence) => namedEvent({ ...event, sequence_number: sequence })));
}

/** OpenAI refuses a function call that comes back without the reasoning that it followed. */
function orphanedCall(body: JsonRecord): Answer | null {
  const items = asList(field(body, "input")).filter(isRecord);
  const call = items.findIndex(({ type }) => type === "function_call");
  if (call === -1 || items[call - 1]?.["type"] === "reasoning") return null;
  const message = "Item 'fc_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_1'.";
  return json({ error: { message, type: "invalid_request_error", param: "input", code: null } }, 400);
}

function limited(): Answer {
  const error = { message: "Rate limit reached", type: "requests", param: null, code: "rate_limit_exceeded" };
  return json({ error }, 429);
}
