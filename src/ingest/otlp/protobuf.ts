import protobuf from "protobufjs/light.js";
import { asList, field, isRecord } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";

type Fields = Readonly<Record<string, readonly [id: number, type: string]>>;

/** A type ending in `[]` is repeated. */
function message(fields: Fields): protobuf.IType {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, [id, type]]) => {
        const isList = type.endsWith("[]");
        return [name, isList ? { id, type: type.slice(0, -2), rule: "repeated" } : { id, type }];
      }),
    ),
  };
}

/**
 * What is read of OTLP: opentelemetry-proto 1.x, common/v1/common.proto, resource/v1/resource.proto, trace/v1/trace.proto,
 * logs/v1/logs.proto and collector/{trace,logs}/v1; Status is google/rpc/status.proto. Other fields are skipped.
 */
const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: message({
      stringValue: [1, "string"],
      boolValue: [2, "bool"],
      intValue: [3, "int64"],
      doubleValue: [4, "double"],
      arrayValue: [5, "ArrayValue"],
      kvlistValue: [6, "KeyValueList"],
    }),
    ArrayValue: message({ values: [1, "AnyValue[]"] }),
    KeyValueList: message({ values: [1, "KeyValue[]"] }),
    KeyValue: message({ key: [1, "string"], value: [2, "AnyValue"] }),
    Resource: message({ attributes: [1, "KeyValue[]"] }),
    ExportTraceServiceRequest: message({ resourceSpans: [1, "ResourceSpans[]"] }),
    ResourceSpans: message({ resource: [1, "Resource"], scopeSpans: [2, "ScopeSpans[]"] }),
    ScopeSpans: message({ spans: [2, "Span[]"] }),
    Span: message({
      traceId: [1, "bytes"],
      spanId: [2, "bytes"],
      name: [5, "string"],
      startTimeUnixNano: [7, "fixed64"],
      attributes: [9, "KeyValue[]"],
      events: [11, "Event[]"],
    }),
    Event: message({ timeUnixNano: [1, "fixed64"], name: [2, "string"], attributes: [3, "KeyValue[]"] }),
    ExportLogsServiceRequest: message({ resourceLogs: [1, "ResourceLogs[]"] }),
    ResourceLogs: message({ resource: [1, "Resource"], scopeLogs: [2, "ScopeLogs[]"] }),
    ScopeLogs: message({ logRecords: [2, "LogRecord[]"] }),
    LogRecord: message({
      timeUnixNano: [1, "fixed64"],
      body: [5, "AnyValue"],
      attributes: [6, "KeyValue[]"],
      traceId: [9, "bytes"],
      spanId: [10, "bytes"],
      observedTimeUnixNano: [11, "fixed64"],
      eventName: [12, "string"],
    }),
    ExportTraceServiceResponse: message({ partialSuccess: [1, "ExportTracePartialSuccess"] }),
    ExportTracePartialSuccess: message({ rejectedSpans: [1, "int64"], errorMessage: [2, "string"] }),
    ExportLogsServiceResponse: message({ partialSuccess: [1, "ExportLogsPartialSuccess"] }),
    ExportLogsPartialSuccess: message({ rejectedLogRecords: [1, "int64"], errorMessage: [2, "string"] }),
    Status: message({ code: [1, "int32"], message: [2, "string"] }),
  },
});

export type OtlpRequest = "ExportTraceServiceRequest" | "ExportLogsServiceRequest";
export type OtlpAnswer = "ExportTraceServiceResponse" | "ExportLogsServiceResponse" | "Status";

/**
 * A request in protobuf as the same request in OTLP's JSON encoding, which the reader reads: ids in hex, 64-bit integers as
 * texts. Null where the bytes are no such message, or nested beyond the stack.
 */
export function decodeOtlp(type: OtlpRequest, bytes: Uint8Array): JsonRecord | null {
  const messageType = root.lookupType(type);
  try {
    const decoded: unknown = messageType.toObject(messageType.decode(bytes), { longs: String });
    return isRecord(decoded) ? withHexIds(type, decoded) : null;
  } catch {
    // The types are ours and tested: what is wrong are the bytes, for which there are errors of several kinds.
    return null;
  }
}

/** An answer, given in its JSON encoding, in protobuf. */
export function encodeOtlp(type: OtlpAnswer, answer: JsonRecord): Uint8Array {
  const messageType = root.lookupType(type);
  return messageType.encode(messageType.fromObject({ ...answer })).finish();
}

/** Ids are the only bytes that are read, and JSON has them in hex where other bytes would be in base64. */
function withHexIds(type: OtlpRequest, request: JsonRecord): JsonRecord {
  const inList = (parent: unknown, name: string, change: (member: JsonRecord) => JsonRecord): JsonRecord => {
    const record = isRecord(parent) ? parent : {};
    return { ...record, [name]: asList(record[name]).filter(isRecord).map(change) };
  };
  const hex = (member: JsonRecord): JsonRecord => ({
    ...member,
    traceId: hexOf(field(member, "traceId")),
    spanId: hexOf(field(member, "spanId")),
  });
  const spans = (group: JsonRecord): JsonRecord => inList(group, "scopeSpans", (scope) => inList(scope, "spans", hex));
  const logs = (group: JsonRecord): JsonRecord =>
    inList(group, "scopeLogs", (scope) => inList(scope, "logRecords", hex));
  return type === "ExportLogsServiceRequest"
    ? inList(request, "resourceLogs", logs)
    : inList(request, "resourceSpans", spans);
}

function hexOf(bytes: unknown): string {
  return bytes instanceof Uint8Array
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")
    : "";
}
