import { z } from "zod";

const text = z.string().nullish();
const json = z.unknown().optional();

/**
 * LiteLLM's `StandardLoggingPayload` (TypedDict in litellm/types/utils.py of BerriAI/litellm), which its logging
 * call-backs write to S3, GCS and others. Times are epoch seconds with a fraction.
 */
export const loggingPayloadSchema = z.looseObject({
  id: z.string(),
  call_type: text,
  stream: z.boolean().nullish(),
  status: text,
  custom_llm_provider: text,
  prompt_tokens: json,
  completion_tokens: json,
  startTime: json,
  model: text,
  model_group: text,
  /** `StandardLoggingMetadata`: whose virtual key it was. */
  metadata: z
    .looseObject({
      user_api_key_hash: text,
      user_api_key_user_id: text,
      user_api_key_team_id: text,
      user_api_key_org_id: text,
      user_api_key_end_user_id: text,
      requester_ip_address: text,
      user_agent: text,
    })
    .nullish(),
  end_user: text,
  requester_ip_address: text,
  user_agent: text,
  messages: json,
  response: json,
  error_information: json,
  model_parameters: json,
});

export type LoggingPayload = z.infer<typeof loggingPayloadSchema>;
