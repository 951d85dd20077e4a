import { paramsIn, toolNames, wholeInput } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { asList, field, firstField, firstText, isRecord, maybeJson, maybeNumber, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { accountFrom, recordReader } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { observationSchema } from "./observation.ts";
import type { Observation } from "./observation.ts";

export const langfuseReader = recordReader({
  format: "langfuse",
  title: "Langfuse export (observations_v2, events_full)",
  owns: (record) =>
    "trace_id" in record &&
    "start_time" in record &&
    (("type" in record && "id" in record) || ("provided_model_name" in record && "span_id" in record)),
  marks: ["trace_id", "start_time", "type"],
  drafts,
});

function* drafts(record: JsonRecord): Generator<Draft> {
  const parsed = observationSchema.safeParse(record);
  if (!parsed.success) yield { kind: "reject", reason: explain(parsed.error, record) };
  else if (typeOf(parsed.data) !== "GENERATION")
    yield { kind: "skip", reason: `observation of type ${typeOf(parsed.data)}` };
  else yield draftOf(parsed.data);
}

/** Where a query left it out, what has a model is a call of it. */
function typeOf({ type, provided_model_name: model }: Observation): string {
  return nonBlank(type) ?? (nonBlank(model) === undefined ? "unknown" : "GENERATION");
}

function draftOf(row: Observation): Draft {
  const metadata = metadataOf(row);
  const parameters = maybeJson(row.model_parameters);
  const input = maybeJson(row.input);
  const request = wholeInput(row.input);
  const response = responseFields(row.output);
  const usage = maybeJson(row.usage_details);
  const key = firstText(field(metadata, "user_api_key_hash"), field(metadata, "api_key_id"));
  const { account, accountFields } = accountFrom({
    user_id: nonBlank(row.user_id),
    "metadata.user_api_key_user_id": nonBlank(field(metadata, "user_api_key_user_id")),
    "metadata.user_api_key_hash or metadata.api_key_id": key,
    "metadata.organization_id": nonBlank(field(metadata, "organization_id")),
  });
  return {
    kind: "exchange",
    sources: { time: ["start_time"], id: ["id", "span_id"], account: accountFields, model: ["provided_model_name"] },
    candidate: {
      time: foreignTime(row.start_time, "ms"),
      id: firstText(row.id, row.span_id),
      account,
      key,
      end_user: request.endUser,
      model: firstText(row.provided_model_name, request.model, response.model),
      system: request.system,
      messages: request.messages,
      tools: request.tools ?? toolNames(definitions(row.tool_definitions)),
      params: paramsIn({ ...recordOr(parameters), ...recordOr(input) }),
      usage: {
        input: maybeNumber(firstField(usage, "input", "prompt_tokens", "input_tokens")) ?? response.usage.input,
        output: maybeNumber(firstField(usage, "output", "completion_tokens", "output_tokens")) ?? response.usage.output,
        reasoning:
          maybeNumber(firstField(usage, "reasoning_tokens", "output_reasoning_tokens", "output_reasoning")) ??
          response.usage.reasoning,
      },
      finish: response.finish,
      response: response.response,
    },
  };
}

function metadataOf({ metadata, metadata_names: names, metadata_values: values }: Observation): unknown {
  const listed = asList(values);
  const pairs = asList(names).flatMap((name, at) => (typeof name === "string" ? [[name, listed[at]]] : []));
  return pairs.length === 0 ? maybeJson(metadata) : Object.fromEntries(pairs);
}

/** A record to spread, empty where the value is none. */
function recordOr(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** Langfuse keeps tool definitions as an object of name to JSON text; older rows have a list. */
function definitions(value: unknown): readonly unknown[] {
  const found = maybeJson(value);
  return isRecord(found) ? Object.keys(found) : asList(found);
}
