import { z } from "zod";

const text = z.string().nullish();
const json = z.unknown().optional();

/**
 * A line of an Envoy AI Gateway access log in JSON. The fields are the operator's choice; these are the names of
 * aigateway.envoyproxy.io/docs/capabilities/observability/accesslogs (`gen_ai.*` now, `genai_*` before 0.5) over the
 * default fields of Envoy Gateway's access log. Absent values are null or "-".
 */
export const accessLogSchema = z.looseObject({
  start_time: json,
  response_code: json,
  "x-request-id": text,
  "x-forwarded-for": text,
  "user-agent": text,
  downstream_remote_address: text,
  "gen_ai.request.model": text,
  "gen_ai.request.model_override": text,
  "gen_ai.response.model": text,
  "gen_ai.provider.name": text,
  "gen_ai.usage.input_tokens": json,
  "gen_ai.usage.output_tokens": json,
  genai_model_name: text,
  genai_model_name_override: text,
  genai_backend_name: text,
  genai_tokens_input: json,
  genai_tokens_output: json,
  "session.id": text,
});

export type AccessLog = z.infer<typeof accessLogSchema>;

/** Where operators put who calls, best first: an identity, then a key, then what lasts for a session only. */
export const accountHeaders = [
  "user.id",
  "x-account-id",
  "x-client-id",
  "x-user-id",
  "x-tenant-id",
  "x-organization-id",
] as const;
export const keyHeaders = ["x-api-key", "api-key", "authorization"] as const;
