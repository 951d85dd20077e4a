import { createHash } from "node:crypto";
import { z } from "zod";
import { field } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";

const text = z.string().nullish();
const json = z.unknown().optional();

/**
 * A log of Cloudflare's AI Gateway, as `GET /accounts/{account_id}/ai-gateway/gateways/{gateway_id}/logs` lists it
 * (developers.cloudflare.com/api/resources/ai_gateway/subresources/logs). `metadata` is a JSON text of what the caller's side put
 * into `cf-aig-metadata`. `request_head` and `response_head`, the beginnings of the bodies, stand in the detail of one log only;
 * `usage_metadata` and `user_agent` are not in the reference, but in what the API answers.
 */
export const gatewayLogSchema = z.looseObject({
  id: z.string().min(1),
  created_at: json,
  provider: text,
  model: text,
  model_type: text,
  path: text,
  request_type: text,
  status_code: json,
  tokens_in: json,
  tokens_out: json,
  usage_metadata: json,
  metadata: json,
  request_head: json,
  response_head: json,
  user_agent: text,
});

export type GatewayLog = z.infer<typeof gatewayLogSchema>;

/** A line of Logpush's dataset ai_gateway_events (developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/ai_gateway_events). */
export function isPushed(record: JsonRecord): boolean {
  return "Gateway" in record && "Timestamp" in record && ("Provider" in record || "Model" in record);
}

/**
 * A line of Logpush under the API's names. It has no id: a line that is delivered twice is the same exchange, and so the id is
 * made of all that it says. `Metrics` is documented by its cost and duration; that it counts tokens under these names is a guess.
 */
export function asGatewayLog(line: JsonRecord): JsonRecord {
  return {
    id: createHash("sha256").update(JSON.stringify(line)).digest("hex"),
    created_at: line["Timestamp"],
    provider: line["Provider"],
    model: line["Model"] ?? line["RequestedModel"],
    path: line["Endpoint"],
    status_code: line["StatusCode"],
    tokens_in: field(line["Metrics"], "tokensIn"),
    tokens_out: field(line["Metrics"], "tokensOut"),
    metadata: line["Metadata"],
    request_head: line["RequestBody"],
    response_head: line["ResponseBody"],
  };
}

/** Logpush encrypts bodies and metadata with the customer's key: `{"type": "encrypted", "key", "iv", "data"}`. */
export function isEncrypted(value: unknown): boolean {
  return field(value, "type") === "encrypted" && field(value, "data") !== undefined;
}
