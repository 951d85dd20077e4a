import { z } from "zod";
import { isRecord, maybeJson, maybeNumber } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";

const json = z.unknown().optional();

/**
 * What two logs of Azure API Management tell of one request; rows of both have its `CorrelationId`.
 *   ApiManagementGatewayLlmLog  (learn.microsoft.com/azure/azure-monitor/reference/tables/apimanagementgatewayllmlog) which model,
 *                               tokens and messages, but nobody who asks. A row of the number 0 counts the tokens, as operators
 *                               report; messages follow in rows of their own, in pieces of 32 KB
 *                               (learn.microsoft.com/azure/api-management/api-management-howto-llm-logs).
 *   ApiManagementGatewayLogs    (.../gateway-log-schema-reference) who asks, from where, and the status.
 */
export const gatewayRowSchema = z.object({
  CorrelationId: z.string().min(1),
  TimeGenerated: json,
  SequenceNumber: z.int().nullish(),
  ModelName: json,
  DeploymentName: json,
  PromptTokens: json,
  CompletionTokens: json,
  IsStreamCompletion: json,
  RequestMessages: json,
  ResponseMessages: json,
  UserId: json,
  ApimSubscriptionId: json,
  CallerIpAddress: json,
  ResponseCode: json,
  RequestHeaders: json,
});

export type GatewayRow = Readonly<z.infer<typeof gatewayRowSchema>>;

const tables: ReadonlySet<unknown> = new Set(["ApiManagementGatewayLlmLog", "ApiManagementGatewayLogs"]);
const categories: ReadonlySet<unknown> = new Set(["GatewayLlmLogs", "GatewayLogs"]);

const columns: ReadonlyMap<string, string> = new Map([
  ...Object.keys(gatewayRowSchema.shape).map((name) => [name.toLowerCase(), name] as const),
  ["time", "TimeGenerated"],
]);

/** Whether a record is a row of one of the two tables, a query of them, or what their diagnostic setting writes. */
export function isGatewayRow(record: JsonRecord): boolean {
  if (categories.has(record["category"]) || tables.has(record["Type"])) return true;
  return "CorrelationId" in record && ("SequenceNumber" in record || "ApimSubscriptionId" in record);
}

/** The category of a record that the same diagnostic setting writes and that is of neither log. */
export function otherCategory(record: JsonRecord): string | undefined {
  const { category } = record;
  return typeof category === "string" && !categories.has(category) ? category : undefined;
}

/**
 * A record under the columns' names. A diagnostic setting writes `{time, category, correlationId, callerIpAddress, properties}`
 * (learn.microsoft.com/azure/azure-monitor/platform/resource-logs-schema): no document shows the properties of `GatewayLlmLogs`;
 * programs that read them find the columns in camel case, and so names are compared without regard to case.
 */
export function columnsOf(record: JsonRecord): JsonRecord {
  const properties = maybeJson(record["properties"]);
  const found = new Map<string, unknown>();
  for (const source of isRecord(properties) ? [properties, record] : [record]) {
    for (const [name, value] of Object.entries(source)) {
      const column = columns.get(name.toLowerCase());
      if (column !== undefined && !isBlank(found.get(column) ?? value)) found.set(column, found.get(column) ?? value);
    }
  }
  return { ...Object.fromEntries(found), SequenceNumber: maybeNumber(found.get("SequenceNumber")) };
}

/** Whether a column says nothing: rows fill those of other rows with empty texts or lists. */
export function isBlank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    value === "[]" ||
    (Array.isArray(value) && value.length === 0)
  );
}
