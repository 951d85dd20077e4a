import { clientAddress } from "../address.ts";
import { firstText, maybeNumber, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { isOtherModel } from "../other-model.ts";
import { pathwayOf } from "../pathway.ts";
import { accountFrom, recordReader } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { maskKey } from "../secret.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { accessLogSchema, accountHeaders, keyHeaders } from "./access-log.ts";
import type { AccessLog } from "./access-log.ts";

export const envoyReader = recordReader({
  format: "envoy",
  title: "Envoy AI Gateway access logs in JSON (no content)",
  owns: (record) => "start_time" in record && "response_code" in record,
  marks: ["start_time", "response_code"],
  drafts,
});

function* drafts(record: JsonRecord): Generator<Draft> {
  const parsed = accessLogSchema.safeParse(withoutDashes(record));
  if (!parsed.success) {
    yield { kind: "reject", reason: explain(parsed.error, record) };
    return;
  }
  const model = modelOf(parsed.data);
  if (model === undefined) yield { kind: "skip", reason: "request without a model" };
  else if (isOtherModel(model)) yield { kind: "skip", reason: `model ${model}` };
  else yield draftOf(parsed.data, model);
}

function draftOf(line: AccessLog, model: string): Draft {
  const secret = firstText(...keyHeaders.map((name) => line[name]));
  const key = secret === undefined ? undefined : maskKey(secret);
  const { account, accountFields } = accountFrom({
    ...Object.fromEntries(accountHeaders.map((name) => [name, nonBlank(line[name])])),
    [keyHeaders.join(" or ")]: key,
    "session.id": nonBlank(line["session.id"]),
  });
  return {
    kind: "exchange",
    sources: { time: ["start_time"], id: ["x-request-id"], account: accountFields, model: ["gen_ai.request.model"] },
    candidate: {
      time: foreignTime(line.start_time, "ms"),
      id: line["x-request-id"],
      account,
      key,
      pathway: pathwayOf(line["gen_ai.provider.name"] ?? line.genai_backend_name),
      ip: clientAddress(line["x-forwarded-for"]) ?? clientAddress(line.downstream_remote_address),
      user_agent: line["user-agent"],
      model,
      usage: {
        input: maybeNumber(line["gen_ai.usage.input_tokens"] ?? line.genai_tokens_input),
        output: maybeNumber(line["gen_ai.usage.output_tokens"] ?? line.genai_tokens_output),
      },
      status: line.response_code === 0 ? undefined : maybeNumber(line.response_code),
    },
  };
}

function modelOf(line: AccessLog): string | undefined {
  return firstText(
    line["gen_ai.request.model"],
    line.genai_model_name,
    line["gen_ai.request.model_override"],
    line.genai_model_name_override,
    line["gen_ai.response.model"],
  );
}

/** Envoy writes 0 for a status that never came, and "-" for a value that it doesn't have where the format is told to keep texts. */
function withoutDashes(record: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== "-"));
}
