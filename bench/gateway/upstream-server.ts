// The model's API that proxies are measured before: it answers at once, whole or as a stream, so that what is measured is the way
// to it. Prints its port, and ends when its input does.

import { createServer } from "node:http";
import { serveAsChild } from "./child.ts";

// Limits.
/** The role, and the first token. */
const firstEvents = 2;
const restAfterMs = 5;

/** About what a short answer takes. */
const text = "Paris is the capital of France, and has been for most of its history. ".repeat(8);
const head = { id: "chatcmpl-1", created: 1_700_000_000, model: "gpt-4o-mini" };
const whole = JSON.stringify({
  ...head,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: text }, logprobs: null, finish_reason: "stop" }],
  usage: { prompt_tokens: 200, completion_tokens: 120, total_tokens: 320 },
});
const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
const events = [
  chunk({ role: "assistant", content: "" }, null),
  ...text.split(" ").map((word) => chunk({ content: `${word} ` }, null)),
  chunk({}, "stop"),
  "data: [DONE]\n\n",
];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (piece: Buffer) => chunks.push(piece));
  request.on("end", () => {
    if (!Buffer.concat(chunks).includes('"stream":true')) {
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(whole) });
      response.end(whole);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(events.slice(0, firstEvents).join(""));
    // A model takes its time for the rest; one that floods the machine would be measured instead of the way to it.
    setTimeout(() => response.end(events.slice(firstEvents).join("")), restAfterMs);
  });
});
serveAsChild(server);
