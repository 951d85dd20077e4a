const finishes: Readonly<Record<string, readonly string[]>> = {
  stop: ["stop", "end_turn", "stop_sequence", "eos", "complete", "completed", "finish", "finished", "success"],
  length: ["length", "max_tokens", "max_output_tokens", "model_length"],
  tool_use: ["tool_use", "tool_calls", "tool_call", "function_call"],
  refusal: ["refusal", "content_filter", "content_filtered", "guardrail_intervened", "safety", "blocklist"],
};

const finishByForeignName: ReadonlyMap<string, string> = new Map(
  Object.entries(finishes).flatMap(([finish, names]) => names.map((name) => [name, finish] as const)),
);

/** Vendors' words for why a model stopped, in the world's: `stop`, `length`, `tool_use`, `refusal`; others in lower case. */
export function finishOf(reason: unknown): unknown {
  if (typeof reason !== "string") return reason ?? undefined;
  const name = reason.toLowerCase();
  return finishByForeignName.get(name) ?? name;
}
