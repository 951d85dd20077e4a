import type { IncomingMessage, ServerResponse } from "node:http";
import type { Holding } from "./byte-budget.ts";

// Limits.
/** Of a refused request, read and dropped so that the caller gets to see the answer. */
const droppedBytesMax = 32 * 2 ** 20;

/** Whether a body follows the head of a request (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Reads a body whole; `too-large` where the holding has no room for it, `gone` where its sender left. */
export function readBody(request: IncomingMessage, holding: Holding): Promise<Buffer | "too-large" | "gone"> {
  return new Promise((done) => {
    request.on("data", (chunk: Buffer) => {
      if (!holding.add(chunk)) done("too-large");
    });
    request.on("end", () => done(holding.bytes()));
    request.on("close", () => done("gone"));
    request.on("error", () => done("gone"));
  });
}

/** Lets the rest of a body, that nobody will read, come in and go, so that the connection can be used again. */
export function dropRest(request: IncomingMessage): void {
  if (request.complete) return;
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > droppedBytesMax) request.destroy();
  });
  request.resume();
}

/** Whether the sender holds its body back until it is asked for it (RFC 9110, 10.1.1). */
export const waitsToSend = ({ headers, complete }: IncomingMessage): boolean =>
  headers.expect !== undefined && !complete;

export function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (waitsToSend(request)) response.writeContinue();
}
