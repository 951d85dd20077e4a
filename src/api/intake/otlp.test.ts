import { once } from "node:events";
import { createServer } from "node:http";
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import type { AnyValueMap } from "@opentelemetry/api-logs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, it } from "vitest";
import { decodeOtlp } from "../../ingest/otlp/protobuf.ts";
import { decodeSignal } from "../../ingest/otlp/waiting-signal.ts";
import { openDoors, spooled, token } from "./doors.case.ts";
import type { OpenDoors } from "./doors.case.ts";

let doors: OpenDoors | undefined;
afterEach(async () => {
  await doors?.close();
  doors = undefined;
});
const open = async (options: Parameters<typeof openDoors>[0] = {}): Promise<OpenDoors> =>
  (doors = await openDoors(options));

const headers = { authorization: `Bearer ${token}` };
const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m-1", "user.id": "acct_1" };
const said = JSON.stringify([{ role: "user", parts: [{ type: "text", content: "hello" }] }]);
const startMs = Date.UTC(2026, 0, 5, 12);

/** Spans made and sent by the SDK; resolves once they are exported. Returns their ids. */
async function exportSpans(
  exporter: SpanExporter,
  spans: readonly Record<string, string | number>[],
): Promise<string[]> {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "gateway" }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const ids = spans.map((attributes) => {
    const span = provider
      .getTracer("test")
      .startSpan("chat", { kind: SpanKind.CLIENT, startTime: startMs, attributes });
    span.end(startMs + 1000);
    return `${span.spanContext().traceId}-${span.spanContext().spanId}`;
  });
  await provider.forceFlush();
  await provider.shutdown();
  return ids;
}

describe("spans from the OpenTelemetry SDK", () => {
  it.each([
    ["protobuf", (url: string) => new ProtobufTraceExporter({ url: `${url}/v1/traces`, headers })],
    ["JSON", (url: string) => new JsonTraceExporter({ url: `${url}/v1/traces`, headers })],
  ])("in %s become exchanges", async (_encoding, exporterOf) => {
    const { url, spool, signals } = await open();
    const [id] = await exportSpans(exporterOf(url), [
      { ...chat, "gen_ai.input.messages": said, "gen_ai.usage.input_tokens": 7, "gen_ai.request.temperature": 0.5 },
      { "db.system": "postgresql" },
    ]);
    expect((await spooled(spool)).lines).toEqual([
      {
        time: "2026-01-05T12:00:00.000Z",
        id,
        account: "acct_1",
        model: "m-1",
        messages: [{ role: "user", content: "hello" }],
        params: { temperature: 0.5 },
        usage: { input: 7 },
      },
    ]);
    expect(signals.status().backlogBytes).toBe(0);
  });

  it("compressed by gzip are read", async () => {
    const { url, spool } = await open();

    await exportSpans(
      new ProtobufTraceExporter({ url: `${url}/v1/traces`, headers, compression: CompressionAlgorithm.GZIP }),
      [{ ...chat, "gen_ai.input.messages": said }],
    );
    expect((await spooled(spool)).lines).toHaveLength(1);
  });

  it("without content wait for their log records, and these for them", async () => {
    const { url, spool, signals } = await open();
    const [id = ""] = await exportSpans(new ProtobufTraceExporter({ url: `${url}/v1/traces`, headers }), [chat]);
    const [traceId = "", spanId = ""] = id.split("-");
    const provider = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${url}/v1/logs`, headers }) })],
    });
    const body: AnyValueMap = { content: "hello" };
    provider.getLogger("test").emit({
      eventName: "gen_ai.user.message",
      timestamp: startMs,
      body,
      context: trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED }),
    });
    await provider.forceFlush();
    await provider.shutdown();
    expect(spool.status().backlogBytes).toBe(0);
    const waiting = ((await signals.read(2 ** 20))?.records ?? []).map((record) =>
      decodeSignal(Buffer.from(record).toString("utf8")),
    );
    expect(waiting).toEqual([
      expect.objectContaining({ kind: "span", traceId, spanId }),
      expect.objectContaining({
        kind: "log",
        traceId,
        spanId,
        name: "gen_ai.user.message",
        body: { content: "hello" },
      }),
    ]);
  });

  it("are sent again by the exporter where the door was full", async () => {
    const full = await open({ backlogBytesMax: 10 });
    const spacious = await openDoors();
    // In front of both: the first attempt meets a full spool, the second one that has room.
    let attempts = 0;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        void (attempts++ === 0 ? full : spacious)
          .post("/v1/traces", Buffer.concat(chunks), { "content-type": request.headers["content-type"] ?? "" })
          // The door asks for ten seconds; a test does not wait.
          .then((answer) => response.writeHead(answer.status, { "retry-after": "0" }).end());
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    await exportSpans(new ProtobufTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces`, headers }), [
      { ...chat, "gen_ai.input.messages": said },
    ]);
    expect(attempts).toBe(2);
    expect((await spooled(spacious.spool)).lines).toHaveLength(1);
    server.close();
    await spacious.close();
  });
});

