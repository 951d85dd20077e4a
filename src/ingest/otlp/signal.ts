import { z } from "zod";
import { asList, field, firstField, isRecord } from "../json-value.ts";
import type { JsonRecord } from "../json-value.ts";
import { explain } from "../validate.ts";
import { attributesOf, plainValue } from "./any-value.ts";
import type { Attributes } from "./any-value.ts";
import { detailsEvent } from "./names.ts";

/** An event within a span, or one that an older instrumentation logged beside it. */
export interface NamedEvent {
  readonly name: string;
  readonly attributes: Attributes;
  readonly body: unknown;
}

/** A span or a log record. `attributes` hold the resource's too, the own ones winning. Time in nanoseconds since 1970. */
export interface Signal {
  readonly kind: "span" | "log";
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly timeUnixNano: unknown;
  readonly attributes: Attributes;
  readonly body: unknown;
  readonly events: readonly NamedEvent[];
}

export type SignalOrReason =
  | Signal
  | { readonly kind: "reject"; readonly reason: string }
  | { readonly kind: "skip"; readonly reason: string };

const id = z
  .string()
  .nullish()
  .transform((text) => text ?? "");
const json = z.unknown().optional();

/** `Span` of opentelemetry-proto, trace/v1/trace.proto, in JSON. */
const spanSchema = z.looseObject({
  traceId: id,
  spanId: id,
  name: id,
  startTimeUnixNano: json,
  attributes: z.array(json).nullish(),
  events: z.array(json).nullish(),
});

/** `LogRecord` of opentelemetry-proto, logs/v1/logs.proto, in JSON. `event_name` since 1.5; before, an attribute. */
const logRecordSchema = z.looseObject({
  traceId: id,
  spanId: id,
  eventName: id,
  timeUnixNano: json,
  observedTimeUnixNano: json,
  attributes: z.array(json).nullish(),
  body: json,
});

export function isExport(record: JsonRecord): boolean {
  return Array.isArray(record["resourceSpans"]) || Array.isArray(record["resourceLogs"]);
}

/**
 * Every span and log record of an `ExportTraceServiceRequest` or `ExportLogsServiceRequest` in JSON, as the collector's
 * file exporter writes them. One bad span is one reject; the others stand.
 */
export function* signalsOf(record: JsonRecord): Generator<SignalOrReason> {
  if (!isExport(record)) {
    if ("resourceMetrics" in record) yield { kind: "skip", reason: "metrics" };
    else yield { kind: "reject", reason: "resourceSpans and resourceLogs are missing, or no lists" };
    return;
  }
  let signals = 0;
  for (const signal of membersOfExport(record)) {
    signals += 1;
    yield signal;
  }
  if (signals === 0) yield { kind: "skip", reason: "empty export" };
}

function* membersOfExport(record: JsonRecord): Generator<SignalOrReason> {
  for (const group of asList(record["resourceSpans"])) {
    for (const [span, resource] of membersOf(group, ["scopeSpans", "instrumentationLibrarySpans"], "spans")) {
      yield spanSignal(span, resource);
    }
  }
  for (const group of asList(record["resourceLogs"])) {
    for (const [log, resource] of membersOf(group, ["scopeLogs", "instrumentationLibraryLogs"], "logRecords")) {
      yield logSignal(log, resource);
    }
  }
}

function* membersOf(
  group: unknown,
  scopeNames: readonly string[],
  memberName: string,
): Generator<readonly [unknown, unknown]> {
  const resource = field(field(group, "resource"), "attributes");
  for (const scope of asList(firstField(group, ...scopeNames))) {
    for (const member of asList(field(scope, memberName))) yield [member, resource];
  }
}

function spanSignal(span: unknown, resource: unknown): SignalOrReason {
  const parsed = spanSchema.safeParse(span);
  if (!parsed.success) return { kind: "reject", reason: `span: ${explain(parsed.error, span)}` };
  const { traceId, spanId, name, startTimeUnixNano, attributes } = parsed.data;
  const events = (parsed.data.events ?? []).filter(isRecord);
  const details = events.filter((event) => field(event, "name") === detailsEvent);
  return {
    kind: "span",
    name,
    traceId,
    spanId,
    timeUnixNano: startTimeUnixNano,
    // What is told in an event of the span is told of the span.
    attributes: attributesOf(resource, ...details.map((event) => field(event, "attributes")), attributes),
    body: undefined,
    events: events.map(namedEvent),
  };
}

function namedEvent(event: JsonRecord): NamedEvent {
  const name = field(event, "name");
  return {
    name: typeof name === "string" ? name : "",
    attributes: attributesOf(field(event, "attributes")),
    body: undefined,
  };
}

function logSignal(log: unknown, resource: unknown): SignalOrReason {
  const parsed = logRecordSchema.safeParse(log);
  if (!parsed.success) return { kind: "reject", reason: `log record: ${explain(parsed.error, log)}` };
  const { traceId, spanId, eventName, timeUnixNano, observedTimeUnixNano, body } = parsed.data;
  const attributes = attributesOf(resource, parsed.data.attributes);
  const named = attributes.get("event.name");
  return {
    kind: "log",
    name: eventName === "" && typeof named === "string" ? named : eventName,
    traceId,
    spanId,
    timeUnixNano: isUnset(timeUnixNano) ? observedTimeUnixNano : timeUnixNano,
    attributes,
    body: plainValue(body),
    events: [],
  };
}

function isUnset(time: unknown): boolean {
  return time === undefined || time === null || time === 0 || time === "0" || time === "";
}
