import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fixedClock } from "../../../kit/clock.ts";
import { BLOCK, KEY, nameOfKey, startScene } from "../proxy.case.ts";
import type { Scene } from "../proxy.case.ts";
import { send } from "../raw-client.case.ts";
import { TEXT } from "../stand-in/answer.case.ts";
import { createCapture } from "./capture.ts";

let scene: Scene;

beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const question = { role: "user", content: "What is the capital of France?" };
const apis = [
  ["/v1/chat/completions", { model: "plain", messages: [question], n: 2 }, "chatcmpl-1"],
  ["/v1/responses", { model: "plain", input: [question] }, "resp_1"],
  ["/v1/messages", { model: "plain", max_tokens: 9, messages: [question] }, "msg_1"],
  [
    "/v1beta/models/plain:generateContent",
    { contents: [{ role: "user", parts: [{ text: question.content }] }] },
    "gem_1",
  ],
] as const;

const ask = (path: string, body: object): ReturnType<typeof send> =>
  send(scene.port, {
    path: `${path}?key=${KEY}`,
    headers: { "content-type": "application/json", "user-agent": "client/1" },
    body: JSON.stringify(body),
  });

it.each(apis)("makes an exchange of %s", async (path, body, id) => {
  await ask(path, body);
  expect(await scene.captured(1)).toEqual([
    expect.objectContaining({
      id,
      time: "2026-01-01T00:00:00.000Z",
      account: "acct-1",
      key: nameOfKey(KEY),
      ip: "127.0.0.1",
      user_agent: "client/1",
      model: "plain",
      messages: [question],
      status: 200,
      finish: "stop",
      response: TEXT,
      usage: { input: 9, output: 5 },
    }),
  ]);
  expect(JSON.stringify(scene.exchanges)).not.toContain(KEY);
});

it.each(apis)("makes an exchange of a stream of %s", async (path, body, id) => {
  const url = path.replace(":generate", ":streamGenerate");
  await send(scene.port, {
    path: `${url}?alt=sse`,
    headers: { "x-api-key": KEY },
    body: JSON.stringify({ ...body, stream: true }),
  });
  expect((await scene.captured(1))[0]).toMatchObject({ id, model: "plain", finish: "stop", response: TEXT });
});

it("reads what was compressed", async () => {
  scene.standIn.answerBy((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(gzipSync(JSON.stringify({ choices: [{ message: { content: "Paris" } }] })));
  });
  await ask("/v1/chat/completions", { model: "plain", messages: [question] });
  // The stand-in gave no id.
  expect((await scene.captured(1))[0]).toMatchObject({ id: "generated-1", response: "Paris" });
});

it("takes what came before a stream broke off", async () => {
  const broken = send(scene.port, {
    path: "/v1/messages",
    headers: { "x-api-key": KEY },
    body: JSON.stringify({ model: "cut", stream: true, messages: [question] }),
  });
  await expect(broken).rejects.toThrow("aborted");
  expect((await scene.captured(1))[0]).toMatchObject({ id: "msg_1", model: "cut", messages: [question] });
});

it("takes the upstream's refusals, and nothing that it refused itself or that calls no model", async () => {
  await ask("/v1/files", {});
  await ask("/v1/chat/completions", { model: "limited", messages: [question] });
  scene.gateway.decide(BLOCK);
  await ask("/v1/chat/completions", { model: "plain", messages: [question] });
  expect(await scene.captured(1)).toMatchObject([{ model: "limited", status: 429 }]);
  expect(scene.capture.counts()).toEqual({ captured: 1, dropped: 0, unreadable: 0 });
});

it("counts what it can't read", async () => {
  await send(scene.port, { path: "/v1/chat/completions", headers: { "x-api-key": KEY }, body: "not JSON" });
  await ask("/v1/messages", { model: "plain", messages: [question] });
  expect(await scene.captured(1)).toMatchObject([{ id: "msg_1" }]);
  expect(scene.capture.counts()).toEqual({ captured: 1, dropped: 0, unreadable: 1 });
});

const opening = { url: "/v1/messages", headers: {} };
const nobody = { keys: [], address: undefined, tls: undefined, chain: [] };

it("lets go what is too long, gives its room back, and tells a reader's defects", async () => {
  const defects: unknown[] = [];
  const defect = new Error("the reader is broken");
  const waits: number[] = [];
  const capture = createCapture({
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    clock: fixedClock(Date.parse("2026-01-01")),
    newId: () => "1",
    onExchange() {
      throw defect;
    },
    onDefect: (error) => void defects.push(error),
  });
  const piece = Buffer.alloc(2 ** 20);
  // 40 bodies of 8 MiB are more than what may be held at once, so that each has to give back its own.
  for (let i = 0; i < 40; i++) {
    const recorder = capture.record(opening, nobody, "acct-1");
    for (let mebibytes = 0; mebibytes < 9; mebibytes++) recorder.answer(piece);
    recorder.start(200, {});
    recorder.end();
  }
  expect(capture.counts()).toEqual({ captured: 0, dropped: 40, unreadable: 0 });

  const recorder = capture.record(opening, nobody, "acct-1");
  recorder.request(Buffer.from('{"model":"m"}'));
  recorder.start(200, { "content-type": "application/json" });
  recorder.end();
  await capture.settled();
  expect(defects).toEqual([defect]);
  // Not at the end of the answer, when its caller may ask again.
  expect(waits).toEqual([20]);
});
