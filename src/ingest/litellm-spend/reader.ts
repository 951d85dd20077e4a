import { clientAddress } from "../address.ts";
import { firstText, field, maybeJson, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { isOtherCall, litellmContent, litellmStatus, litellmTokens, litellmUser } from "../litellm.ts";
import { pathwayOf } from "../pathway.ts";
import { accountFrom, recordReader } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { spendLogSchema } from "./spend-log.ts";
import type { SpendLog } from "./spend-log.ts";

export const litellmSpendReader = recordReader({
  format: "litellm-spend",
  title: "LiteLLM spend logs (LiteLLM_SpendLogs)",
  owns: (record) => "request_id" in record && "startTime" in record && "api_key" in record,
  marks: ["request_id", "startTime", "api_key"],
  drafts,
});

function* drafts(record: JsonRecord): Generator<Draft> {
  const parsed = spendLogSchema.safeParse(record);
  if (!parsed.success) yield { kind: "reject", reason: explain(parsed.error, record) };
  else if (isOtherCall(parsed.data.call_type)) yield { kind: "skip", reason: `call_type ${parsed.data.call_type}` };
  else yield draftOf(parsed.data);
}

function draftOf(row: SpendLog): Draft {
  const metadata = maybeJson(row.metadata);
  const { request, response } = litellmContent({
    request: row.proxy_server_request,
    messages: row.messages,
    response: row.response,
  });
  const { account, accountFields } = accountFrom({
    user: nonBlank(litellmUser(row.user)),
    api_key: nonBlank(row.api_key),
    team_id: nonBlank(row.team_id),
    organization_id: nonBlank(row.organization_id),
  });
  return {
    kind: "exchange",
    sources: { time: ["startTime"], id: ["request_id"], account: accountFields, model: ["model", "model_group"] },
    candidate: {
      time: foreignTime(row.startTime, "s"),
      id: row.request_id,
      account,
      key: row.api_key,
      pathway: pathwayOf(row.custom_llm_provider),
      ip: clientAddress(firstText(row.requester_ip_address, field(metadata, "requester_ip_address"))),
      user_agent: field(metadata, "user_agent"),
      end_user: firstText(row.end_user, request.endUser),
      model: firstText(row.model, row.model_group, request.model),
      system: request.system,
      messages: request.messages,
      tools: request.tools,
      params: request.params,
      usage: {
        input: litellmTokens(row.prompt_tokens, row.status) ?? response.usage.input,
        output: litellmTokens(row.completion_tokens, row.status) ?? response.usage.output,
        reasoning: response.usage.reasoning,
      },
      status: litellmStatus(row.status, field(metadata, "error_information")),
      finish: response.finish,
      response: response.response,
    },
  };
}
