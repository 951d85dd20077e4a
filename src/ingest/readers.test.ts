import { describe, expect, it } from "vitest";
import { azureApimReader } from "./azure-apim/reader.ts";
import { bedrockReader } from "./bedrock/reader.ts";
import { cloudflareReader } from "./cloudflare/reader.ts";
import { describeReader, memoryFile, outcomeOf } from "./contract.case.ts";
import { envoyReader } from "./envoy/reader.ts";
import { heliconeReader } from "./helicone/reader.ts";
import { litellmSpendReader } from "./litellm-spend/reader.ts";
import { readerOfFormat, readers, recogniseFormat } from "./readers.ts";
import { readHead } from "./source-file.ts";
import { vertexReader } from "./vertex/reader.ts";

/** Samples that a reader answers to before the source ends; none for those that join files first. */
const streamedSamples: Readonly<Record<string, readonly string[]>> = {
  otlp: ["spans-current.jsonl"],
  "litellm-spend": ["spend-logs.jsonl"],
  "litellm-payload": ["payloads.jsonl"],
  bedrock: ["invocations.jsonl"],
  langfuse: ["observations.jsonl"],
  helicone: ["request-response.jsonl"],
  envoy: ["access.jsonl"],
  vertex: ["request-response-logging.jsonl"],
  cloudflare: ["logs.jsonl", "logpush.jsonl"],
  "account-facts": ["accounts.jsonl"],
};

for (const reader of readers) describeReader(reader, { streamedSamples: streamedSamples[reader.format] ?? [] });

describe("finding the reader", () => {
  it("knows every reader by the name of its format", () => {
    for (const reader of readers) expect(readerOfFormat(reader.format)).toBe(reader);
    expect(readerOfFormat("syslog")).toBeNull();
  });

  it.each([
    ["an empty file", ""],
    ["plain text", "Jan 5 12:00:00 host sshd[1]: hello\n"],
    ["another JSON log", '{"level":"info","msg":"started"}\n'],
    ["the world's exchanges", '{"time":"2026-01-05T12:00:00Z","id":"1","account":"a","model":"m"}\n'],
  ])("takes %s for nobody's", async (_what, text) => {
    expect(recogniseFormat(await readHead(memoryFile("log", text)))).toBeNull();
  });
});

it.each([
  [bedrockReader, { schemaType: "ModelInvocationLog", requestId: "r", modelId: "amazon.titan-embed-text-v2:0" }],
  [heliconeReader, { request_id: "r", request_created_at: "2026-01-05 12:00:00", model: "text-embedding-3-small" }],
  [envoyReader, { start_time: "2026-01-05T12:00:00Z", response_code: 200, "gen_ai.request.model": "rerank-v3.5" }],
  [azureApimReader, { CorrelationId: "c", SequenceNumber: 0, ModelName: "text-embedding-3-large" }],
  [vertexReader, { logging_time: "2026-01-05 12:00:00 UTC", request_id: "r", model: "text-embedding-005" }],
  [cloudflareReader, { id: "r", created_at: "2026-01-05T12:00:00Z", model: "text-embedding-3-small" }],
])("models that write no answer are skipped where nothing else tells them apart", async (reader, record) => {
  const { items, skips } = await outcomeOf(reader, [memoryFile("log.jsonl", JSON.stringify(record))]);
  expect([items, Object.values(skips)]).toEqual([[], [1]]);
});

it("LiteLLM's address is the client's where it logged the whole of X-Forwarded-For", async () => {
  const row = { request_id: "r", api_key: "k", startTime: "2026-01-05T12:00:00Z", model: "m" };
  const line = JSON.stringify({ ...row, requester_ip_address: "203.0.113.7, 10.0.0.1" });
  const { items } = await outcomeOf(litellmSpendReader, [memoryFile("log.jsonl", line)]);
  expect(items).toMatchObject([{ exchange: { ip: "203.0.113.7" } }]);
});
