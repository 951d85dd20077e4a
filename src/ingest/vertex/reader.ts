import { requestFields } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { callerTagNames, taggedCaller } from "../caller-tags.ts";
import { asList, field, firstText, maybeJson, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { isOtherModel } from "../other-model.ts";
import { accountFrom, recordReader } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { loggedCallSchema } from "./logged-call.ts";
import type { LoggedCall } from "./logged-call.ts";

/** Methods that give vectors or counts and write no answer. */
const otherMethod = /embed|count|compute/i;

export const vertexReader = recordReader({
  format: "vertex",
  title: "Vertex AI request-response logging (rows of the BigQuery table)",
  owns: (record) =>
    "logging_time" in record &&
    ["full_request", "request_payload", "api_method", "deployed_model_id"].some((name) => name in record),
  marks: ["logging_time", "full_request"],
  drafts,
});

function* drafts(record: JsonRecord): Generator<Draft> {
  const parsed = loggedCallSchema.safeParse(record);
  if (!parsed.success) {
    yield { kind: "reject", reason: explain(parsed.error, record) };
    return;
  }
  const { api_method: method, model } = parsed.data;
  if (typeof method === "string" && otherMethod.test(method)) yield { kind: "skip", reason: `method ${method}` };
  else if (isOtherModel(model)) yield { kind: "skip", reason: `model ${resourceName(model)}` };
  else yield draftOf(parsed.data);
}

function draftOf(row: LoggedCall): Draft {
  const body = maybeJson(row.full_request) ?? payloadOf(row.request_payload);
  const request = requestFields(body);
  const response = responseFields(maybeJson(row.full_response) ?? payloadOf(row.response_payload));
  const labels = taggedCaller(field(body, "labels"));
  const metadata = taggedCaller(maybeJson(row.metadata));
  const { account, accountFields } = accountFrom({
    [`labels of the request or metadata (${callerTagNames})`]:
      labels.account ?? metadata.account ?? labels.key ?? metadata.key,
    "safety_identifier, user or metadata.user_id of the request": request.endUser,
    "the project in endpoint": projectIn(row.endpoint),
  });
  const streams = row.api_method?.toLowerCase().startsWith("stream");
  return {
    kind: "exchange",
    sources: {
      time: ["logging_time"],
      id: ["request_id", "responseId or id of the response"],
      account: accountFields,
      model: ["model", "modelVersion or model of the response", "deployed_model_id"],
    },
    candidate: {
      time: foreignTime(row.logging_time, "s"),
      id: firstText(row.request_id, response.id),
      account,
      key: labels.key ?? metadata.key,
      pathway: "vertex",
      end_user: request.endUser,
      model: resourceName(firstText(row.model, request.model, response.model, row.deployed_model_id)),
      system: request.system,
      messages: request.messages,
      tools: request.tools,
      params: streams === true ? { ...request.params, stream: true } : request.params,
      usage: response.usage,
      finish: response.finish,
      response: response.response,
    },
  };
}

/** What a list of texts holds: a body, a prompt, or several. */
function payloadOf(payload: unknown): unknown {
  const parts = asList(payload).map(maybeJson);
  return parts.length > 1 ? parts : parts[0];
}

/** The last part of `publishers/google/models/gemini-2.5-pro`, or the name as it is. */
function resourceName(model: string | null | undefined): string | undefined {
  return nonBlank(model)?.split("/").at(-1);
}

function projectIn(endpoint: string | null | undefined): string | undefined {
  return /(?:^|\/)projects\/([^/]+)/.exec(endpoint ?? "")?.[1];
}
