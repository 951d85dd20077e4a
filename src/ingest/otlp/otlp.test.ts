import { describe, expect, it } from "vitest";
import { memoryFile, outcomeOf } from "../contract.case.ts";
import { plainValue } from "./any-value.ts";
import { accountNames, keyNames } from "./names.ts";
import { maskKey } from "../secret.ts";
import { otlpReader } from "./reader.ts";

const must = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m" };

function exportOf(
  attributes: Readonly<Record<string, string>>,
  resource: Readonly<Record<string, string>> = {},
): string {
  const list = (record: Readonly<Record<string, string>>): object[] =>
    Object.entries(record).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const span = { traceId: "t", spanId: "s", startTimeUnixNano: "1767614400000000000", attributes: list(attributes) };
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: list(resource) }, scopeSpans: [{ spans: [span] }] }],
  });
}

async function itemOf(line: string): Promise<unknown> {
  const { items } = await outcomeOf(otlpReader, [memoryFile("spans.jsonl", line)]);
  const [item] = items;
  return item?.kind === "exchange" ? item.exchange : item;
}

describe("who is behind a span", () => {
  it("is found by the documented precedence", async () => {
    for (const [at, name] of accountNames.entries()) {
      const lower = Object.fromEntries(accountNames.slice(at).map((other) => [other, `by ${other}`]));
      expect(await itemOf(exportOf({ ...must, ...lower, "api_key.id": "key_1" }))).toMatchObject({
        account: `by ${name}`,
        key: "key_1",
      });
    }
  });

  it("is the key at last, masked, and the resource's where the span has none", async () => {
    expect(await itemOf(exportOf({ ...must, api_key: "sk-live-12345678" }))).toMatchObject({
      account: maskKey("sk-live-12345678"),
    });
    expect(await itemOf(exportOf(must, { "organization.id": "org_1" }))).toMatchObject({ account: "org_1" });
  });

  it("is asked for by name where nothing tells", async () => {
    expect(await itemOf(exportOf(must))).toEqual({
      kind: "reject",
      file: "spans.jsonl",
      line: 1,
      reason: `no account: looked for ${accountNames.join(", ")}, ${keyNames.join(" or ")}`,
    });
  });
});

describe("bad spans", () => {
  it("cost themselves, not their export", async () => {
    const good = exportOf({ ...must, "user.id": "a" });
    const text = good.replace('"spans":[', '"spans":[{"traceId":7},');
    const { items } = await outcomeOf(otlpReader, [memoryFile("spans.jsonl", text)]);
    expect(items.map((item) => (item.kind === "reject" ? item.reason : item.kind))).toEqual([
      "span: traceId is not a text: 7",
      "exchange",
    ]);
  });

  it.each([
    [{ ...must, "user.id": "a", "gen_ai.usage.input_tokens": "-5" }, "usage.input is negative: -5"],
    [{ ...must, "user.id": "a", "gen_ai.request.temperature": "hot" }, 'params.temperature is not a number: "hot"'],
  ])("say what is wrong", async (attributes, reason) => {
    expect(await itemOf(exportOf(attributes))).toMatchObject({ kind: "reject", reason });
  });
});

it("content may stand in the details event of the span itself", async () => {
  const said = JSON.stringify([{ role: "user", parts: [{ type: "text", content: "hello" }] }]);
  const event = {
    name: "gen_ai.client.inference.operation.details",
    attributes: [{ key: "gen_ai.input.messages", value: { stringValue: said } }],
  };
  const span = exportOf({ ...must, "user.id": "a" }).replace(
    '"spanId"',
    `"events":[${JSON.stringify(event)}],"spanId"`,
  );
  expect(await itemOf(span)).toMatchObject({ account: "a", messages: [{ role: "user", content: "hello" }] });
});

describe("log records in the file of the spans", () => {
  const words = { key: "content", value: { stringValue: "hello" } };
  const logs = JSON.stringify({
    resourceLogs: [
      {
        scopeLogs: [
          { logRecords: [{ traceId: "t", spanId: "s", eventName: "gen_ai.user.message", attributes: [words] }] },
        ],
      },
    ],
  });
  const span = exportOf({ ...must, "user.id": "a" });
  const padded = (chars: number): string => exportOf({ "http.route": "x".repeat(chars) });

  it.each([
    ["behind a long batch of spans", [padded(100_000), span, logs]],
    ["before it", [logs, span]],
  ])("are joined with their spans %s", async (_where, lines) => {
    const { items } = await outcomeOf(otlpReader, [memoryFile("all.jsonl", lines.join("\n"), 1_000)]);
    expect(items).toMatchObject([{ kind: "exchange", exchange: { messages: [{ role: "user", content: "hello" }] } }]);
  });

  it("are rejected where they stand too far behind", async () => {
    const spans = Array.from({ length: 9 }, () => padded(4_000_000));
    const { items, skips } = await outcomeOf(otlpReader, [memoryFile("all.jsonl", [span, ...spans, logs].join("\n"))]);
    expect(items).toMatchObject([
      { kind: "exchange" },
      { kind: "reject", line: 11, reason: expect.stringContaining("a file of their own") },
    ]);
    expect(skips).toEqual({ "span that is no model call": 9 });
  });
});

describe("content that was written as JSON", () => {
  const promptOf = async (content: string): Promise<unknown> =>
    itemOf(exportOf({ ...must, "user.id": "a", "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": content }));

  it("is read as parts where it holds some", async () => {
    const parts = [{ type: "text", text: "Look:" }, { type: "image_url" }];
    expect(await promptOf(JSON.stringify(parts))).toMatchObject({ messages: [{ role: "user", content: "Look:" }] });
  });

  it.each(['{"question": "Pi?"}', '["a", "b"]', "{ not JSON"])(
    "is the prompt where it holds none: %s",
    async (content) => {
      expect(await promptOf(content)).toMatchObject({ messages: [{ role: "user", content }] });
    },
  );
});

it("parameters that were not sent cost nothing, and a flag may be a text", async () => {
  const params = { "gen_ai.request.temperature": "NaN", "gen_ai.is_streaming": "true", "gen_ai.request.top_p": "0.5" };
  expect(await itemOf(exportOf({ ...must, "user.id": "a", ...params }))).toMatchObject({
    params: { top_p: 0.5, stream: true },
  });
});

describe("plainValue", () => {
  it("reads 64-bit integers from texts, lists and objects, to a depth", () => {
    expect(plainValue({ intValue: "12" })).toBe(12);
    expect(plainValue({ arrayValue: { values: [{ boolValue: false }, { doubleValue: 0.5 }] } })).toEqual([false, 0.5]);
    expect(plainValue({ kvlistValue: { values: [{ key: "a", value: { stringValue: "b" } }] } })).toEqual({ a: "b" });
    let deep: object = { stringValue: "bottom" };
    for (let level = 0; level < 100_000; level++) deep = { arrayValue: { values: [deep] } };
    expect(JSON.stringify(plainValue(deep))).not.toContain("bottom");
  });
});
