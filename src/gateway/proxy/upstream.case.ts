import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isRecord, parseJson } from "../../ingest/json-value.ts";
import { json } from "./stand-in/answer.case.ts";
import type { Answer } from "./stand-in/answer.case.ts";
import { messages } from "./stand-in/anthropic.case.ts";
import { generate, interactions } from "./stand-in/gemini.case.ts";
import { chat, completions, responses } from "./stand-in/openai.case.ts";

/** A request as the stand-in got it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server that speaks the vendors' APIs, on a port of its own. */
export interface StandIn {
  readonly url: string;
  readonly received: readonly Received[];
  /** The body of the last request, as JSON. */
  lastBody(): unknown;
  /** Lets a `paced` model go on. */
  goOn(): void;
  /** Answers everything from here on by this instead. */
  answerBy(listener: Listener): void;
  close(): Promise<void>;
  /** Listens again on its port. */
  restart(): Promise<void>;
}

export async function startStandIn(): Promise<StandIn> {
  const received: Received[] = [];
  let goOn = (): void => {};
  let own: Listener | null = null;
  const paced = (): Promise<void> =>
    new Promise((done) => {
      goOn = done;
    });
  const server = createServer((request, response) => {
    void (own ?? serve)(request, response);
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { method = "", url = "", headers, rawHeaders } = request;
    received.push({ method, url, headers, rawHeaders, body });
    const asked = parseJson(body.toString());
    const answer = answerTo(url, isRecord(asked) ? asked : {});
    if (answer.kind === "json") {
      response.writeHead(answer.status, { "content-type": "application/json", "x-request-id": "req-up" });
      response.end(JSON.stringify(answer.value));
      return;
    }
    const model = isRecord(asked) ? asked["model"] : undefined;
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    for (const [at, event] of answer.events.entries()) {
      if (at === 1 && model === "paced") await paced();
      if (at === 2 && model === "cut") {
        response.socket?.destroySoon();
        return;
      }
      response.write(event);
    }
    response.end();
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    lastBody: () => parseJson(received.at(-1)?.body.toString() ?? ""),
    goOn: () => goOn(),
    answerBy(listener) {
      own = listener;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
    async restart() {
      server.listen(address.port, "127.0.0.1");
      await once(server, "listening");
    },
  };
}

export async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function answerTo(url: string, body: Readonly<Record<string, unknown>>): Answer {
  const [path = "", query = ""] = url.split("?", 2);
  const gemini = /\/models\/([^:]+):(stream)?/.exec(path);
  if (gemini !== null) {
    const stream = gemini[2] === undefined ? null : query.includes("alt=sse") ? "events" : "list";
    return generate(gemini[1] ?? "", body, stream);
  }
  switch (path) {
    case "/v1/chat/completions":
      return chat(body);
    case "/v1/completions":
      return completions(body);
    case "/v1/responses":
      return responses(body);
    case "/v1beta/interactions":
      return interactions(body);
    case "/v1/messages":
      return messages(body);
    case "/v1/models":
      return json({ object: "list", data: [{ id: "plain", object: "model", created: 1, owned_by: "stand-in" }] });
    default:
      return json({ error: { message: "Not found", type: "invalid_request_error", param: null, code: null } }, 404);
  }
}
