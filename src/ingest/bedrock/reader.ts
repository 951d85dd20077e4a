import { requestFields } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { maybeNumber, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { isOtherModel } from "../other-model.ts";
import { accountFrom, recordReader } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { invocationLogSchema, statusByErrorCode } from "./invocation-log.ts";
import type { InvocationLog } from "./invocation-log.ts";

/** Operations that ask a model; `GetAsyncInvoke` and the like do not. */
const modelCalls = new Set(["InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"]);

export const bedrockReader = recordReader({
  format: "bedrock",
  title: "Amazon Bedrock model invocation logs (ModelInvocationLog)",
  owns: (record) => record["schemaType"] === "ModelInvocationLog",
  marks: ["schemaType", "modelId"],
  drafts,
});

function* drafts(record: JsonRecord): Generator<Draft> {
  const parsed = invocationLogSchema.safeParse(record);
  if (!parsed.success) {
    yield { kind: "reject", reason: explain(parsed.error, record) };
    return;
  }
  const { operation } = parsed.data;
  if (typeof operation === "string" && !modelCalls.has(operation)) {
    yield { kind: "skip", reason: `operation ${operation}` };
  } else if (isOtherModel(parsed.data.modelId)) {
    yield { kind: "skip", reason: `model ${modelName(parsed.data.modelId)}` };
  } else {
    yield draftOf(parsed.data);
  }
}

function draftOf(log: InvocationLog): Draft {
  const request = requestFields(log.input?.inputBodyJson);
  const response = responseFields(log.output?.outputBodyJson);
  const { account, accountFields } = accountFrom({
    accountId: nonBlank(log.accountId),
    "identity.arn": nonBlank(log.identity?.arn),
  });
  const streams = log.operation?.endsWith("Stream");
  return {
    kind: "exchange",
    sources: { time: ["timestamp"], id: ["requestId"], account: accountFields, model: ["modelId"] },
    candidate: {
      time: foreignTime(log.timestamp, "ms"),
      id: log.requestId,
      account,
      key: log.identity?.arn,
      pathway: "bedrock",
      end_user: request.endUser,
      model: modelName(log.modelId),
      system: request.system,
      messages: request.messages,
      tools: request.tools,
      params: streams === true ? { ...request.params, stream: true } : request.params,
      usage: {
        input: maybeNumber(log.input?.inputTokenCount) ?? response.usage.input,
        output: maybeNumber(log.output?.outputTokenCount) ?? response.usage.output,
      },
      status: typeof log.errorCode === "string" ? statusByErrorCode.get(log.errorCode) : 200,
      finish: response.finish,
      response: response.response,
    },
  };
}

/** The model or inference profile of an ARN, or the id as it is. */
function modelName(modelId: string | null | undefined): string | undefined {
  return modelId?.startsWith("arn:") ? modelId.slice(modelId.lastIndexOf("/") + 1) : (modelId ?? undefined);
}
