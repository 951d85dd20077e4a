import { clientAddress } from "../address.ts";
import { firstText, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { isOtherCall, litellmContent, litellmStatus, litellmTokens, litellmUser } from "../litellm.ts";
import { pathwayOf } from "../pathway.ts";
import { accountFrom, recordReader } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { loggingPayloadSchema } from "./logging-payload.ts";
import type { LoggingPayload } from "./logging-payload.ts";

export const litellmPayloadReader = recordReader({
  format: "litellm-payload",
  title: "LiteLLM logging call-backs (StandardLoggingPayload)",
  owns: (record) => "id" in record && "startTime" in record && "model_parameters" in record,
  marks: ["startTime", "model_parameters"],
  drafts,
});

function* drafts(record: JsonRecord): Generator<Draft> {
  const parsed = loggingPayloadSchema.safeParse(record);
  if (!parsed.success) yield { kind: "reject", reason: explain(parsed.error, record) };
  else if (isOtherCall(parsed.data.call_type)) yield { kind: "skip", reason: `call_type ${parsed.data.call_type}` };
  else yield draftOf(parsed.data);
}

function draftOf(payload: LoggingPayload): Draft {
  const metadata = payload.metadata ?? {};
  const { request, response } = litellmContent({
    request: payload.model_parameters,
    messages: payload.messages,
    response: payload.response,
  });
  const { account, accountFields } = accountFrom({
    "metadata.user_api_key_user_id": nonBlank(litellmUser(metadata.user_api_key_user_id)),
    "metadata.user_api_key_hash": nonBlank(metadata.user_api_key_hash),
    "metadata.user_api_key_team_id": nonBlank(metadata.user_api_key_team_id),
    "metadata.user_api_key_org_id": nonBlank(metadata.user_api_key_org_id),
  });
  return {
    kind: "exchange",
    sources: { time: ["startTime"], id: ["id"], account: accountFields, model: ["model", "model_group"] },
    candidate: {
      time: foreignTime(payload.startTime, "s"),
      id: payload.id,
      account,
      key: metadata.user_api_key_hash,
      pathway: pathwayOf(payload.custom_llm_provider),
      ip: clientAddress(firstText(payload.requester_ip_address, metadata.requester_ip_address)),
      user_agent: firstText(payload.user_agent, metadata.user_agent),
      end_user: firstText(payload.end_user, metadata.user_api_key_end_user_id, request.endUser),
      model: firstText(payload.model, payload.model_group),
      system: request.system,
      messages: request.messages,
      tools: request.tools,
      params: { ...request.params, stream: payload.stream ?? request.params?.["stream"] },
      usage: {
        input: litellmTokens(payload.prompt_tokens, payload.status) ?? response.usage.input,
        output: litellmTokens(payload.completion_tokens, payload.status) ?? response.usage.output,
        reasoning: response.usage.reasoning,
      },
      status: litellmStatus(payload.status, payload.error_information),
      finish: response.finish,
      response: response.response,
    },
  };
}
