import type { IncomingMessage, ServerResponse } from "node:http";
import type { Holding } from "./byte-budget.ts";

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

/** Whether the sender holds its body back until it is asked for it (RFC 9110, 10.1.1). */
export const waitsToSend = ({ headers, complete }: IncomingMessage): boolean =>
  headers.expect !== undefined && !complete;

export function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (waitsToSend(request)) response.writeContinue();
}
