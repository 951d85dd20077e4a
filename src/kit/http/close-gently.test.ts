import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { closeGently } from "./close-gently.ts";
import { listenOnLoopback } from "./loopback.case.ts";
import { answerAfterAllIsSent } from "./sent-first.case.ts";

async function refusing(headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const server = createServer((_, response) =>
    response.writeHead(413, { ...headers, "content-length": 3 }).end("no\n"),
  );
  closeGently(server);
  return listenOnLoopback(server);
}

describe("an answer that comes before the end of a body", () => {
  it.each([
    ["HTTP/1.1", "connection: close"],
    ["HTTP/1.0", "x-any: thing"],
    ["HTTP/1.1", "connection: keep-alive"],
  ])("is heard by a sender who reads only after sending all, by %s with %s", async (version, header) => {
    const port = await refusing();
    const lines = [`POST / ${version}`, header];
    expect(await answerAfterAllIsSent(`http://127.0.0.1:${port}`, lines, 2 ** 24)).toBe(
      "HTTP/1.1 413 Payload Too Large",
    );
  });

  it("is heard also where it is the answer that ends the connection", async () => {
    const port = await refusing({ connection: "close" });
    expect(await answerAfterAllIsSent(`http://127.0.0.1:${port}`, ["POST / HTTP/1.1"], 2 ** 24)).toBe(
      "HTTP/1.1 413 Payload Too Large",
    );
  });

  it.each(["close", "keep-alive"])("is not followed by a body without end, by connection: %s", async (connection) => {
    const socket = connect({ port: await refusing(), host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    socket.resume();
    const mebibytes = 64;
    socket.write(
      `POST / HTTP/1.1\r\nhost: door\r\nconnection: ${connection}\r\ncontent-length: ${mebibytes * 2 ** 20 + 1}\r\n\r\n`,
    );
    let sent = 0;
    for (; sent < mebibytes && !socket.destroyed; sent++)
      await new Promise((done) => socket.write(Buffer.alloc(2 ** 20), () => setImmediate(done)));
    socket.destroy();
    expect(sent).toBeGreaterThanOrEqual(32);
    expect(sent).toBeLessThan(mebibytes);
  });

  it("leaves it to node to ask for a body that is held back", async () => {
    const socket = connect(await refusing(), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nhost: door\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n");
    const [first] = await once(socket, "data");
    expect(String(first)).toMatch(/^HTTP\/1.1 100 /);
    socket.destroy();
  });

  it("ends the connection at once for a sender who waits for that instead of sending on", async () => {
    const socket = connect(await refusing(), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nhost: door\r\nconnection: close\r\ncontent-length: 1000\r\n\r\nbegun");
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += String(chunk)));
    await once(socket, "end");
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*\r\n\r\nno\n$/);
  });
});
