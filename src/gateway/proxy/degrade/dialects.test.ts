import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRecord } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import { createByteBudget } from "../byte-budget.ts";
import { chat } from "../stand-in/openai.case.ts";
import { messages } from "../stand-in/anthropic.case.ts";
import { generate, interactions } from "../stand-in/gemini.case.ts";
import { PIECES, THOUGHT } from "../stand-in/answer.case.ts";
import type { Answer } from "../stand-in/answer.case.ts";
import { createEventStream } from "../sse/event-stream.ts";
import { dialectOf } from "./dialects.ts";
import type { Dialect } from "./dialect.ts";
import { createStrippingFilter } from "./stripping-filter.ts";

const paths = [
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/responses",
  "/v1/messages",
  "/v1/messages/batches",
  "/v1beta/models/m:generatecontent",
  "/v1beta/models/m:batchgeneratecontent",
  "/v1beta/interactions",
  "/v1/messages/batches/b/results",
  "/v1beta/batches",
  "/v1beta/files/f:download",
  "/v1/files/f/content",
  "/v1/conversations/c/items",
  "/v1/responses/r/input_items",
] as const;
const everything = { reasoning: true, logprobs: true, samples: true };
const nothing = { reasoning: false, logprobs: false, samples: false };

function dialect(path: string): Dialect {
  const found = dialectOf(path);
  if (found === null) throw new Error(`${path} has no dialect`);
  return found;
}

/** The vendors' names, in shapes that no vendor would send. */
const names = [
  "choices candidates content output delta message messages parts item part response type index logprobs n thinking thought",
  "reasoning summary steps step outputs interaction include generationConfig thinkingConfig context_management edits prompt content_block usage requests params batch inputConfig request custom_id body result operations metadata inlinedResponses",
  "__proto__",
].flatMap((line) => line.split(" "));
const leaf = fc.oneof(
  fc.constantFrom("thinking", "reasoning", "message", "content_block_start", "response.reasoning_text.delta", ""),
  fc.constantFrom(null, true, 0, 1, -1, 1.5),
);
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 5 }),
  ),
}));
const record = anything.filter((value): value is JsonRecord => isRecord(value));

describe.each(paths)("the dialect of %s", (path) => {
  it("takes whatever comes, and is done after once", () => {
    fc.assert(
      fc.property(record, (body) => {
        const first = dialect(path).stripper(everything);
        const asked = first.request(body);
        const answered = first.answer(body);
        expect(first.request(asked)).toBe(asked);
        expect(first.answer(answered)).toBe(answered);
        first.event(body);
      }),
      { numRuns: 500 },
    );
  });

  it("gives back the very value where nothing is withheld, and never changes what it was given", () => {
    fc.assert(
      fc.property(record, (body) => {
        const before = JSON.stringify(body);
        const idle = dialect(path).stripper(nothing);
        expect([idle.request(body), idle.answer(body), idle.event(body)]).toEqual([body, body, body]);
        const busy = dialect(path).stripper(everything);
        busy.request(body);
        busy.answer(body);
        busy.event(body);
        expect(JSON.stringify(body)).toBe(before);
      }),
    );
  });
});

describe("what compatible servers call by names of their own", () => {
  const google = { extra_body: { google: { thinking_config: { include_thoughts: true, thinking_budget: 9 } } } };
  it.each([
    ["/v1/chat/completions", { prompt_logprobs: 1 }, {}],
    ["/v1/completions", { prompt: "p", prompt_logprobs: 1, echo: true }, { prompt: "p", echo: true }],
    [
      "/v1beta/openai/chat/completions",
      google,
      { extra_body: { google: { thinking_config: { thinking_budget: 9 } } } },
    ],
  ])("is taken out of a request (%s)", (path, body, kept) => {
    expect(dialect(path).stripper(everything).request(body)).toEqual(kept);
  });

  const reasoning = { type: "reasoning", summary: [{ text: THOUGHT }], encrypted_content: THOUGHT };
  const completion = { choices: [{ index: 0, message: { reasoning_content: THOUGHT } }], prompt_logprobs: [THOUGHT] };
  it.each([
    ["/v1/chat/completions", completion],
    ["/v1/chat/completions", { data: [completion] }],
    ["/v1/completions", { choices: [{ index: 0, text: "", prompt_logprobs: [THOUGHT] }] }],
    ["/v1/responses/r/input_items", { data: [reasoning] }],
    ["/v1/conversations/c/items", { data: [reasoning] }],
    ["/v1/conversations/c/items/i", reasoning],
  ])("is taken out of an answer (%s)", (path, body) => {
    expect(JSON.stringify(dialect(path).stripper(everything).answer(body))).not.toContain(THOUGHT);
  });
});

