import { describe, expect, it } from "vitest";
import { describeReader, memoryFile } from "./contract.case.ts";
import { readerOfFormat, readers, recogniseFormat } from "./readers.ts";
import { readHead } from "./source-file.ts";

/** Samples that a reader answers to before the source ends; none for those that join files first. */
const streamedSamples: Readonly<Record<string, readonly string[]>> = {
  otlp: ["spans-current.jsonl"],
  "litellm-spend": ["spend-logs.jsonl"],
  "litellm-payload": ["payloads.jsonl"],
  bedrock: ["invocations.jsonl"],
  langfuse: ["observations.jsonl"],
  helicone: ["request-response.jsonl"],
  envoy: ["access.jsonl"],
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
