import { requestFields } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { callerTagNames, taggedCaller } from "../caller-tags.ts";
import { field, firstText, maybeCount, maybeJson, maybeNumber, uncutJson } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { isOtherModel } from "../other-model.ts";
import { pathwayOf } from "../pathway.ts";
import { accountFrom, recordReader } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { asGatewayLog, gatewayLogSchema, isEncrypted, isPushed } from "./gateway-log.ts";
import type { GatewayLog } from "./gateway-log.ts";

/** Calls without a prompt and an answer in words. */
const otherCall = /embed|rerank|image|audio|speech|transcri|moderation/i;

export const cloudflareReader = recordReader({
  format: "cloudflare",
  title: "Cloudflare AI Gateway logs (its API, or Logpush's ai_gateway_events)",
  owns: (record) => isPushed(record) || isListed(record),
  marks: ["created_at", "provider", "tokens_in"],
  drafts,
});

function isListed(record: JsonRecord): boolean {
  return "created_at" in record && "provider" in record && ("tokens_in" in record || "cached" in record);
}

function* drafts(record: JsonRecord): Generator<Draft> {
  const row = isPushed(record) ? asGatewayLog(record) : record;
  const parsed = gatewayLogSchema.safeParse(row);
  if (!parsed.success) {
    yield { kind: "reject", reason: explain(parsed.error, row) };
    return;
  }
  const { path, request_type: type, model_type: modelType, model } = parsed.data;
  const other = [path, type, modelType].find((name) => typeof name === "string" && otherCall.test(name));
  if (typeof other === "string") yield { kind: "skip", reason: `call ${other}` };
  else if (isOtherModel(model)) yield { kind: "skip", reason: `model ${model}` };
  else yield draftOf(parsed.data);
}

function draftOf(log: GatewayLog): Draft {
  const request = requestFields(bodyOf(log.request_head));
  const answer = bodyOf(log.response_head);
  // What was streamed is kept as the list of its events.
  const response = responseFields(field(answer, "streamed_data") ?? answer);
  const caller = taggedCaller(maybeJson(log.metadata));
  const metadata = isEncrypted(log.metadata)
    ? "metadata (encrypted: decrypt it first)"
    : `metadata (${callerTagNames})`;
  const { account, accountFields } = accountFrom({
    [metadata]: caller.account ?? caller.key,
    "safety_identifier, user or metadata.user_id of the request": request.endUser,
  });
  return {
    kind: "exchange",
    sources: {
      time: ["created_at", "Timestamp"],
      id: ["id"],
      account: accountFields,
      model: ["model", "Model", "RequestedModel"],
    },
    candidate: {
      time: timeOf(log.created_at),
      id: log.id,
      account,
      key: caller.key,
      pathway: pathwayOf(log.provider),
      user_agent: log.user_agent,
      end_user: request.endUser,
      model: firstText(log.model, request.model, response.model),
      system: request.system,
      messages: request.messages,
      tools: request.tools,
      params: request.params,
      usage: {
        input: maybeCount(log.tokens_in) ?? response.usage.input,
        output: maybeCount(log.tokens_out) ?? response.usage.output,
        reasoning: maybeNumber(field(log.usage_metadata, "output_reasoning_tokens")) ?? response.usage.reasoning,
      },
      status: maybeNumber(log.status_code),
      finish: response.finish,
      response: response.response,
    },
  };
}

/** A body if it can be read: neither encrypted nor cut. */
function bodyOf(head: unknown): unknown {
  return isEncrypted(head) ? undefined : uncutJson(head);
}

/** Logpush writes nanoseconds unless it is told to write seconds or RFC 3339. */
function timeOf(time: unknown): unknown {
  const isCount = typeof time === "number" || typeof time === "string";
  return foreignTime(time, isCount && Number(time) > 1e14 ? "ns" : "s");
}
