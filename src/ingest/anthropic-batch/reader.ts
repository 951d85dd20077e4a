import type { BatchPair, BatchRecord } from "../batch/batch-format.ts";
import { batchReader } from "../batch/batch-reader.ts";
import { requestFields } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { asList, field, firstText, isRecord, nonBlank } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { batchObjectSchema, requestSchema, resultLineSchema, statusByErrorType } from "./batch-lines.ts";

export const anthropicBatchReader = batchReader({
  format: "anthropic-batch",
  title: "Anthropic Message Batches: requests, results and batch objects",
  owns: (record) => isCreation(record) || isBatchObject(record) || isRequest(record) || isResult(record),
  marks: ["custom_id", "params"],
  recordsOf,
  draftOf,
});

function isRequest(record: JsonRecord): boolean {
  return "custom_id" in record && "params" in record;
}

function isResult(record: JsonRecord): boolean {
  return "custom_id" in record && "result" in record;
}

function isBatchObject(record: JsonRecord): boolean {
  return record["type"] === "message_batch";
}

/** The body that created a batch, with all of its requests. */
function isCreation(record: JsonRecord): boolean {
  const requests = asList(record["requests"]);
  return requests.length > 0 && requests.every((request) => isRecord(request) && isRequest(request));
}

function* recordsOf(record: JsonRecord): Generator<BatchRecord> {
  if (isCreation(record)) {
    for (const request of asList(record["requests"])) if (isRecord(request)) yield memberOf(request);
  } else if (isBatchObject(record)) {
    const parsed = batchObjectSchema.safeParse(record);
    if (!parsed.success) yield { side: "reject", reason: explain(parsed.error, record) };
    else {
      const { id, created_at } = parsed.data;
      yield { side: "batch", batch: { id, created: foreignTime(created_at, "s"), fileIds: [] } };
    }
  } else {
    yield memberOf(record);
  }
}

function memberOf(record: JsonRecord): BatchRecord {
  const side = isResult(record) ? "result" : "request";
  const parsed = (side === "result" ? resultLineSchema : requestSchema).safeParse(record);
  if (parsed.success) return { side, customId: parsed.data.custom_id, record };
  return { side: "reject", reason: explain(parsed.error, record) };
}

function draftOf({ customId, request, result, batch, name }: BatchPair): Draft {
  const body = requestFields(field(request, "params"));
  const outcome = field(result, "result");
  const message = field(outcome, "message");
  const response = isRecord(message) ? responseFields(message) : undefined;
  const { endUser } = body;
  return {
    kind: "exchange",
    sources: {
      time: ["created_at of the batch object (GET /v1/messages/batches/{id}) among the files"],
      id: ["message.id", "custom_id"],
      account: ["params.metadata.user_id", "the file's name"],
      model: ["params.model", "message.model"],
    },
    candidate: {
      time: batch?.created,
      id: response?.id ?? `${name}/${customId}`,
      account: endUser ?? name,
      pathway: "api",
      model: body.model ?? response?.model,
      system: body.system,
      messages: body.messages,
      tools: body.tools,
      params: body.params,
      usage: response?.usage,
      status: statusOf(outcome),
      finish: response?.finish ?? field(outcome, "type"),
      response: response?.response,
    },
  };
}

function statusOf(outcome: unknown): number | undefined {
  if (field(outcome, "type") === "succeeded") return 200;
  const error = field(outcome, "error");
  const type = firstText(field(field(error, "error"), "type"), nonBlank(field(error, "type")));
  return type === undefined ? undefined : statusByErrorType.get(type);
}
