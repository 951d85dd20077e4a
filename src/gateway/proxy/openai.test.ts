import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { all, BLOCK, CHALLENGE, DEGRADE, KEY, startScene, THROTTLE } from "./proxy.case.ts";
import type { Scene } from "./proxy.case.ts";
import { PIECES, TEXT, THOUGHT } from "./stand-in/answer.case.ts";

/** OpenAI's own client, against the proxy. */

const ask = [{ role: "user", content: "What is the capital of France?" }] as const;
const weather = { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } };

let scene: Scene;
let client: OpenAI;

beforeEach(async () => {
  scene = await startScene();
  client = new OpenAI({ apiKey: KEY, baseURL: `${scene.url}/v1`, maxRetries: 0 });
});
afterEach(() => scene.close());

/** What a streamed chat said, joined, by what it said it in. */
async function heard(stream: AsyncIterable<OpenAI.ChatCompletionChunk>) {
  const chunks = await all(stream);
  const choices = chunks.flatMap((chunk) => chunk.choices);
  return {
    text: choices.map(({ delta }) => delta.content ?? "").join(""),
    indices: [...new Set(choices.map(({ index }) => index))],
    arguments: choices.flatMap(({ delta }) => delta.tool_calls ?? []).map((call) => call.function?.arguments ?? ""),
    logprobs: choices.filter(({ logprobs }) => (logprobs ?? null) !== null).length,
    whole: JSON.stringify(chunks),
    usage: chunks.at(-1)?.usage,
  };
}

describe("without a decision", () => {
  it("chats, with all that was asked for", async () => {
    const { choices } = await client.chat.completions.create({
      model: "plain",
      messages: [...ask],
      n: 2,
      logprobs: true,
      reasoning_effort: "high",
    });
    expect(choices.map(({ message }) => message.content)).toEqual([TEXT, TEXT]);
    expect(choices[0]?.logprobs?.content).toHaveLength(1);
    expect(choices[0]?.message).toHaveProperty("reasoning_content", THOUGHT);
  });

  it("streams, each piece when it is there", async () => {
    const stream = await client.chat.completions.create({ model: "paced", messages: [...ask], stream: true });
    let text = "";
    for await (const { choices } of stream) {
      // The stand-in holds back all but the first event until it is told to go on.
      if (choices[0]?.delta.role === "assistant") scene.standIn.goOn();
      text += choices[0]?.delta.content ?? "";
    }
    expect(text).toBe(TEXT);
  });

  it("streams tool calls", async () => {
    const stream = await client.chat.completions.create({
      model: "plain",
      messages: [...ask],
      tools: [{ type: "function", function: weather }],
      stream: true,
    });
    expect((await heard(stream)).arguments.join("")).toBe('{"city":"Paris"}');
  });

  it("shows the upstream's errors as they are", async () => {
    const limited = client.chat.completions.create({ model: "limited", messages: [...ask] });
    await expect(limited).rejects.toThrow(OpenAI.RateLimitError);
    await expect(limited).rejects.toThrow("Rate limit reached");
  });

  it("shows that a stream broke off", async () => {
    const stream = await client.chat.completions.create({ model: "cut", messages: [...ask], stream: true });
    await expect(heard(stream)).rejects.toThrow(/terminated|aborted|closed/i);
  });

  it("lists models", async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["plain"]);
  });
});

describe("under a decision", () => {
  it.each([BLOCK, CHALLENGE])("of $action raises the error of a refusal, with the way back", async (decision) => {
    scene.gateway.decide(decision);
    const refused = client.chat.completions.create({ model: "plain", messages: [...ask] });
    await expect(refused).rejects.toThrow(OpenAI.PermissionDeniedError);
    await expect(refused).rejects.toThrow(`https://example.com/appeals/${decision.id}`);
    expect(scene.standIn.received).toEqual([]);
  });

  it("of challenge says how to verify", async () => {
    scene.gateway.decide(CHALLENGE);
    const refused = client.models.list();
    await expect(refused).rejects.toThrow("Verify: https://example.com/verify/d-challenge");
  });

  it("of throttle raises the error of a rate limit, and says when to come back", async () => {
    scene.gateway.decide(THROTTLE);
    const chat = (): Promise<unknown> => client.chat.completions.create({ model: "plain", messages: [...ask] });
    await chat();
    const error: unknown = await chat().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error instanceof OpenAI.RateLimitError && error.headers.get("retry-after")).toBe("30");
    scene.gateway.clock.advance(30_000);
    await expect(chat()).resolves.toBeDefined();
  });
});

