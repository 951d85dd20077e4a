import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BLOCK, KEY, startScene } from "./proxy.case.ts";
import type { Scene } from "./proxy.case.ts";
import { answerOf, open, read, send, sendBytes } from "./raw-client.case.ts";
import { answerAfterAllIsSent } from "../../kit/http/sent-first.case.ts";
import { bodyOf } from "./upstream.case.ts";

/** The proxy as HTTP sees it. */

let scene: Scene;

beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

/** What the upstream is asked, from its side. */
const arrival = (): Promise<{ request: IncomingMessage; response: ServerResponse }> =>
  new Promise((done) => scene.standIn.answerBy((request, response) => done({ request, response })));

describe("what passes", () => {
  it("is the same byte for byte, both ways, whatever it is", async () => {
    const bytes = fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array));
    const status = fc.constantFrom(200, 201, 400, 404, 429, 500, 529);
    const type = fc.constantFrom("application/json", "text/event-stream", "audio/mpeg", undefined);
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(bytes, { maxLength: 4 }), status, type, async (asked, pieces, code, media) => {
        let got: Buffer | null = null;
        scene.standIn.answerBy(async (request, response) => {
          got = await bodyOf(request);
          response.writeHead(code, { "x-own": "ü", ...(media === undefined ? {} : { "content-type": media }) });
          for (const piece of pieces) response.write(piece);
          response.end();
        });
        const answer = await send(scene.port, { headers: { authorization: `Bearer ${KEY}` }, body: asked });
        expect(got).toEqual(asked);
        expect(answer.body).toEqual(Buffer.concat(pieces));
        expect([answer.status, answer.headers["content-type"], answer.headers["x-own"]]).toEqual([code, media, "ü"]);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves out what concerns one connection only", async () => {
    scene.standIn.answerBy((_request, response) => {
      response.writeHead(200, { connection: "close, X-Hop", "x-hop": "1", "keep-alive": "timeout=9", "x-end": "2" });
      response.end();
    });
    const answer = await send(scene.port, { method: "GET", path: "/v1/models" });
    expect(answer.headers).toMatchObject({ "x-end": "2" });
    expect(answer.headers).not.toHaveProperty("x-hop");
    expect(answer.headers["keep-alive"]).not.toBe("timeout=9");

    const arrived = arrival();
    const head = ["GET /v1/models HTTP/1.1", "Host: proxy", "Connection: close, X-Hop", "X-Hop: 1", "TE: trailers"];
    const text = sendBytes(scene.port, [...head, "Upgrade: websocket", "X-End: 2", "X-End: 3", "", ""].join("\r\n"));
    const { request, response } = await arrived;
    response.end();
    await text;
    expect(request.headersDistinct["x-end"]).toEqual(["2", "3"]);
    for (const name of ["x-hop", "te", "upgrade"]) expect(request.headers).not.toHaveProperty(name);
    expect(request.headers.host).toBe(new URL(scene.standIn.url).host);
    expect(request.headers.via).toBe("1.1 stillwatch");
    expect(request.headers["x-forwarded-for"]).toBe("127.0.0.1");
  });

  it("goes to the upstream, whatever host the request names", async () => {
    const head =
      "GET http://elsewhere.example/v1/models?limit=2 HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n";
    expect(await sendBytes(scene.port, head)).toMatch(/^HTTP\/1\.1 200 /);
    expect(scene.standIn.received.map(({ url }) => url)).toEqual(["/v1/models?limit=2"]);
  });

  it("goes below the path of the upstream's address", async () => {
    const below = await startScene({ base: "/base/" });
    await send(below.port, { method: "GET", path: "/v1/models" });
    expect(below.standIn.received.map(({ url }) => url)).toEqual(["/base/v1/models"]);
    await below.close();
  });

  it("keeps the length of what HEAD asks for, and trailers", async () => {
    scene.standIn.answerBy((request, response) => {
      if (request.method === "HEAD") response.writeHead(200, { "content-length": "123" });
      else response.writeHead(200, { trailer: "x-checksum" });
      if (request.method !== "HEAD") response.write("body");
      response.addTrailers({ "x-checksum": "abc" });
      response.end();
    });
    expect((await send(scene.port, { method: "HEAD", path: "/v1/files/1" })).headers["content-length"]).toBe("123");
    const { text, trailers } = await send(scene.port, { method: "GET", path: "/v1/files/1" });
    expect([text, trailers]).toEqual(["body", { "x-checksum": "abc" }]);
  });

  it("may begin with hints", async () => {
    scene.standIn.answerBy((_request, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" }, () => response.end("late"));
    });
    const outgoing = open(scene.port, { method: "GET" });
    const hinted = once(outgoing, "information");
    outgoing.end();
    expect((await read(await answerOf(outgoing))).text).toBe("late");
    expect((await hinted)[0]).toMatchObject({ statusCode: 103 });
  });

  it("asks for a body that is held back, if it is wanted", async () => {
    const headers = { authorization: `Bearer ${KEY}`, expect: "100-continue", "content-length": 2 };
    const wanted = open(scene.port, { headers });
    wanted.flushHeaders();
    await once(wanted, "continue");
    wanted.end("{}");
    expect((await read(await answerOf(wanted))).status).toBe(200);
    expect(scene.standIn.received[0]?.body.toString()).toBe("{}");

    scene.gateway.decide(BLOCK);
    const unwanted = open(scene.port, { headers });
    let wasAsked = false;
    unwanted.on("continue", () => {
      wasAsked = true;
    });
    unwanted.flushHeaders();
    const answer = await answerOf(unwanted);
    expect([answer.statusCode, answer.headers.connection, wasAsked]).toEqual([403, "close", false]);
    unwanted.destroy();
  });
});

