import Anthropic from "@anthropic-ai/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { all, BLOCK, CHALLENGE, DEGRADE, KEY, startScene, THROTTLE } from "./proxy.case.ts";
import type { Scene } from "./proxy.case.ts";
import { TEXT, THOUGHT } from "./stand-in/answer.case.ts";

/** Anthropic's own client, against the proxy. */

const question: Anthropic.MessageParam = { role: "user", content: "What is the weather in the capital of France?" };
const thinking = { type: "enabled", budget_tokens: 1024 } as const;
const tools: Anthropic.Tool[] = [{ name: "weather", input_schema: { type: "object" } }];
const plain = { model: "plain", max_tokens: 2048, messages: [question] };

let scene: Scene;
let client: Anthropic;

beforeEach(async () => {
  scene = await startScene();
  client = new Anthropic({ apiKey: KEY, baseURL: scene.url, maxRetries: 0 });
});
afterEach(() => scene.close());

const types = (message: Anthropic.Message): string[] => message.content.map(({ type }) => type);

describe("without a decision", () => {
  it("answers with what was asked for", async () => {
    const message = await client.messages.create({ ...plain, thinking });
    expect(types(message)).toEqual(["thinking", "redacted_thinking", "text"]);
  });

  it("streams", async () => {
    const message = await client.messages.stream({ ...plain, thinking, tools }).finalMessage();
    expect(types(message)).toEqual(["thinking", "redacted_thinking", "tool_use"]);
    expect(message.content[2]).toMatchObject({ input: { city: "Paris" } });
  });

  it("shows the upstream's errors as they are", async () => {
    const limited = client.messages.create({ ...plain, model: "limited" });
    await expect(limited).rejects.toThrow(Anthropic.RateLimitError);
    await expect(limited).rejects.toThrow("Number of requests exceeded");
  });

  it("shows that a stream broke off", async () => {
    await expect(client.messages.stream({ ...plain, model: "cut" }).finalMessage()).rejects.toThrow(
      Anthropic.AnthropicError,
    );
  });
});

describe("under a decision", () => {
  it.each([BLOCK, CHALLENGE])("of $action raises the error of a refusal, with the way back", async (decision) => {
    scene.gateway.decide(decision);
    const refused = client.messages.create(plain);
    await expect(refused).rejects.toThrow(Anthropic.PermissionDeniedError);
    await expect(refused).rejects.toThrow(`https://example.com/appeals/${decision.id}`);
    await expect(refused).rejects.toMatchObject({ type: "permission_error" });
  });

  it("of throttle raises the error of a rate limit", async () => {
    scene.gateway.decide(THROTTLE);
    await client.messages.create(plain);
    await expect(client.messages.create(plain)).rejects.toThrow(Anthropic.RateLimitError);
  });

  it("finds a key that is given as a token", async () => {
    scene.gateway.decide(BLOCK);
    const other = new Anthropic({ apiKey: null, authToken: KEY, baseURL: scene.url, maxRetries: 0 });
    await expect(other.messages.create(plain)).rejects.toThrow(Anthropic.PermissionDeniedError);
  });
});

describe("under degrade", () => {
  beforeEach(() => {
    scene.gateway.decide(DEGRADE);
  });

  it("answers without thinking, and does not ask for it", async () => {
    expect(types(await client.messages.create({ ...plain, thinking }))).toEqual(["text"]);
    expect(scene.standIn.lastBody()).toEqual(plain);
  });

  it("strips thinking that the upstream gives unasked", async () => {
    const message = await client.messages.create({ ...plain, model: "generous" });
    expect(types(message)).toEqual(["text"]);
  });

  it("streams unasked thinking away, and numbers what is left anew", async () => {
    const events = await all(client.messages.stream({ ...plain, model: "generous", tools }));
    expect(JSON.stringify(events)).not.toContain(THOUGHT);
    const started = events.filter((event) => event.type === "content_block_start");
    expect(started.map(({ index, content_block: block }) => [index, block.type])).toEqual([[0, "tool_use"]]);
    const message = await client.messages.stream({ ...plain, model: "generous" }).finalMessage();
    expect(message.content).toMatchObject([{ type: "text", text: TEXT }]);
  });

  it.each(["plain", "generous"])("lets a tool's result come back (%s)", async (model) => {
    const asked = await client.messages.create({ ...plain, model, thinking, tools });
    const result: Anthropic.ToolResultBlockParam = { type: "tool_result", tool_use_id: "toolu_1", content: "Sunny" };
    const messages: Anthropic.MessageParam[] = [
      question,
      { role: "assistant", content: asked.content },
      { role: "user", content: [result] },
    ];
    const told = await client.messages.create({ ...plain, model, thinking, tools, messages });
    expect(told.content).toMatchObject([{ type: "text", text: TEXT }]);
  });

  it("goes on with a conversation in which thinking was on", async () => {
    const started: Anthropic.ContentBlockParam[] = [
      { type: "thinking", thinking: THOUGHT, signature: "EqQB" },
      { type: "text", text: "Par" },
    ];
    const messages: Anthropic.MessageParam[] = [question, { role: "assistant", content: started }];
    const message = await client.messages.create({ ...plain, messages, thinking });
    expect(types(message)).toEqual(["text"]);
    expect(scene.standIn.lastBody()).toHaveProperty("messages.1.content", [{ type: "text", text: "Par" }]);
  });

  it("asks for nothing that needs thinking to be on", async () => {
    const edits = [{ type: "clear_thinking_20251015" as const }, { type: "clear_tool_uses_20250919" as const }];
    const message = await client.beta.messages.create({ ...plain, thinking, context_management: { edits } });
    expect(message.content).toMatchObject([{ type: "text" }]);
    expect(scene.standIn.lastBody()).toHaveProperty("context_management.edits", [{ type: "clear_tool_uses_20250919" }]);
  });
});