describe("under degrade", () => {
  beforeEach(() => {
    scene.gateway.decide(DEGRADE);
  });

  it("chats with one sample, and without reasoning and log probabilities", async () => {
    const { choices, usage } = await client.chat.completions.create({
      model: "plain",
      messages: [...ask],
      temperature: 0.5,
      n: 3,
      logprobs: true,
      top_logprobs: 5,
      reasoning_effort: "high",
    });
    expect(choices).toEqual([
      { index: 0, finish_reason: "stop", logprobs: null, message: { role: "assistant", content: TEXT } },
    ]);
    expect(usage?.total_tokens).toBe(14);
    expect(scene.standIn.lastBody()).toEqual({ model: "plain", messages: ask, temperature: 0.5 });
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("reads a request that comes in %s, and sends it on without", async (coding, compress) => {
    const compressing = client.withOptions({
      defaultHeaders: { "content-encoding": coding },
      fetch: (url, { body, ...init } = {}) => fetch(url, { ...init, body: compress(z.string().parse(body)) }),
    });
    const asked = { model: "plain", messages: [...ask], n: 3, logprobs: true };
    const { choices } = await compressing.chat.completions.create(asked);
    expect(choices).toHaveLength(1);
    expect(scene.standIn.lastBody()).toEqual({ model: "plain", messages: ask });
    expect(scene.standIn.received[0]?.headers).not.toHaveProperty("content-encoding");
    expect(await scene.captured(1)).toMatchObject([{ model: "plain", messages: ask }]);
  });

  it("leaves an effort that asks for no reasoning", async () => {
    await client.chat.completions.create({ model: "plain", messages: [...ask], reasoning_effort: "minimal" });
    expect(scene.standIn.lastBody()).toHaveProperty("reasoning_effort", "minimal");
  });

  it("strips what the upstream gives unasked", async () => {
    const asked = { model: "generous", messages: [...ask] };
    const answer = JSON.stringify(await client.chat.completions.create(asked));
    const { whole } = await heard(await client.chat.completions.create({ ...asked, stream: true }));
    for (const text of [answer, whole]) {
      expect(text).not.toMatch(/"logprob"|"index":1/);
      expect(text).not.toContain(THOUGHT);
      expect(text).toContain(PIECES[0]);
    }
  });

  it("streams text, usage and tool calls whole", async () => {
    const tools = [{ type: "function" as const, function: weather }];
    const said = await client.chat.completions.create({ model: "generous", messages: [...ask], stream: true });
    expect(await heard(said)).toMatchObject({ text: TEXT, indices: [0], logprobs: 0, usage: { total_tokens: 14 } });
    const called = await client.chat.completions.create({ model: "generous", messages: [...ask], tools, stream: true });
    expect((await heard(called)).arguments.join("")).toBe('{"city":"Paris"}');
  });

  it("withholds only what the decision names", async () => {
    scene.gateway.lift(DEGRADE);
    scene.gateway.decide({ ...DEGRADE, parameters: { withhold: ["logprobs"] } });
    const answer = await client.chat.completions.create({ model: "generous", messages: [...ask] });
    expect(answer.choices.map(({ logprobs }) => logprobs)).toEqual([null, null, null]);
    expect(JSON.stringify(answer)).toContain(THOUGHT);
  });

  it("gives a choice to each prompt of a completion, and no samples", async () => {
    const { choices } = await client.completions.create({
      model: "plain",
      prompt: ["One", "Two"],
      n: 2,
      best_of: 4,
      logprobs: 5,
      echo: true,
    });
    expect(choices.map(({ index, logprobs }) => [index, logprobs])).toEqual([
      [0, null],
      [1, null],
    ]);
    expect(scene.standIn.lastBody()).toEqual({ model: "plain", prompt: ["One", "Two"] });
  });

  it("empties the reasoning of responses, and keeps its place", async () => {
    const answer = await client.responses.create({
      model: "plain",
      input: "What is the capital of France?",
      include: ["reasoning.encrypted_content", "message.output_text.logprobs"],
      top_logprobs: 3,
      reasoning: { effort: "low", summary: "auto" },
    });
    expect(answer.output.map(({ type }) => type)).toEqual(["reasoning", "message"]);
    expect(answer.output[0]).toEqual({ id: "rs_1", type: "reasoning", summary: [] });
    expect(answer.output_text).toBe(TEXT);
    expect(JSON.stringify(answer)).not.toContain('"logprob"');
    expect(scene.standIn.lastBody()).toEqual({
      model: "plain",
      input: "What is the capital of France?",
      reasoning: { effort: "low" },
    });
  });

  it("streams responses without their reasoning", async () => {
    const stream = client.responses.stream({ model: "generous", input: "What is the capital of France?" });
    const types: string[] = [];
    stream.on("event", ({ type }) => types.push(type));
    const final = await stream.finalResponse();
    expect(final.output_text).toBe(TEXT);
    expect(JSON.stringify(final)).not.toContain(THOUGHT);
    expect(types.filter((type) => type.includes("reasoning"))).toEqual([]);
    expect(types).toContain("response.output_text.delta");
  });

  it("lets tools of the responses API work on", async () => {
    const tools = [{ type: "function" as const, strict: false, ...weather }];
    const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: "Weather?" }];
    const asked = await client.responses.create({ model: "generous", input, tools });
    const spoken = asked.output.filter((item) => item.type === "reasoning" || item.type === "function_call");
    expect(spoken).toHaveLength(2);
    const output = { type: "function_call_output" as const, call_id: "call_1", output: "Sunny" };
    const told = await client.responses.create({ model: "generous", input: [...input, ...spoken, output] });
    expect(told.output_text).toBe(TEXT);
  });
});
