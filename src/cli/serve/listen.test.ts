import { expect, it } from "vitest";
import { listenOnLoopback } from "../../kit/http/loopback.case.ts";
import { answerAfterAllIsSent } from "../../kit/http/sent-first.case.ts";
import { surfaceServer } from "./listen.ts";

it("answers also who wants the connection closed, and sends a long body before it looks", async () => {
  const port = await listenOnLoopback(surfaceServer([]));
  const lines = ["POST /nothing HTTP/1.1", "connection: close"];
  expect(await answerAfterAllIsSent(`http://127.0.0.1:${port}`, lines, 2 ** 24)).toMatch(/^HTTP\/1.1 404 /);
});
