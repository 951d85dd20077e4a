import type { IncomingMessage } from "node:http";
import { encodeDelivery } from "../../ingest/delivery/delivery.ts";
import { isRecord, parseJson } from "../../ingest/json-value.ts";
import type { JsonRecord } from "../../ingest/json-value.ts";
import { readLiveExport } from "../../ingest/otlp/live-export.ts";
import { decodeOtlp, encodeOtlp } from "../../ingest/otlp/protobuf.ts";
import type { OtlpAnswer } from "../../ingest/otlp/protobuf.ts";
import { Problem } from "../problem.ts";
import type { Answer, Door, DoorsOptions } from "./doors.ts";

// Limits.
/** Different reasons that the answer names. */
const reasonsMax = 5;

const protobufType = "application/x-protobuf";
const jsonType = "application/json";

const signals = {
  traces: {
    request: "ExportTraceServiceRequest",
    response: "ExportTraceServiceResponse",
    list: "resourceSpans",
    rejected: "rejectedSpans",
  },
  logs: {
    request: "ExportLogsServiceRequest",
    response: "ExportLogsServiceResponse",
    list: "resourceLogs",
    rejected: "rejectedLogRecords",
  },
} as const;

/**
 * OTLP/HTTP (OpenTelemetry Protocol Specification 1.x, "OTLP/HTTP"): protobuf or JSON, and the answer in the encoding of the
 * request. What can never be accepted is told as a partial success and not to be sent again; errors are a google.rpc.Status.
 */
export function otlpDoor(
  { spool, signals: waitingSpool, keys }: Pick<DoorsOptions, "spool" | "signals" | "keys">,
  path: string,
  signal: keyof typeof signals,
): Door {
  const { request: requestType, response: responseType, list, rejected } = signals[signal];
  return {
    path,
    async answer({ request, body }) {
      const type = encodingOf(request);
      if (type === undefined) throw new Problem(415, `the content type is neither ${protobufType} nor ${jsonType}`);
      const value = type === protobufType ? decodeOtlp(requestType, body) : parseJson(body.toString("utf8"));
      if (!isRecord(value)) throw new Problem(400, `the body is no ${requestType}`);
      // An export of nothing is a success.
      const sorted = readLiveExport({ [list]: value[list] ?? [] }, keys);
      const records = encodeDelivery({
        kind: "exchange",
        origin: `POST ${path}`,
        lines: sorted.exchanges,
        rejects: sorted.refusals,
      });
      await Promise.all([
        records.length > 0 ? spool.append(records) : undefined,
        sorted.waiting.length > 0 ? waitingSpool.append([Buffer.from(sorted.waiting.join("\n"))]) : undefined,
      ]);
      if (sorted.refusals.length === 0) return encoded(type, responseType, {});
      const errorMessage = [...new Set(sorted.refusals)].slice(0, reasonsMax).join("; ");
      const partialSuccess = { [rejected]: String(sorted.refusals.length), errorMessage };
      return encoded(type, responseType, { partialSuccess });
    },
    explain: (request, { status, message }) => ({
      ...encoded(encodingOf(request) ?? jsonType, "Status", { message }),
      status,
    }),
  };
}

function encodingOf(request: IncomingMessage): typeof protobufType | typeof jsonType | undefined {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  return type === protobufType || type === jsonType ? type : undefined;
}

function encoded(contentType: string, type: OtlpAnswer, answer: JsonRecord): Answer {
  const body = contentType === protobufType ? encodeOtlp(type, answer) : JSON.stringify(answer);
  return { status: 200, contentType, body };
}
