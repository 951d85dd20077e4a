import { once } from "node:events";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { BLOCK, DEGRADE, KEY, nameOfKey, startScene, TARPIT, THROTTLE } from "./proxy.case.ts";
import type { Scene, Setting } from "./proxy.case.ts";
import { answerOf, open, read, send } from "./raw-client.case.ts";
import { THOUGHT } from "./stand-in/answer.case.ts";

/** What decisions make of requests, by plain HTTP; the vendors' own clients have tests of their own. */

let scene: Scene;

async function start(setting?: Setting): Promise<void> {
  scene = await startScene(setting);
}
afterEach(() => scene.close());

const withKey = { authorization: `Bearer ${KEY}` };
const generous = JSON.stringify({ model: "generous", messages: [{ role: "user", content: "Hi" }] });

/** Waits that the test ends itself. */
function heldBy(): { readonly wait: NonNullable<Setting["wait"]>; readonly asked: number[]; goOn(): void } {
  const asked: number[] = [];
  let goOn = (): void => {};
  return {
    asked,
    goOn: () => goOn(),
    wait: (ms, signal) =>
      new Promise((done) => {
        asked.push(ms);
        goOn = done;
        signal.addEventListener("abort", () => done());
      }),
  };
}

describe("a decision", () => {
  it("holds for every path, known or not", async () => {
    await start();
    scene.gateway.decide(BLOCK);
    for (const path of ["/v1/files", "/anything", "/v1/chat/completions?x=1"])
      expect((await send(scene.port, { path, headers: withKey })).status).toBe(403);
    expect(scene.standIn.received).toEqual([]);
  });

  it.each([
    ["Authorization", { authorization: KEY }, ""],
    ["x-api-key", { "x-api-key": KEY }, ""],
    ["api-key", { "api-key": KEY }, ""],
    ["x-goog-api-key", { "x-goog-api-key": KEY }, ""],
    ["?key=", {}, `?alt=sse&key=${KEY}`],
    ["a second header", { "x-api-key": KEY, authorization: "Bearer sk-other" }, ""],
    ["a second line", { "x-api-key": ["sk-other", KEY] }, ""],
    ["?$key=", {}, `?%24key=${KEY}`],
    ["?access_token=", {}, `?access_token=${KEY}`],
    ["?oauth_token=", {}, `?oauth_token=${KEY}`],
    ["a second parameter", {}, `?key=other&key=${KEY}`],
  ])("finds the key in %s", async (_where, headers, query) => {
    await start();
    scene.gateway.decide(BLOCK);
    expect((await send(scene.port, { path: `/v1/models${query}`, headers })).status).toBe(403);
  });

  it.each([
    { kind: "key", value: nameOfKey(KEY) },
    { kind: "organization", value: "org-1" },
    { kind: "address", value: "203.0.113.9" },
    { kind: "tls", value: "t13d1516h2_8daaf6152771_b186095e22b6" },
  ] as const)("is found by $kind", async (scope) => {
    await start({ trustedProxies: ["127.0.0.0/8"] });
    const asked = {
      method: "GET",
      path: "/v1/models",
      headers: {
        ...withKey,
        "x-forwarded-for": "203.0.113.9",
        "x-ja4": "t13d1516h2_8daaf6152771_b186095e22b6",
      },
    };
    expect((await send(scene.port, asked)).status).toBe(200);
    scene.gateway.decide({ ...BLOCK, scope });
    expect((await send(scene.port, asked)).status).toBe(403);
  });

  it("leaves everybody else alone", async () => {
    await start();
    scene.gateway.decide(BLOCK);
    const { status } = await send(scene.port, { method: "GET", path: "/v1/models", headers: { "x-api-key": "other" } });
    expect(status).toBe(200);
  });

  it("is told as a problem where the API is not known", async () => {
    await start();
    scene.gateway.decide({ ...BLOCK, scope: { kind: "address", value: "127.0.0.1" } });
    const answer = await send(scene.port, { method: "GET", path: "/status" });
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(answer.text)).toMatchObject({ status: 403, reference: "d-block", category: BLOCK.category });
  });

  it("is counted against the throttle once a request", async () => {
    await start();
    scene.gateway.decide({ ...THROTTLE, parameters: { requests_per_minute: 2, burst: 2 } });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await send(scene.port, { headers: withKey, body: generous })).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe("a tarpit", () => {
  it("lets a request go on after its time", async () => {
    const held = heldBy();
    await start({ wait: held.wait });
    scene.gateway.decide(TARPIT);
    const outgoing = open(scene.port, { headers: withKey });
    outgoing.end(generous);
    await expect.poll(() => held.asked).toEqual([5000]);
    expect(scene.standIn.received).toEqual([]);
    held.goOn();
    expect((await read(await answerOf(outgoing))).status).toBe(200);
  });

  it("sends away who comes when all places are taken, and frees the place of who leaves", async () => {
    const held = heldBy();
    await start({ wait: held.wait, heldMax: 1 });
    scene.gateway.decide(TARPIT);
    const first = open(scene.port, { headers: withKey });
    first.end(generous);
    await expect.poll(() => scene.proxy.counts().held).toBe(1);
    const second = await send(scene.port, { headers: withKey, body: generous });
    expect([second.status, second.headers["retry-after"]]).toEqual([429, "10"]);
    first.destroy();
    await expect.poll(() => scene.proxy.counts().held).toBe(0);
    expect(scene.standIn.received).toEqual([]);
  });
});

describe("degrade", () => {
  it.each([
    "/v1/chat/completions/",
    "//v1//chat/completions",
    "/v1/CHAT/Completions",
    "/v1/chat%2Fcompletions",
    "/v1/%63hat/completions?x=/v1/models",
    "/v1/models/../chat/completions",
    "/v1/chat/completions;v=1",
  ])("knows the endpoint by any spelling: %s", async (path) => {
    await start();
    scene.gateway.decide(DEGRADE);
    scene.standIn.answerBy((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const message = { content: "Hi", reasoning: THOUGHT, provider_specific_fields: { thinking_blocks: [THOUGHT] } };
      response.end(JSON.stringify({ choices: [{ index: 0, message }] }));
    });
    expect((await send(scene.port, { path, headers: withKey, body: "{}" })).text).not.toContain(THOUGHT);
  });

  it("asks for the answer without compression, and of the right length", async () => {
    await start();
    scene.gateway.decide(DEGRADE);
    const body = JSON.stringify({ model: "plain", n: 4 });
    await send(scene.port, { headers: { ...withKey, "accept-encoding": "gzip, br" }, body });
    const [received] = scene.standIn.received;
    expect(received?.headers["accept-encoding"]).toBe("identity");
    expect(received?.body.toString()).toBe('{"model":"plain"}');
  });

  it("passes and counts an answer that is compressed all the same", async () => {
    await start();
    scene.gateway.decide(DEGRADE);
    const bytes = gzipSync('{"choices":[]}');
    scene.standIn.answerBy((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(bytes);
    });
    expect((await send(scene.port, { headers: withKey, body: "{}" })).body).toEqual(bytes);
    expect(scene.proxy.counts().unread).toBe(1);
  });

  it("leaves the bytes of a request alone where nothing is to be taken out", async () => {
    await start();
    scene.gateway.decide(DEGRADE);
    for (const body of ['{ "model":"plain",\n"seed":12345678901234567890 }', "\r\n"]) {
      await send(scene.port, { headers: withKey, body });
      expect(scene.standIn.received.at(-1)?.body.toString()).toBe(body);
    }
  });

  it.each([
    ["application/json", "not JSON"],
    ["application/json; charset=utf-16le", Buffer.from('{"n":2}', "utf16le")],
    ["text/plain", '\f{"n":2,"seed":NaN}'],
    ["text/plain", '\u{feff}{"n":2}'],
    ["text/plain", Buffer.from('\u{feff}{"n":2}', "utf16le")],
    ["text/plain", Buffer.from('{"n":2}', "utf16le").swap16()],
    ["application/json; charset=iso-8859-1", Buffer.from('{"n":2,"user":"J\u{f6}rg"}', "latin1")],
    ["application/json", '[{"n":2}]'],
    ["application/json", `{"n":2,"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
    ["application/x-www-form-urlencoded", "n=2"],
    ["multipart/form-data; boundary=b", '--b\r\ncontent-disposition: form-data; name="n"\r\n\r\n2\r\n--b--\r\n'],
    ["application/x-protobuf", Buffer.from([0x22, 0x02, 0x28, 0x02])],
  ])(
    "refuses what is no record of JSON, or none that can be rewritten, which a lenient server may read: %s, %.40j",
    async (type, body) => {
      await start();
      scene.gateway.decide(DEGRADE);
      const refused = await send(scene.port, { headers: { ...withKey, "content-type": type }, body });
      expect([refused.status, scene.standIn.received]).toEqual([415, []]);
      expect(JSON.parse(refused.text)).toMatchObject({ error: { message: expect.stringContaining("object of JSON") } });
    },
  );

  it.each(["/batch", "http://x.example/batch"])("refuses a form of whole requests at %s", async (path) => {
    await start();
    scene.gateway.decide(DEGRADE);
    const body = "--b\r\ncontent-type: application/http\r\n\r\nPOST / HTTP/1.1\r\n\r\n{}\r\n--b--\r\n";
    const headers = { ...withKey, "content-type": "multipart/mixed; boundary=b" };
    const refused = await send(scene.port, { path, headers, body });
    expect([refused.status, scene.standIn.received]).toEqual([415, []]);
  });

  it("strips in answers that are fetched later, too", async () => {
    await start();
    scene.gateway.decide(DEGRADE);
    const reasoning = { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: THOUGHT }] };
    scene.standIn.answerBy((_request, response) => response.end(JSON.stringify({ output: [reasoning] })));
    const answer = await send(scene.port, { method: "GET", path: "/v1/responses/resp_1", headers: withKey });
    expect(JSON.parse(answer.text)).toEqual({ output: [{ ...reasoning, summary: [] }] });
  });

  it("asks for no thinking in a batch", async () => {
    await start();
    scene.gateway.decide(DEGRADE);
    const params = { model: "plain", max_tokens: 9, messages: [] };
    const body = JSON.stringify({
      requests: [{ custom_id: "1", params: { ...params, thinking: { type: "enabled" } } }],
    });
    await send(scene.port, { path: "/v1/messages/batches", headers: { "x-api-key": KEY }, body });
    expect(scene.standIn.lastBody()).toEqual({ requests: [{ custom_id: "1", params }] });
  });

  it("refuses a request that is too long to be rewritten", async () => {
    await start();
    scene.gateway.decide(DEGRADE);
    const answer = await send(scene.port, { headers: withKey, body: Buffer.alloc(65 * 2 ** 20, " ") });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { type: "request_too_large" } });
    expect(scene.standIn.received).toEqual([]);
  });

  const whole = gzipSync(generous);
  it.each([
    ["of an unknown kind", "compress", whole],
    ["twice", "gzip, gzip", gzipSync(whole)],
    ["and cut", "gzip", whole.subarray(0, -9)],
    ["in name only", "br", Buffer.from(generous)],
  ])("refuses a request that is compressed %s, and says what it reads", async (_how, coding, body) => {
    await start();
    scene.gateway.decide(DEGRADE);
    const refused = await send(scene.port, { headers: { ...withKey, "content-encoding": coding }, body });
    expect([refused.status, scene.standIn.received]).toEqual([415, []]);
    const message = expect.stringContaining("gzip, deflate, br");
    expect(JSON.parse(refused.text)).toMatchObject({ error: { type: "invalid_request_error", message } });
  });

  it("refuses a request that is too long without its compression, and gives back what it held", async () => {
    await start();
    scene.gateway.decide(DEGRADE);
    const body = gzipSync(Buffer.alloc(65 * 2 ** 20, " "));
    // Together they are more than what may be held at once.
    for (let times = 0; times < 9; times++) {
      const refused = await send(scene.port, { headers: { ...withKey, "content-encoding": "gzip" }, body });
      expect(refused.status).toBe(413);
    }
    await send(scene.port, { headers: { ...withKey, "content-encoding": "Gzip" }, body: gzipSync('{"n":2}') });
    expect(scene.standIn.received.map((received) => received.body.toString())).toEqual(["{}"]);
  });

  it("drops what is left of an event that broke off", async () => {
    await start();
    scene.gateway.decide(DEGRADE);
    scene.standIn.answerBy((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`data: {"choices":[{"index":0,"delta":{"reasoning_content":"${THOUGHT}`);
    });
    expect((await send(scene.port, { headers: withKey, body: "{}" })).text).toBe("");
  });
});

it("answers 503 above the limit of requests at once, and goes on below", async () => {
  await start({ requestsMax: 1 });
  const body = JSON.stringify({ model: "paced", stream: true });
  const first = open(scene.port, { headers: withKey });
  first.end(body);
  const answer = await answerOf(first);
  expect((await send(scene.port, { headers: withKey, body: generous })).status).toBe(503);
  const over = once(answer, "end");
  answer.resume();
  scene.standIn.goOn();
  await over;
  await expect.poll(() => scene.proxy.counts().inFlight).toBe(0);
  expect((await send(scene.port, { headers: withKey, body: generous })).status).toBe(200);
});

it("refuses more keys than anybody needs", async () => {
  await start();
  const path = `/v1/models?${[1, 2, 3, 4, 5].map((key) => `key=${key}`).join("&")}`;
  expect((await send(scene.port, { path })).status).toBe(400);
});

it("never shows a key, whatever goes wrong", async () => {
  await start();
  scene.gateway.decide(THROTTLE);
  await scene.standIn.close();
  const place = fc.constantFrom("authorization", "x-api-key", "x-goog-api-key", "query", "path", "absolute", "body");
  const junk = fc.string({ unit: "grapheme-ascii", maxLength: 8 }).map((text) => encodeURIComponent(text));
  const path = fc.constantFrom(
    "/v1/chat/completions",
    "/v1/messages",
    "/v1beta/models/m:generateContent",
    "/x",
    "/v1/%zz",
  );
  const placed = z.enum(["authorization", "x-api-key", "x-goog-api-key"]);
  await fc.assert(
    fc.asyncProperty(place, path, junk, async (where, base, rest) => {
      const header = placed.safeParse(where);
      const asked = where === "query" ? `${base}?key=${KEY}` : where === "path" ? `${base}/${KEY}` : `${base}?${rest}`;
      const answer = await send(scene.port, {
        path: where === "absolute" ? `http://${KEY}@x.example${base}` : asked,
        headers: { "user-agent": "fuzz", ...(header.success ? { [header.data]: `${rest} ${KEY}` } : {}) },
        body: where === "body" ? `{"key":"${KEY}",${rest}` : "{}",
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify([answer.headers, answer.text])).not.toContain(KEY);
    }),
    { numRuns: 80 },
  );
  expect(JSON.stringify(scene.exchanges)).not.toContain(KEY);
  expect(scene.upstreamErrors.length).toBeGreaterThan(0);
  expect(inspect(scene.upstreamErrors, { depth: null })).not.toContain(KEY);
  await scene.standIn.restart();
});
