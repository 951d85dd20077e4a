import type { BatchPair, BatchRecord } from "../batch/batch-format.ts";
import { batchReader } from "../batch/batch-reader.ts";
import { requestFields } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { field, firstText, isRecord, maybeNumber } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import type { Draft } from "../record-reader.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { batchObjectSchema, requestLineSchema, resultLineSchema } from "./batch-lines.ts";

/** Endpoints of the batch API without a prompt and an answer. */
const otherEndpoint = /\/(embeddings|moderations|images|audio)/;

export const openaiBatchReader = batchReader({
  format: "openai-batch",
  title: "OpenAI batch files: input, output and error files, and batch objects",
  owns: (record) => isRequest(record) || isResult(record) || isBatchObject(record),
  marks: ["custom_id", "body"],
  recordsOf,
  draftOf,
});

function isRequest(record: JsonRecord): boolean {
  return "custom_id" in record && "url" in record && "body" in record;
}

function isResult(record: JsonRecord): boolean {
  return "custom_id" in record && ("response" in record || "error" in record);
}

function isBatchObject(record: JsonRecord): boolean {
  return record["object"] === "batch";
}

function* recordsOf(record: JsonRecord): Generator<BatchRecord> {
  if (isBatchObject(record)) {
    const parsed = batchObjectSchema.safeParse(record);
    if (!parsed.success) {
      yield { side: "reject", reason: explain(parsed.error, record) };
      return;
    }
    const { id, created_at: created, input_file_id, output_file_id, error_file_id } = parsed.data;
    const fileIds = [input_file_id, output_file_id, error_file_id].filter((fileId) => typeof fileId === "string");
    yield { side: "batch", batch: { id, created: foreignTime(created, "s"), fileIds } };
    return;
  }
  const side = isResult(record) ? "result" : "request";
  const parsed = (side === "result" ? resultLineSchema : requestLineSchema).safeParse(record);
  if (parsed.success) yield { side, customId: parsed.data.custom_id, record };
  else yield { side: "reject", reason: explain(parsed.error, record) };
}

function draftOf({ customId, request, result, batch, name }: BatchPair): Draft {
  const url = firstText(field(request, "url"));
  const answer = field(result, "response");
  const answerBody = field(answer, "body");
  if ((url !== undefined && otherEndpoint.test(url)) || field(answerBody, "object") === "list") {
    return { kind: "skip", reason: `batch request to ${url ?? "an endpoint without answers"}` };
  }
  const body = requestFields(field(request, "body"));
  const response = isRecord(answerBody) ? responseFields(answerBody) : undefined;
  const { endUser } = body;
  return {
    kind: "exchange",
    sources: {
      time: ["response.body.created", "created_at of the batch object (GET /v1/batches/{id}) among the files"],
      id: ["id", "custom_id"],
      account: ["body.safety_identifier", "body.user", "body.metadata.user_id", "the file's name"],
      model: ["body.model", "response.body.model"],
    },
    candidate: {
      time: foreignTime(response?.createdSeconds, "s") ?? batch?.created,
      id: firstText(field(result, "id"), `${name}/${customId}`),
      account: endUser ?? name,
      pathway: "api",
      model: body.model ?? response?.model,
      system: body.system,
      messages: body.messages,
      tools: body.tools,
      params: body.params,
      usage: response?.usage,
      status: maybeNumber(field(answer, "status_code")),
      finish: response?.finish ?? field(field(result, "error"), "code"),
      response: response?.response,
    },
  };
}
