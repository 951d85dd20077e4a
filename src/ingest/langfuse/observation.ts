import { z } from "zod";

const text = z.string().nullish();
const json = z.unknown().optional();

/**
 * A row of Langfuse's blob storage export `observations_v2/` (langfuse.com/docs/api-and-data-platform/features/
 * blob-storage-export-fields, "Enriched observations"), or of its ClickHouse table `events_full`, which names the observation `span_id`
 * and keeps metadata as two lists. Times are UTC without a zone; unset texts are empty; `input`, `output` and `model_parameters` are
 * texts that mostly hold JSON. Only the field group `core` is always there.
 */
export const observationSchema = z.looseObject({
  id: text,
  span_id: text,
  trace_id: text,
  type: text,
  start_time: json,
  level: text,
  status_message: text,
  metadata: json,
  metadata_names: json,
  metadata_values: json,
  input: json,
  output: json,
  provided_model_name: text,
  model_parameters: json,
  usage_details: json,
  tool_definitions: json,
  user_id: text,
});

export type Observation = z.infer<typeof observationSchema>;