describe("what breaks off", () => {
  it.each([{ "content-length": "100" }, {}])("at the upstream breaks off at the caller (%o)", async (headers) => {
    scene.standIn.answerBy((_request, response) => {
      response.writeHead(200, headers);
      response.write("half", () => response.socket?.destroySoon());
    });
    const outgoing = open(scene.port, { method: "GET" });
    outgoing.end();
    const answer = await answerOf(outgoing);
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    await expect(once(answer, "end")).rejects.toThrow("aborted");
    expect(Buffer.concat(chunks).toString()).toBe("half");
  });

  it("is a reset to a client of HTTP/1.0, to whom a closed connection is the end", async () => {
    scene.standIn.answerBy((_request, response) => {
      response.write("half", () => response.socket?.destroySoon());
    });
    await expect(sendBytes(scene.port, "GET / HTTP/1.0\r\nHost: proxy\r\n\r\n")).rejects.toThrow("ECONNRESET");
  });

  it.each(["before an answer", "within an answer", "within the request"])(
    "at the caller reaches the upstream: %s",
    async (when) => {
      const arrived = arrival();
      const outgoing = open(scene.port, { headers: { "content-length": 10 } });
      outgoing.write(when === "within the request" ? "12345" : "1234567890");
      const { request, response } = await arrived;
      const left = once(response, "close");
      if (when === "within the request") await once(request, "data");
      if (when === "within an answer") {
        response.write("half");
        await once(await answerOf(outgoing), "data");
      }
      outgoing.destroy();
      await left;
      expect(response.writableFinished).toBe(false);
    },
  );

  it("of a request that was answered early does not harm the answer", async () => {
    scene.standIn.answerBy((_request, response) => {
      response.writeHead(413, { "content-type": "text/plain" });
      response.end("enough");
    });
    const outgoing = open(scene.port, { headers: { "content-length": 1_000_000 } });
    outgoing.write("first");
    const answer = await read(await answerOf(outgoing));
    expect([answer.status, answer.text]).toEqual([413, "enough"]);
    outgoing.destroy();
  });

  it("of a refused request does not take the answer from who wants the connection closed", async () => {
    scene.gateway.decide(BLOCK);
    const lines = ["POST /v1/chat/completions HTTP/1.1", "connection: close", `authorization: Bearer ${KEY}`];
    expect(await answerAfterAllIsSent(scene.url, lines, 2 ** 24)).toMatch(/^HTTP\/1.1 403 /);
  });

  it("is told as an error of the API where no answer had begun", async () => {
    scene.standIn.answerBy((_request, response) => response.socket?.destroy());
    const answer = await send(scene.port, { path: "/v1/messages", headers: { "anthropic-version": "2023-06-01" } });
    expect(answer.status).toBe(502);
    expect(answer.text).toContain('"type":"error","error":{"type":"api_error"');
  });
});

it("holds back an upstream whose caller does not read", async () => {
  const total = 48 * 2 ** 20;
  const piece = Buffer.alloc(2 ** 16, "x");
  let sent = 0;
  scene.standIn.answerBy((_request, response) => {
    const pump = (): void => {
      while (sent < total) {
        sent += piece.length;
        if (!response.write(piece)) {
          response.once("drain", pump);
          return;
        }
      }
      response.end();
    };
    pump();
  });
  const outgoing = open(scene.port, { method: "GET" });
  outgoing.end();
  const answer = await answerOf(outgoing);
  // Until nothing moves any more for many turns of the loop.
  for (let still = 0, seen = -1; still < 500; still = sent === seen ? still + 1 : 0) {
    seen = sent;
    await new Promise((done) => setImmediate(done));
  }
  expect(sent).toBeLessThan(total);
  expect((await read(answer)).body.length).toBe(total);
});

describe("requests that can be read in two ways", () => {
  it.each([
    ["two lengths", "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"],
    ["a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["chunks by another name", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"],
    ["a folded line", "X-A: 1\r\n folded: 2\r\n\r\n"],
    ["a blank before the colon", "Content-Length : 0\r\n\r\n"],
    ["a bare line feed within a value", "X-A: 1\nX-B: 2\r\n\r\n"],
  ])("are refused: %s", async (_what, rest) => {
    const answer = await sendBytes(scene.port, `POST /v1/models HTTP/1.1\r\nHost: proxy\r\n${rest}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(scene.standIn.received).toEqual([]);
  });

  it("are refused: no path", async () => {
    expect(await sendBytes(scene.port, "OPTIONS * HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it("are refused: more headers than are read, the last of which would be lost", async () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, "1"]));
    // `host` and `connection` are two more.
    expect((await send(scene.port, { method: "GET", headers: many(198) })).status).toBe(200);
    expect((await send(scene.port, { method: "GET", headers: many(199) })).status).toBe(431);
    expect(scene.standIn.received).toHaveLength(1);
  });

  it("are refused: a head that is too long", async () => {
    const answer = await sendBytes(scene.port, `GET / HTTP/1.1\r\nHost: proxy\r\nX: ${"x".repeat(40_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });
});
