import { z } from "zod";

const text = z.string().nullish();
const json = z.unknown().optional();

/**
 * A request and its response as Helicone exports them: a row of the ClickHouse table `request_response_rmt`
 * (clickhouse/migrations of Helicone/helicone), or a record of `POST /v1/request/query-clickhouse` and of
 * `@helicone/export`, whose `HeliconeRequest` puts `request_` and `response_` before some names.
 */
export const requestResponseSchema = z.looseObject({
  request_id: z.string(),
  request_created_at: json,
  user_id: text,
  request_user_id: text,
  helicone_user: text,
  organization_id: text,
  proxy_key_id: text,
  model: text,
  request_model: text,
  response_model: text,
  model_override: text,
  provider: text,
  status: json,
  response_status: json,
  prompt_tokens: json,
  completion_tokens: json,
  reasoning_tokens: json,
  country_code: text,
  properties: json,
  request_properties: json,
  request_body: json,
  response_body: json,
});

export type RequestResponse = z.infer<typeof requestResponseSchema>;
