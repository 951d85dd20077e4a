/*
 * Attribute names, best first: the current ones of OpenTelemetry's semantic-conventions-genai; those of
 * semantic-conventions <= 1.36; OpenInference (Arize-ai/openinference, spec/semantic_conventions.md); Traceloop's
 * OpenLLMetry (opentelemetry-semantic-conventions-ai), old and new.
 */

export const modelNames = [
  "gen_ai.request.model",
  "gen_ai.response.model",
  "llm.model_name",
  "llm.request.model",
  "llm.response.model",
];

export const providerNames = ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "llm.vendor"];

/** Who is behind a call, best first: a named user, a pseudonymous one, an organisation, and at last the key. */
export const accountNames = [
  "user.id",
  "enduser.id",
  "enduser.pseudo.id",
  "gen_ai.user.id",
  "traceloop.association.properties.user_id",
  "metadata.user_api_key_user_id",
  "llm.user",
  "organization.id",
  "tenant.id",
  "metadata.user_api_key_org_id",
  "metadata.user_api_key_team_id",
];

export const keyNames = ["api_key.id", "gen_ai.api_key.id", "metadata.user_api_key_hash", "api_key"];

export const endUserNames = ["enduser.pseudo.id", "llm.user"];

export const addressNames = ["client.address", "http.client_ip", "net.sock.peer.addr", "metadata.requester_ip_address"];

export const userAgentNames = ["user_agent.original", "http.user_agent"];

export const statusNames = ["http.response.status_code", "http.status_code"];

export const paramNames = {
  temperature: ["gen_ai.request.temperature", "llm.request.temperature", "llm.temperature"],
  top_p: ["gen_ai.request.top_p", "llm.request.top_p", "llm.top_p"],
  n: ["gen_ai.request.choice.count"],
  max_tokens: ["gen_ai.request.max_tokens", "llm.request.max_tokens"],
  stream: ["gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming"],
  reasoning_effort: ["gen_ai.request.reasoning_effort", "llm.request.reasoning_effort"],
} as const;

/** OpenInference puts all parameters into one JSON text. */
export const invocationParameters = "llm.invocation_parameters";

export const usageNames = {
  input: [
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
    "llm.usage.prompt_tokens",
  ],
  output: [
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "llm.usage.completion_tokens",
  ],
  reasoning: [
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
  ],
} as const;

/** `gen_ai.operation.name` of a model call, with what older instrumentations called it. */
export const modelOperations = new Set([
  "chat",
  "text_completion",
  "generate_content",
  "chat.completions",
  "text.completions",
  "completion",
  "responses",
]);

/** The event with everything about one operation, of current instrumentations. */
export const detailsEvent = "gen_ai.client.inference.operation.details";

/** One event a message, of instrumentations up to 1.36: content only, model and account stand on the span. */
export const messageEvents: ReadonlyMap<string, string> = new Map([
  ["gen_ai.system.message", "system"],
  ["gen_ai.user.message", "user"],
  ["gen_ai.assistant.message", "assistant"],
  ["gen_ai.tool.message", "tool"],
  ["gen_ai.choice", "choice"],
]);
