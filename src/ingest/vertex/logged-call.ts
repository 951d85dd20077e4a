import { z } from "zod";

const text = z.string().nullish();
const json = z.unknown().optional();

/**
 * A row of the BigQuery table of Vertex AI's request-response logging (cloud.google.com/vertex-ai/generative-ai/docs/multimodal/
 * request-response-logging), exported as JSON. `request_id` is NUMERIC, which exports write as a text. `full_request` and
 * `full_response` are the bodies, as objects or as JSON texts; tables of endpoints have `request_payload` and `response_payload`,
 * lists of texts, in their place. `metadata` holds the latency; whether anything else is not documented.
 * `logging_time` is when the row was written, about when the answer was given.
 */
export const loggedCallSchema = z.looseObject({
  endpoint: text,
  deployed_model_id: text,
  logging_time: json,
  request_id: json,
  request_payload: json,
  response_payload: json,
  model: text,
  api_method: text,
  full_request: json,
  full_response: json,
  metadata: json,
});

export type LoggedCall = z.infer<typeof loggedCallSchema>;
