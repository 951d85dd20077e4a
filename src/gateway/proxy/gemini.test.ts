import { ApiError, GoogleGenAI } from "@google/genai";
import type { Content } from "@google/genai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { all, BLOCK, CHALLENGE, DEGRADE, KEY, startScene, THROTTLE } from "./proxy.case.ts";
import type { Scene } from "./proxy.case.ts";
import { send } from "./raw-client.case.ts";
import { PIECES, TEXT, THOUGHT } from "./stand-in/answer.case.ts";

/** Google's own client, against the proxy. */

const contents = "What is the capital of France?";
const everything = {
  candidateCount: 2,
  responseLogprobs: true,
  logprobs: 3,
  thinkingConfig: { includeThoughts: true, thinkingBudget: 512 },
};
const tools = [{ functionDeclarations: [{ name: "weather" }] }];

let scene: Scene;
let client: GoogleGenAI;

beforeEach(async () => {
  scene = await startScene();
  client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: scene.url } });
});
afterEach(() => scene.close());

const thrown = (asked: Promise<unknown>): Promise<unknown> => asked.catch((error: unknown) => error);

describe("without a decision", () => {
  it("answers with what was asked for", async () => {
    const answer = await client.models.generateContent({ model: "plain", contents, config: everything });
    expect(answer.candidates).toHaveLength(2);
    expect(answer.candidates?.[0]?.logprobsResult).toBeDefined();
    expect(JSON.stringify(answer)).toContain(THOUGHT);
    const interaction = await client.interactions.create({ model: "generous", input: contents });
    expect(JSON.stringify(interaction)).toContain(THOUGHT);
  });

  it("streams, each piece when it is there", async () => {
    scene.standIn.answerBy((_request, response) => {
      const piece = (text: string): string =>
        `data: {"candidates":[{"content":{"parts":[{"text":"${text}"}]}}]}\r\n\r\n`;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(piece("first"));
      goOn = () => response.end(piece("second"));
    });
    let goOn = (): unknown => null;
    const texts: unknown[] = [];
    for await (const { text } of await client.models.generateContentStream({ model: "plain", contents })) {
      texts.push(text);
      // Only now is the second one sent.
      if (text === "first") goOn();
    }
    expect(texts).toEqual(["first", "second"]);
  });

  it("shows the upstream's errors as they are", async () => {
    const error = await thrown(client.models.generateContent({ model: "limited", contents }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 429 });
  });
});

describe("under a decision", () => {
  it.each([BLOCK, CHALLENGE])("of $action raises an error with the way back", async (decision) => {
    scene.gateway.decide(decision);
    const error = await thrown(client.models.generateContent({ model: "plain", contents }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 403 });
    expect(String(error)).toContain(`https://example.com/appeals/${decision.id}`);
    expect(String(error)).toContain("PERMISSION_DENIED");
  });

  it("of throttle raises an error that says when to come back", async () => {
    scene.gateway.decide(THROTTLE);
    await client.models.generateContent({ model: "plain", contents });
    const error = await thrown(client.models.generateContent({ model: "plain", contents }));
    expect(error).toMatchObject({ status: 429 });
    expect(String(error)).toContain('"retryDelay":"30s"');
  });
});

describe("under degrade", () => {
  beforeEach(() => {
    scene.gateway.decide(DEGRADE);
  });

  it.each(["plain", "generous"])(
    "answers with one candidate, without thoughts and log probabilities (%s)",
    async (model) => {
      const answer = await client.models.generateContent({ model, contents, config: everything });
      expect(answer.text).toBe(TEXT);
      expect(answer.candidates).toEqual([
        { index: 0, finishReason: "STOP", content: { role: "model", parts: [{ text: TEXT }] } },
      ]);
      expect(scene.standIn.lastBody()).toHaveProperty("generationConfig", { thinkingConfig: { thinkingBudget: 512 } });
    },
  );

  it("streams without them", async () => {
    const stream = await client.models.generateContentStream({ model: "generous", contents });
    const pieces = await all(stream);
    expect(pieces.map(({ text }) => text)).toEqual([...PIECES]);
    expect(JSON.stringify(pieces)).not.toMatch(/logprob|"index":1|thought/i);
    expect(pieces.at(-1)?.usageMetadata?.totalTokenCount).toBe(14);
  });

  it.each([
    ["", ""],
    ["?alt=sse&x=1", "?alt=sse&x=1"],
    ["?%24alt=sse;enum-encoding=int", "?%24alt=sse;enum-encoding=int"],
    ["?alt=proto", ""],
    ["?x=1&%24alt=proto&callback=f", "?x=1"],
  ])("asks for no answer that nothing can be taken out of: %s", async (query, passed) => {
    const path = `/v1beta/models/m:generateContent${query}`;
    await send(scene.port, { path, headers: { "x-goog-api-key": KEY }, body: "{}" });
    expect(scene.standIn.received.at(-1)?.url).toBe(`/v1beta/models/m:generateContent${passed}`);
  });

  it("strips a stream that comes as a list", async () => {
    const url = `${scene.url}/v1beta/models/generous:streamGenerateContent`;
    const answer = await fetch(url, { method: "POST", headers: { "x-goog-api-key": KEY }, body: "{}" });
    const pieces = await answer.json();
    expect(JSON.stringify(pieces)).not.toMatch(/logprob|"index":1|thought/i);
    expect(pieces).toHaveLength(PIECES.length);
  });

  it.each(["plain", "generous"])("answers an interaction without summaries of thoughts (%s)", async (model) => {
    const asked = { model, input: contents, generation_config: { thinking_level: "high", thinking_summaries: "auto" } };
    const answer = await client.interactions.create(asked);
    expect(answer.output_text).toBe(TEXT);
    expect(answer.steps?.[0]).toEqual({ type: "thought", signature: "CpQB" });
    expect(scene.standIn.lastBody()).toHaveProperty("generation_config", { thinking_level: "high" });
    const pieces = await all(await client.interactions.create({ ...asked, stream: true }));
    expect(JSON.stringify(pieces)).not.toContain(THOUGHT);
    const texts = pieces.flatMap((event) =>
      event.event_type === "step.delta" && event.delta.type === "text" ? event.delta.text : [],
    );
    expect(texts).toEqual([...PIECES]);
  });

  it("asks for nothing of it in a batch", async () => {
    const src = [{ contents: [{ role: "user", parts: [{ text: contents }] }], config: everything }];
    await client.batches.create({ model: "plain", src });
    const sent = JSON.stringify(scene.standIn.lastBody());
    expect(sent).toContain(contents);
    expect(sent).toContain("thinkingBudget");
    expect(sent).not.toMatch(/candidateCount|logprobs|includeThoughts/i);
  });

  it("lets a function's result come back", async () => {
    const question: Content = { role: "user", parts: [{ text: "Weather?" }] };
    const asked = await client.models.generateContent({ model: "generous", contents: [question], config: { tools } });
    expect(asked.functionCalls).toMatchObject([{ name: "weather", args: { city: "Paris" } }]);
    const call = asked.candidates?.[0]?.content ?? {};
    const result: Content = {
      role: "user",
      parts: [{ functionResponse: { name: "weather", response: { sky: "clear" } } }],
    };
    const told = await client.models.generateContent({
      model: "generous",
      contents: [question, call, result],
      config: { tools },
    });
    expect(told.text).toBe(TEXT);
  });
});
