import { once } from "node:events";
import { request } from "node:http";
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { bodyOf } from "./upstream.case.ts";

/** An answer with all that HTTP says of it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly trailers: IncomingMessage["trailers"];
  readonly body: Buffer;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

/** Begins a request on a connection of its own; its body is not ended where none is given. */
export function open(
  port: number,
  { method = "POST", path = "/v1/chat/completions", headers = {} }: Asked,
): ClientRequest {
  const outgoing = request({ port, host: "127.0.0.1", method, path, headers, agent: false });
  // Without this, a server that answers and closes before all was sent would end the test; who waits for an answer is told.
  outgoing.on("error", () => {});
  return outgoing;
}

/** Sends a request and reads its answer. Rejects where the answer breaks off. */
export async function send(port: number, asked: Asked): Promise<RawAnswer> {
  const outgoing = open(port, asked);
  outgoing.end(asked.body);
  return read(await answerOf(outgoing));
}

export function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    outgoing.once("response", done);
    outgoing.once("error", fail);
  });
}

export async function read(answer: IncomingMessage): Promise<RawAnswer> {
  const body = await bodyOf(answer);
  const { statusCode: status = 0, headers, trailers } = answer;
  return { status, headers, trailers, body, text: body.toString() };
}

/** Writes bytes as they are, and gives all that comes back until the connection ends; rejects where it is reset. */
export async function sendBytes(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text, "latin1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "close");
  if (socket.errored !== null) throw socket.errored;
  return Buffer.concat(chunks).toString("latin1");
}
