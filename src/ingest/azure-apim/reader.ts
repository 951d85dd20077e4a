import { clientAddress } from "../address.ts";
import { requestFields } from "../body/request.ts";
import { responseFields } from "../body/response.ts";
import { readDocuments } from "../documents.ts";
import type { Document } from "../documents.ts";
import { firstText, isRecord, jsonText, maybeCount, maybeFlag, maybeJson, nonBlank } from "../json-value.ts";
import { isOtherModel } from "../other-model.ts";
import type { LogReader } from "../reader.ts";
import { accountFrom, guardedDraft, itemOf, recognisesRecords } from "../record-reader.ts";
import type { Draft, Place } from "../record-reader.ts";
import { SpillingJoin } from "../spilling-join.ts";
import type { JoinEntry } from "../spilling-join.ts";
import { foreignTime } from "../time.ts";
import { explain } from "../validate.ts";
import { columnsOf, gatewayRowSchema, isBlank, isGatewayRow, otherCategory } from "./gateway-row.ts";
import type { GatewayRow } from "./gateway-row.ts";
import { joinedMessages } from "./messages.ts";

/** Rows of one request come in any order and in several files: all are joined first, in bounded memory. */
export const azureApimReader: LogReader = {
  format: "azure-apim",
  title: "Azure API Management's gateway logs (ApiManagementGatewayLlmLog with ApiManagementGatewayLogs)",
  recognises: (head) => recognisesRecords(head, isGatewayRow, ["CorrelationId", "SequenceNumber"]),
  async *read(files, skips) {
    const join = new SpillingJoin();
    try {
      for (const file of files) {
        for await (const document of readDocuments(file)) {
          const place = { file: file.path, line: document.line };
          const draft = await addedTo(join, document, place);
          if (draft !== null) yield* itemOf(draft, place, skips);
        }
      }
      for await (const group of join.groups()) {
        const { place, draft } = draftOfGroup(group);
        yield* itemOf(draft, place, skips);
      }
    } finally {
      await join.dispose();
    }
  },
};

/** Null where the row waits for the others of its request; otherwise what is to be done with it at once. */
async function addedTo(join: SpillingJoin, document: Document, place: Place): Promise<Draft | null> {
  if (document.kind === "reject") return { kind: "reject", reason: document.reason };
  if (!isRecord(document.value)) return { kind: "reject", reason: "not a JSON object" };
  const other = otherCategory(document.value);
  if (other !== undefined) return { kind: "skip", reason: `category ${other}` };
  const row = columnsOf(document.value);
  const parsed = gatewayRowSchema.safeParse(row);
  if (!parsed.success) return { kind: "reject", reason: explain(parsed.error, row) };
  const text = jsonText(parsed.data);
  if (text === null) return { kind: "reject", reason: "nested too deeply" };
  await join.add({ key: parsed.data.CorrelationId, side: "row", text, ...place });
  return null;
}

function draftOfGroup(group: readonly JoinEntry[]): { readonly place: Place; readonly draft: Draft } {
  const members = group.map((entry) => ({ entry, row: gatewayRowSchema.parse(JSON.parse(entry.text)) }));
  // The gateway's own row has no number: it comes first, and its time is the request's.
  members.sort((a, b) => (a.row.SequenceNumber ?? -1) - (b.row.SequenceNumber ?? -1));
  const rows = members.map(({ row }) => row);
  const { entry } = members.find(({ row }) => !isBlank(row.ModelName)) ?? members[0]!;
  return { place: { file: entry.file, line: entry.line }, draft: guardedDraft(() => draftOf(rows)) };
}

function draftOf(rows: readonly GatewayRow[]): Draft {
  const all = (column: keyof GatewayRow): readonly unknown[] => rows.map((row) => row[column]);
  const first = (column: keyof GatewayRow): unknown => all(column).find((value) => !isBlank(value));
  const model = firstText(...all("ModelName"), ...all("DeploymentName"));
  if (model === undefined && first("RequestMessages") === undefined && first("ResponseMessages") === undefined)
    return { kind: "skip", reason: "request without a model" };
  if (isOtherModel(model)) return { kind: "skip", reason: `model ${model}` };
  const request = requestFields(joinedMessages(rows, "RequestMessages"));
  const response = responseFields(joinedMessages(rows, "ResponseMessages"));
  const subscription = nonBlank(first("ApimSubscriptionId"));
  const { account, accountFields } = accountFrom({
    UserId: userOf(first("UserId")),
    "ApimSubscriptionId (both are in the log GatewayLogs, joined on CorrelationId)": subscription,
  });
  const isStream = maybeFlag(first("IsStreamCompletion")) === true;
  return {
    kind: "exchange",
    sources: {
      time: ["TimeGenerated", "time"],
      id: ["CorrelationId"],
      account: accountFields,
      model: ["ModelName", "DeploymentName"],
    },
    candidate: {
      time: foreignTime(first("TimeGenerated"), "ms"),
      id: nonBlank(first("CorrelationId")),
      account,
      key: subscription,
      pathway: "azure",
      ip: clientAddress(first("CallerIpAddress")),
      user_agent: userAgentIn(first("RequestHeaders")),
      model,
      system: request.system,
      messages: request.messages,
      params: isStream ? { stream: true } : undefined,
      usage: {
        input: countOf(all("PromptTokens")) ?? response.usage.input,
        output: countOf(all("CompletionTokens")) ?? response.usage.output,
      },
      status: countOf(all("ResponseCode")),
      finish: response.finish,
      response: response.response,
    },
  };
}

/** The built-in administrator has the id 1, and so have the subscriptions that belong to nobody else. */
function userOf(id: unknown): string | undefined {
  const user = nonBlank(id);
  return user === "1" ? undefined : user;
}

/** The columns of numbers are never empty: 0 stands where nothing was counted. */
function countOf(values: readonly unknown[]): unknown {
  return values.map(maybeCount).find((value) => !isBlank(value));
}

/** Headers are there if the operator has them logged. */
function userAgentIn(headers: unknown): string | undefined {
  const found = maybeJson(headers);
  const entries = Object.entries(isRecord(found) ? found : {});
  return nonBlank(entries.find(([name]) => name.toLowerCase() === "user-agent")?.[1]);
}
