// A server to be measured, in a process of its own: `bare` only parses the JSON of a request and answers with some; `decide` is
// POST /v1/decide. Prints its port, and ends when its input does.

import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { hash } from "node:crypto";
import { createThrottle } from "../../src/decide/throttle/gcra.ts";
import { createDecideEndpoint } from "../../src/gateway/decide-endpoint/decide-endpoint.ts";
import { createCallers } from "../../src/gateway/http/callers.ts";
import { emptyDirectory } from "../../src/ingest/keys/key-directory.ts";
import { createKeyNames } from "../../src/ingest/keys/key-names.ts";
import { createRuler } from "../../src/gateway/ruling.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { seededRandom } from "../../src/kit/random.ts";
import { serveAsChild } from "./child.ts";
import { tableOf } from "./decisions.ts";

const [, , kind, key = "", decisions] = process.argv;

serveAsChild(createServer(kind === "bare" ? bare : decide(Number(decisions))));

/** What any answer in JSON to a question in JSON costs with node:http. */
function bare(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const question: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const body = JSON.stringify({ action: "allow", allowed: typeof question === "object" });
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
}

function decide(decisionsInForce: number): (request: IncomingMessage, response: ServerResponse) => void {
  const ruler = createRuler({
    table: tableOf(decisionsInForce, seededRandom("gateway server")),
    throttle: createThrottle(1000),
    links: { appeal: "https://example.com/{reference}", verify: "https://example.com/{reference}" },
    clock: systemClock,
  });
  const surface = createDecideEndpoint({
    ruler,
    keys: emptyDirectory(createKeyNames("a secret of this benchmark, and of nothing else")),
    callers: createCallers([{ name: "bench", keySha256: hash("sha256", key) }]),
    onDefect: (error) => {
      throw error;
    },
  });
  return (request, response) => {
    if (!surface(request, response)) response.writeHead(404).end();
  };
}
