import { requestFields } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { firstText, maybeNumber, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { isOtherModel } from "../other-model.ts";
import { pathwayOf } from "../pathway.ts";
import { accountFrom, recordReader } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { requestResponseSchema } from "./request-response.ts";
import type { RequestResponse } from "./request-response.ts";

export const heliconeReader = recordReader({
  format: "helicone",
  title: "Helicone request and response export (request_response_rmt)",
  owns: (record) => "request_id" in record && "request_created_at" in record,
  marks: ["request_id", "request_created_at"],
  drafts,
});

function* drafts(record: JsonRecord): Generator<Draft> {
  const parsed = requestResponseSchema.safeParse(record);
  if (!parsed.success) {
    yield { kind: "reject", reason: explain(parsed.error, record) };
    return;
  }
  const { model, request_model } = parsed.data;
  const other = [model, request_model].find(isOtherModel);
  if (other === undefined) yield draftOf(parsed.data);
  else yield { kind: "skip", reason: `model ${other}` };
}

function draftOf(row: RequestResponse): Draft {
  const request = requestFields(row.request_body);
  const response = responseFields(row.response_body);
  const { account, accountFields } = accountFrom({
    user_id: firstText(row.user_id, row.request_user_id, row.helicone_user),
    proxy_key_id: nonBlank(row.proxy_key_id),
    organization_id: nonBlank(row.organization_id),
  });
  return {
    kind: "exchange",
    sources: {
      time: ["request_created_at"],
      id: ["request_id"],
      account: accountFields,
      model: ["model", "request_model"],
    },
    candidate: {
      time: foreignTime(row.request_created_at, "ms"),
      id: row.request_id,
      account,
      key: row.proxy_key_id,
      pathway: pathwayOf(row.provider),
      country: countryOf(row.country_code),
      end_user: request.endUser,
      model: firstText(row.model_override, row.response_model, row.model, row.request_model, request.model),
      system: request.system,
      messages: request.messages,
      tools: request.tools,
      params: request.params,
      usage: {
        input: maybeNumber(row.prompt_tokens) ?? response.usage.input,
        output: maybeNumber(row.completion_tokens) ?? response.usage.output,
        reasoning: maybeNumber(row.reasoning_tokens) ?? response.usage.reasoning,
      },
      status: httpStatus(maybeNumber(row.status ?? row.response_status)),
      finish: response.finish,
      response: response.response,
    },
  };
}

/** Helicone writes negative numbers for what never got a status: -1 a time-out, -2 pending, -3 cancelled. */
function httpStatus(status: unknown): unknown {
  return typeof status === "number" && status <= 0 ? undefined : status;
}

function countryOf(code: string | null | undefined): string | undefined {
  return typeof code === "string" && /^[A-Z]{2}$/.test(code) ? code : undefined;
}