describe("a stream that is stripped", () => {
  const request = { model: "generous", stream: true, tools: undefined, thinking: {} };
  const answers: readonly (readonly [string, Answer])[] = [
    ["/v1/chat/completions", chat(request)],
    ["/v1/messages", messages(request)],
    ["/v1beta/models/m:streamgeneratecontent", generate("generous", {}, "events")],
    ["/v1beta/interactions", interactions(request)],
  ];

  it.each(answers)("is the same wherever it was cut (%s)", (path, answer) => {
    const bytes = Buffer.from(answer.kind === "events" ? answer.events.join("") : "");
    const strippedIn = (pieces: readonly Buffer[]): string[] => {
      const filter = createStrippingFilter(
        "text/event-stream",
        "call",
        dialect(path).stripper(everything),
        createByteBudget(0),
      );
      // Blank lines, which are nothing to a reader, may differ.
      return createEventStream(2 ** 20)
        .push(Buffer.concat([...pieces.map(filter.push), filter.finish()]))
        .flatMap(({ data }) => data ?? []);
    };
    const whole = strippedIn([bytes]);
    expect(whole.join("\n")).not.toContain(THOUGHT);
    for (const piece of PIECES) expect(whole.join("\n")).toContain(JSON.stringify(piece));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 10 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        expect(strippedIn(pieces)).toEqual(whole);
      }),
    );
  });
});

describe("the stripping filter", () => {
  const stripper = dialect("/v1/chat/completions").stripper(everything);

  it("passes every byte of what is not its own", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), fc.constantFrom("text/event-stream", "text/plain"), (arrays, type) => {
        const chunks = arrays.map((array) => Buffer.from(array));
        const filter = createStrippingFilter(type, "call", stripper, createByteBudget(2 ** 20));
        const passed = Buffer.concat([...chunks.map(filter.push), filter.finish()]);
        const expected = Buffer.concat(chunks);
        // An event without its end is dropped by the standard.
        expect(expected.subarray(0, passed.length)).toEqual(passed);
        expect(passed.length).toBe(type === "text/plain" ? expected.length : passed.length);
      }),
    );
  });

  it.each([
    ["events of another type", "text/plain", "data: ", "\n\ndata: [DONE]\n\n"],
    ["events behind a comment", "text/plain", ": wait\n\ndata: ", "\n\ndata: [DONE]\n\n"],
    ["events of no type", "", "data: ", "\n\ndata: [DONE]\n\n"],
    ["lines", "application/x-ndjson", "", '\n{"choices":[]}\n'],
    ["JSON behind a byte order mark", "application/json", "\u{feff}", ""],
  ])("strips %s", (_what, type, before, after) => {
    const answer = (delta: object): string => JSON.stringify({ choices: [{ index: 0, delta }] });
    const filter = createStrippingFilter(type, "call", stripper, createByteBudget(2 ** 20));
    const asked = before + answer({ content: "Hi", reasoning: "Thought." }) + after;
    const passed = Buffer.concat([filter.push(Buffer.from(asked)), filter.finish()]).toString();
    expect(passed).toBe(before.replace("\u{feff}", "") + answer({ content: "Hi" }) + after);
  });

  it("holds no more than the budget has, and gives it back", () => {
    const budget = createByteBudget(400);
    const filter = createStrippingFilter("application/json", "call", stripper, budget);
    filter.push(Buffer.alloc(200));
    expect(() => filter.push(Buffer.alloc(200))).toThrow("too long to be held");
    filter.release();
    filter.release();
    expect(budget.taken).toBe(0);
  });
});
