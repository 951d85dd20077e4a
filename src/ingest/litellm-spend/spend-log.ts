import { z } from "zod";

const text = z.string().nullish();
const json = z.unknown().optional();

/**
 * A row of LiteLLM's table `LiteLLM_SpendLogs` (schema.prisma of BerriAI/litellm), as `/spend/logs` or an export of the
 * table gives it. JSON columns come as JSON or as its text; `messages`, `response` and `proxy_server_request` are `{}`
 * unless the proxy runs with `store_prompts_in_spend_logs`.
 */
export const spendLogSchema = z.looseObject({
  request_id: z.string(),
  call_type: text,
  /** The hash of the virtual key, never the key. */
  api_key: text,
  prompt_tokens: json,
  completion_tokens: json,
  startTime: json,
  model: text,
  model_group: text,
  custom_llm_provider: text,
  /** The internal user who owns the key. */
  user: text,
  metadata: json,
  team_id: text,
  organization_id: text,
  /** The `user` that the caller sent. */
  end_user: text,
  requester_ip_address: text,
  messages: json,
  response: json,
  status: text,
  proxy_server_request: json,
});

export type SpendLog = z.infer<typeof spendLogSchema>;
