import { describe, expect, it } from "vitest";
import { requestFields, wholeInput } from "./request.ts";
import { responseFields } from "./response.ts";

const user = (content: string): object => ({ role: "user", content });

describe("requestFields", () => {
  it.each<[string, unknown, object]>([
    [
      "OpenAI chat completions",
      {
        model: "gpt-4o",
        messages: [
          { role: "developer", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "Look:" },
              { type: "image_url", image_url: {} },
            ],
          },
          { role: "assistant", content: null, tool_calls: [{ id: "1" }] },
          { role: "tool", tool_call_id: "1", content: "42" },
        ],
        tools: [{ type: "function", function: { name: "sum" } }, { type: "web_search" }],
        n: 2,
        max_completion_tokens: 9,
        logprobs: true,
        reasoning_effort: "high",
        safety_identifier: "u1",
      },
      {
        model: "gpt-4o",
        system: "Be brief.",
        messages: [user("Look:"), { role: "assistant", content: "" }, { role: "tool", content: "42" }],
        tools: ["sum", "web_search"],
        params: { n: 2, max_tokens: 9, logprobs: true, reasoning_effort: "high" },
        endUser: "u1",
      },
    ],
    [
      "OpenAI responses",
      {
        model: "o3",
        instructions: "Be kind.",
        input: [
          { role: "user", content: [{ type: "input_text", text: "Hi" }] },
          { type: "reasoning", summary: [] },
          { type: "function_call", name: "sum" },
          { type: "function_call_output", output: "3" },
        ],
        reasoning: { effort: "low" },
      },
      {
        system: "Be kind.",
        messages: [user("Hi"), { role: "tool", content: "3" }],
        params: { reasoning_effort: "low" },
      },
    ],
    ["OpenAI completions", { prompt: ["One", "Two"], logprobs: 5 }, { messages: [user("One"), user("Two")] }],
    [
      "Anthropic messages",
      {
        system: [
          { type: "text", text: "A" },
          { type: "text", text: "B" },
        ],
        messages: [user("Hi")],
        thinking: { type: "enabled", budget_tokens: 1024 },
        metadata: { user_id: "u2" },
      },
      { system: "A\nB", messages: [user("Hi")], params: { reasoning_effort: "enabled" }, endUser: "u2" },
    ],
    [
      "Google generateContent",
      {
        systemInstruction: { parts: [{ text: "Be exact." }] },
        contents: [
          { role: "user", parts: [{ text: "Pi?" }] },
          { role: "model", parts: [{ text: "3.14" }] },
          { parts: [{ text: "More." }] },
        ],
        generationConfig: { temperature: 0, topP: 1, maxOutputTokens: 5, candidateCount: 2 },
        tools: [{ functionDeclarations: [{ name: "digits" }] }],
      },
      {
        system: "Be exact.",
        messages: [user("Pi?"), { role: "assistant", content: "3.14" }, user("More.")],
        params: { temperature: 0, top_p: 1, n: 2, max_tokens: 5 },
        tools: ["digits"],
      },
    ],
    [
      "parameters written as texts, and words for those that were not sent",
      { temperature: "1e-1", top_p: "None", n: "2", max_tokens: "Infinity", stream: "True", logprobs: "false" },
      { params: { temperature: 0.1, n: 2, stream: true, logprobs: false } },
    ],
    [
      "an effort with a summary",
      { reasoning_effort: { effort: "high", summary: "auto" } },
      { params: { reasoning_effort: "high" } },
    ],
    [
      "OpenTelemetry's parts, without the bytes of a picture",
      {
        messages: [
          {
            role: "user",
            parts: [
              { type: "text", content: "Look:" },
              { type: "blob", content: "aGVsbG8=" },
            ],
          },
        ],
      },
      { messages: [user("Look:")] },
    ],
    ["a plain text", "What is 2+2?", { messages: [user("What is 2+2?")] }],
    ["JSON text", '{"inputText":"Hi"}', { messages: [user("Hi")] }],
  ])("reads %s", (_what, body, expected) => {
    expect(requestFields(body)).toMatchObject(expected);
  });

  it.each([undefined, null, "", {}, [], 7, { messages: {} }])("finds nothing in %j", (body) => {
    const { messages, system, tools, params } = requestFields(body);
    expect([messages, system, tools, params]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("leaves an unknown role to the validation", () => {
    expect(requestFields({ messages: [{ role: "critic", content: "x" }] }).messages).toEqual([
      { role: "critic", content: "x" },
    ]);
  });
});

describe("responseFields", () => {
  it.each<[string, unknown, object]>([
    [
      "the first of several choices",
      { choices: [{ message: { content: "a" }, finish_reason: "tool_calls" }, { message: { content: "b" } }] },
      { response: "a", finish: "tool_use" },
    ],
    ["completions", { choices: [{ text: "abc", finish_reason: "length" }] }, { response: "abc", finish: "length" }],
    [
      "input that Anthropic cached, apart from its input",
      {
        content: [{ type: "text", text: "a" }],
        stop_reason: "refusal",
        usage: { input_tokens: 5, cache_read_input_tokens: 90, output_tokens: 2 },
      },
      { response: "a", finish: "refusal", usage: { input: 95, output: 2 } },
    ],
    [
      "input that OpenAI's names count with the cached, once",
      { usage: { prompt_tokens: 95, cache_read_input_tokens: 90, completion_tokens: 2 } },
      { usage: { input: 95, output: 2 } },
    ],
    [
      "Google's candidates",
      {
        candidates: [{ content: { role: "model", parts: [{ text: "a" }] }, finishReason: "MAX_TOKENS" }],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, thoughtsTokenCount: 2 },
        modelVersion: "gemini-2.5-pro",
      },
      { response: "a", finish: "length", usage: { input: 3, output: 4, reasoning: 2 }, model: "gemini-2.5-pro" },
    ],
    ["Mistral's outputs", { outputs: [{ text: "a", stop_reason: "stop" }] }, { response: "a", finish: "stop" }],
    [
      "OpenAI's stream chunks",
      [
        { id: "c", choices: [{ delta: { role: "assistant", content: "a" } }] },
        { id: "c", choices: [{ delta: { content: "b" }, finish_reason: "stop" }] },
        { id: "c", choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
      ],
      { id: "c", response: "ab", finish: "stop", usage: { input: 1, output: 2 } },
    ],
    [
      "the first of several choices of a stream",
      [
        { choices: [{ index: 0, delta: { content: "a" } }] },
        { choices: [{ index: 1, delta: { content: "x" }, finish_reason: "length" }] },
        { choices: [{ index: 0, delta: { content: "b" }, finish_reason: "stop" }] },
      ],
      { response: "ab", finish: "stop" },
    ],
    [
      "the events of OpenAI's responses API",
      [
        { type: "response.created", response: { id: "r", model: "o3", status: "in_progress", output: [] } },
        { type: "response.reasoning_summary_text.delta", delta: "Hm." },
        { type: "response.output_text.delta", delta: "a" },
        { type: "response.output_text.delta", delta: "b" },
        { type: "response.output_text.done", text: "ab" },
        {
          type: "response.completed",
          response: {
            id: "r",
            model: "o3",
            status: "completed",
            output: [],
            usage: { input_tokens: 1, output_tokens: 2 },
          },
        },
      ],
      { id: "r", model: "o3", response: "ab", finish: "stop", usage: { input: 1, output: 2 } },
    ],
    [
      "pieces of a Google stream",
      [
        { candidates: [{ content: { parts: [{ text: "a" }] } }], usageMetadata: { promptTokenCount: 3 } },
        {
          candidates: [{ content: { parts: [{ text: "b" }] }, finishReason: "STOP" }],
          usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, thoughtsTokenCount: 1 },
          modelVersion: "gemini-2.5-pro",
          responseId: "g",
        },
      ],
      {
        id: "g",
        model: "gemini-2.5-pro",
        response: "ab",
        finish: "stop",
        usage: { input: 3, output: 2, reasoning: 1 },
      },
    ],
    ["pieces of a Titan stream", [{ outputText: "a" }, { outputText: "b" }], { response: "ab" }],
    ["a message", { role: "assistant", content: "a" }, { response: "a" }],
    ["a text", "a", { response: "a" }],
  ])("reads %s", (_what, body, expected) => {
    expect(responseFields(body)).toMatchObject(expected);
  });
});

describe("wholeInput", () => {
  const variables = { question: "Why is the sky blue?", context: ["Light scatters."] };

  it.each<[string, unknown, unknown]>([
    ["a framework's variables", variables, [user(JSON.stringify(variables))]],
    ["the same as JSON text, as it stands", '{ "question": "Why?" }', [user('{ "question": "Why?" }')]],
    ["a number that is a prompt", "42", [user("42")]],
    ["a plain text", "Why?", [user("Why?")]],
    ["a request body", { messages: [{ role: "user", content: "Why?" }] }, [user("Why?")]],
    ["a request body without what was asked", { model: "m", messages: [] }, undefined],
    ["nothing", null, undefined],
    ["an empty object", {}, undefined],
    ["an empty list", "[]", undefined],
  ])("reads %s", (_, input, messages) => {
    expect(wholeInput(input).messages).toEqual(messages);
  });
});