describe("answers", () => {
  const span = (attributes: Readonly<Record<string, string>>): object => ({
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: "eee19b7ec3c1b174",
    startTimeUnixNano: "1767614400000000000",
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  });
  const requestOf = (spans: readonly object[]): string =>
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const json = { "content-type": "application/json; charset=utf-8" };

  it("tell of a partial success what was rejected, and why, in the encoding of the request", async () => {
    const { post } = await open();
    const spans = [
      span({ ...chat, "gen_ai.input.messages": said }),
      span({ "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.input.messages": said }),
    ];
    const answer = await post("/v1/traces", requestOf(spans), json);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await answer.json()).toEqual({
      partialSuccess: { rejectedSpans: "1", errorMessage: expect.stringMatching(/^no account: looked for user\.id/) },
    });
    // One span (field 2 of field 2 of field 1) without a field: no model call, so there is nothing to reject.
    const protobuf = Buffer.from([0x0a, 0x04, 0x12, 0x02, 0x12, 0x00]);
    const plain = await post("/v1/traces", protobuf, { "content-type": "application/x-protobuf" });
    expect([plain.status, (await plain.arrayBuffer()).byteLength]).toEqual([200, 0]);
  });

  it("are empty where all is well, also of nothing", async () => {
    const { post } = await open();
    for (const body of ["{}", requestOf([]), requestOf([span({ ...chat, "gen_ai.input.messages": said })])]) {
      const answer = await post("/v1/traces", body, json);
      expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
    }
  });

  it("of failure are a google.rpc.Status in the encoding of the request", async () => {
    const { post } = await open({ backlogBytesMax: 10 });
    const bad = await post("/v1/logs", "[1]", json);
    expect([bad.status, await bad.json()]).toEqual([400, { message: "the body is no ExportLogsServiceRequest" }]);
    const garbled = await post("/v1/traces", Buffer.from([0x0a, 0xff]), { "content-type": "application/x-protobuf" });
    expect([garbled.status, garbled.headers.get("content-type")]).toEqual([400, "application/x-protobuf"]);
    // Field 2, a text.
    expect(Buffer.from(await garbled.arrayBuffer()).subarray(0, 1)).toEqual(Buffer.from([0x12]));
    const full = await post("/v1/traces", requestOf([span({ ...chat, "gen_ai.input.messages": said })]), json);
    expect([full.status, full.headers.get("retry-after")]).toEqual([429, "10"]);
    expect((await post("/v1/traces", "x", { "content-type": "text/plain" })).status).toBe(415);
  });
});

describe("protobuf", () => {
  it("that is nested beyond any stack, or anything else, is null and no crash", () => {
    let nested: Buffer = Buffer.alloc(0);
    const wrap = (field: number, inner: Buffer): Buffer => {
      const length: number[] = [];
      for (let rest = inner.length; ; rest >>>= 7) {
        length.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), inner]);
    };
    for (let depth = 0; depth < 3000; depth++) nested = wrap(5, wrap(1, nested));
    const span = wrap(9, wrap(2, nested));
    expect(decodeOtlp("ExportTraceServiceRequest", wrap(1, wrap(2, wrap(2, span))))).toBeNull();
    expect(decodeOtlp("ExportLogsServiceRequest", Buffer.from("hello"))).toBeNull();
    expect(decodeOtlp("ExportLogsServiceRequest", Buffer.alloc(0))).toEqual({ resourceLogs: [] });
  });
});
