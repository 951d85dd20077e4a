import type { JsonRecord } from "../../../ingest/json-value.ts";
import { withRecord, without } from "./json-change.ts";

/**
 * A configuration of Gemini's that asks for no thoughts any more, in either spelling of protobuf's JSON. Some models always think; how
 * much they do is the customer's to say, and to pay.
 */
export function withoutThoughts(config: JsonRecord): JsonRecord {
  const silent = (thinking: JsonRecord): JsonRecord => without(thinking, "includeThoughts", "include_thoughts");
  return withRecord(withRecord(config, "thinkingConfig", silent), "thinking_config", silent);
}
