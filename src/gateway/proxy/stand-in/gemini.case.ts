import { asList, field } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import { dataEvent, events, json, PIECES, TEXT, THOUGHT } from "./answer.case.ts";
import type { Answer } from "./answer.case.ts";

/*
 * A stand-in for Gemini, in the shapes of ai.google.dev/api/generate-content, with the rule of Gemini 3 on thought signatures
 * (ai.google.dev/gemini-api/docs/thought-signatures).
 */

/** @param stream `events` with `?alt=sse`, `list` without */
export function generate(model: string, body: JsonRecord, stream: "events" | "list" | null): Answer {
  if (model === "limited") return failure(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted");
  if (lacksSignature(body))
    return failure(400, "INVALID_ARGUMENT", "Function call is missing a thought_signature in functionCall parts.");
  const config = field(body, "generationConfig");
  const isGenerous = model === "generous";
  const thinks = isGenerous || field(field(config, "thinkingConfig"), "includeThoughts") === true;
  const candidates = isGenerous ? 2 : Number(field(config, "candidateCount") ?? 1);
  const logprobs =
    isGenerous || field(config, "responseLogprobs") === true
      ? { avgLogprobs: -0.1, logprobsResult: { chosenCandidates: [{ token: "Par", logProbability: -0.1 }] } }
      : {};
  const thoughts = thinks ? [{ text: THOUGHT, thought: true, thoughtSignature: "CpQB" }] : [];
  const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 5, totalTokenCount: 14 };
  const answer = (parts: readonly object[], rest: object = {}): object => ({
    candidates: Array.from({ length: candidates }, (_, index) => ({
      content: { role: "model", parts },
      index,
      ...rest,
    })),
    usageMetadata,
    modelVersion: model,
    responseId: "gem_1",
  });
  const call = { functionCall: { name: "weather", args: { city: "Paris" } }, thoughtSignature: "CpQC" };
  const wantsCall = field(body, "tools") !== undefined && !JSON.stringify(body).includes("functionResponse");
  if (stream === null) {
    const said = wantsCall ? [call] : [{ text: TEXT, thoughtSignature: "CpQD" }];
    return json(answer([...thoughts, ...said], { finishReason: "STOP", ...logprobs }));
  }
  const said = wantsCall ? [[call]] : PIECES.map((text) => [{ text }]);
  const pieces = [
    ...thoughts.map((thought) => answer([thought])),
    ...said.slice(0, -1).map((parts) => answer(parts, logprobs)),
    answer(said.at(-1) ?? [], { finishReason: "STOP", ...logprobs }),
  ];
  return stream === "list" ? json(pieces) : events(pieces.map((piece) => dataEvent(piece, "\r\n")));
}

/** A stand-in for Gemini's interactions, in the shapes of ai.google.dev/api/interactions-api. */
export function interactions(body: JsonRecord): Answer {
  const model = field(body, "model");
  const asksForThoughts = field(field(body, "generation_config"), "thinking_summaries") === "auto";
  const thinks = model === "generous" || asksForThoughts;
  const thought = {
    type: "thought",
    ...(thinks ? { summary: [{ type: "text", text: THOUGHT }] } : {}),
    signature: "CpQB",
  };
  const said = { type: "model_output", content: [{ type: "text", text: TEXT }] };
  const head = { id: "int_1", model, status: "completed" };
  if (field(body, "stream") !== true) return json({ ...head, steps: [thought, said] });
  const delta = (index: number, value: JsonRecord): JsonRecord => ({ event_type: "step.delta", index, delta: value });
  return events(
    [
      { event_type: "interaction.created", interaction: { ...head, status: "in_progress" } },
      { event_type: "step.start", index: 0, step: { type: "thought" } },
      ...(thinks ? [delta(0, { type: "thought_summary", content: { type: "text", text: THOUGHT } })] : []),
      delta(0, { type: "thought_signature", signature: "CpQB" }),
      { event_type: "step.stop", index: 0 },
      { event_type: "step.start", index: 1, step: { type: "model_output" } },
      ...PIECES.map((text) => delta(1, { type: "text", text })),
      { event_type: "step.stop", index: 1 },
      { event_type: "interaction.completed", interaction: { ...head, steps: [thought, said] } },
    ].map((event) => dataEvent(event)),
  );
}

function lacksSignature(body: JsonRecord): boolean {
  return asList(field(body, "contents")).some((content) =>
    asList(field(content, "parts")).some(
      (part) => field(part, "functionCall") !== undefined && field(part, "thoughtSignature") === undefined,
    ),
  );
}

const failure = (code: number, status: string, message: string): Answer =>
  json({ error: { code, status, message } }, code);
