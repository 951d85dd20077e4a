import { request as ask } from "node:http";
import { expect, it } from "vitest";
import { listenOnLoopback } from "../../kit/http/loopback.case.ts";
import { answerAfterAllIsSent } from "../../kit/http/sent-first.case.ts";
import { surfaceServer } from "./listen.ts";

it("answers also who wants the connection closed, and sends a long body before it looks", async () => {
  const port = await listenOnLoopback(surfaceServer([]));
  const lines = ["POST /nothing HTTP/1.1", "connection: close"];
  expect(await answerAfterAllIsSent(`http://127.0.0.1:${port}`, lines, 2 ** 24)).toMatch(/^HTTP\/1.1 404 /);
});

it.each(["/v1/%64ecide", "http://any.example/v1/decide", "/v1/decide"])("takes %s for /v1/decide", async (target) => {
  const port = await listenOnLoopback(
    surfaceServer([(request, response) => request.url === "/v1/decide" && Boolean(response.writeHead(204).end())]),
  );
  const status = await new Promise((done, fail) => {
    const asked = ask({ port, host: "127.0.0.1", path: target }, (answer) => done(answer.resume().statusCode));
    asked.once("error", fail).end();
  });
  expect(status).toBe(204);
});
